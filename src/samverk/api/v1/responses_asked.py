"""What a client asks of `/v1/responses`, read as a question to a chat model or an assistant. Pure.

Nothing is kept between calls: what would need that is refused, and said so.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from samverk.api.refusals import WrongField
from samverk.api.v1.asked import HELD_BACK, Asked, held_back_in, keeping_in, masking_in, model_in, picture
from samverk.api.v1.fields import Fields
from samverk.core.levels import Level
from samverk.library.ports import Message, Part, Role, TextPart

_KEEPS = (
    "ingenting sparas mellan anropen: skicka med hela samtalet i input",
    "nothing is kept: send the whole conversation",
)
_ALONE = "bara anrop som någon väntar på görs", "only calls that somebody waits for are made"
# What cannot be done, by the field that asks for it, unless it has the value that asks for nothing.
_REFUSED: dict[str, tuple[object, tuple[str, str]]] = {
    "previous_response_id": (None, _KEEPS),
    "conversation": (None, _KEEPS),
    "store": (False, _KEEPS),
    "background": (False, _ALONE),
    "prompt": (None, ("mallar finns inte här: skicka instructions", "there are no templates here: send instructions")),
    "truncation": ("disabled", ("ingenting kortas av: skicka mindre", "nothing is cut short: send less")),
    "context_management": (None, ("ingenting kortas av: skicka mindre", "nothing is cut short: send less")),
    "n": (1, ("ett svar ges i taget", "one answer is given at a time")),  # OpenAI's own has no such field
    "moderation": (None, ("det görs ingen moderering", "no moderation is done")),
}
_PASSED_ON = ("temperature", "top_p", "parallel_tool_calls", "top_logprobs", "service_tier", "seed", "stop")
_READ = {
    "model",
    "input",
    "instructions",
    "stream",
    "stream_options",
    "samverk",
    "text",
    "reasoning",
    "tools",
    "tool_choice",
}
_READ |= {"max_output_tokens", "include", "max_tool_calls", *_PASSED_ON, *_REFUSED}
_LOGPROBS = "message.output_text.logprobs"
_SPOKEN: dict[str, Role] = {"user": "user", "assistant": "assistant", "system": "system", "developer": "system"}
_MOST_METADATA = 16  # as OpenAI has it
# What is told back of the request, as it counts where it was not given.
_SHOWN: dict[str, Any] = {
    "instructions": None,
    "max_output_tokens": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "reasoning": {"effort": None, "summary": None},
    "temperature": None,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_p": None,
    "top_logprobs": None,
}


def read(fields: Fields, level: Level | None = None) -> tuple[Asked, dict[str, Any]]:
    """The request in a body, and what is told back of it in the answer. Raises WrongField and UnknownModel."""
    for name, (nothing, why) in _REFUSED.items():
        if fields.get(name) not in (None, nothing):
            raise WrongField(name, *why)
    _check_metadata(fields)
    options = {**fields.beside(_READ | HELD_BACK), **_options(fields)}
    asked = Asked(
        model=model_in(fields),
        messages=tuple(_messages(fields)),
        stream=fields.flag("stream"),
        level=level,
        masking=masking_in(fields),
        options=options,
        held_back=held_back_in(fields),
        keep=keeping_in(fields),
    )
    return asked, {**_SHOWN, **dict(_shown(fields)), "model": asked.model}


def _shown(fields: Fields) -> Iterator[tuple[str, Any]]:
    """What was given of what is told back. Raises WrongField for what is nested too deeply to be."""
    for name in _SHOWN:
        if (value := fields.get(name)) is not None:
            try:
                orjson.dumps(value)
            except TypeError as error:
                raise WrongField(name, "det är för djupt nästlat", "it is nested too deeply") from error
            yield name, value


def _check_metadata(fields: Fields) -> None:
    held = fields.object("metadata")
    if len(held.values) > _MOST_METADATA or not all(isinstance(value, str) for value in held.values.values()):
        why = f"det ska vara högst {_MOST_METADATA} texter", f"it must be at most {_MOST_METADATA} texts"
        raise WrongField("metadata", *why)


def _options(fields: Fields) -> dict[str, Any]:
    """The settings under the names that chat models know them by."""
    options = {name: value for name in _PASSED_ON if (value := fields.get(name)) is not None}
    written, thought = fields.object("text"), fields.object("reasoning")
    included = fields.items("include") if fields.get("include") else []
    translated = {
        "max_completion_tokens": fields.get("max_output_tokens"),
        "reasoning_effort": thought.get("effort"),
        "verbosity": written.get("verbosity"),
        "response_format": _format(written),
        "logprobs": True if _LOGPROBS in included or fields.get("top_logprobs") else None,
        "tools": [_tool(tool) for tool in fields.objects("tools")] if fields.get("tools") else None,
        "tool_choice": _choice(fields),
    }
    return options | {name: value for name, value in translated.items() if value is not None}


def _format(written: Fields) -> dict[str, Any] | None:
    form = written.object("format")
    match form.choice("type", ("text", "json_object", "json_schema"), "text"):
        case "json_schema":
            return {"type": "json_schema", "json_schema": form.beside(("type",))}
        case "json_object":
            return {"type": "json_object"}
    return None


def _tool(tool: Fields) -> dict[str, Any]:
    if tool.get("type") != "function":
        why = (
            "bara verktyg av slaget function finns: du kör dem själv",
            "only tools of type function exist: you run them",
        )
        raise WrongField(tool.path("type"), *why)
    tool.needed("name")
    return {"type": "function", "function": tool.beside(("type",))}


def _choice(fields: Fields) -> Any:
    chosen = fields.get("tool_choice")
    if not isinstance(chosen, dict):
        return fields.choice("tool_choice", ("none", "auto", "required")) or None
    named = fields.object("tool_choice")
    if named.get("type") != "function":
        raise WrongField("tool_choice", "bara en function kan väljas", "only a function can be chosen")
    return {"type": "function", "function": {"name": named.needed("name")}}


def _messages(fields: Fields) -> Iterator[Message]:
    """The conversation. Calls of tools that follow each other, or what was said before them, are one message."""
    if instructions := fields.text("instructions"):
        yield Message("system", (TextPart(instructions),))
    if isinstance(fields.get("input"), str):
        yield Message("user", (TextPart(fields.needed("input")),))
        return
    last: Message | None = None
    for item in fields.objects("input"):
        message = _item(item)
        if message is None:
            continue
        if last is not None and last.role == "assistant" and message.extra.get("tool_calls"):
            calls = [*last.extra.get("tool_calls", ()), *message.extra["tool_calls"]]
            last = Message("assistant", last.parts, {"tool_calls": calls})
            continue
        if last is not None:
            yield last
        last = message
    if last is not None:
        yield last


def _item(item: Fields) -> Message | None:
    """What one item says; None for one that says nothing to a chat model."""
    kind = item.text("type", "message")
    if kind not in _ITEMS:
        known = ", ".join(_ITEMS)
        raise WrongField(item.path("type"), f"det ska vara en av {known}", f"it must be one of {known}")
    return _ITEMS[kind](item)


def _said(item: Fields) -> Message:
    role = _SPOKEN[item.choice("role", _SPOKEN) or "user"]
    return Message(role, _parts(item, "content"))


def _called(item: Fields) -> Message:
    function = {"name": item.needed("name"), "arguments": item.text("arguments")}
    call = {"id": item.needed("call_id"), "type": "function", "function": function}
    return Message("assistant", (), {"tool_calls": [call]})


def _came_back(item: Fields) -> Message:
    return Message("tool", _parts(item, "output"), {"tool_call_id": item.needed("call_id")})


_ITEMS: Mapping[str, Callable[[Fields], Message | None]] = {
    "message": _said,
    "function_call": _called,
    "function_call_output": _came_back,
    "reasoning": lambda item: None,  # a chat model thinks anew
}
_TEXTS = {"input_text": "text", "output_text": "text", "refusal": "refusal"}


def _parts(item: Fields, name: str) -> tuple[Part, ...]:
    if isinstance(item.get(name), str):
        return (TextPart(item.text(name)),)
    return tuple(_part(part) for part in item.objects(name))


def _part(part: Fields) -> Part:
    kind = part.text("type")
    if kind in _TEXTS:
        return TextPart(part.text(_TEXTS[kind]))
    if kind == "input_image" and part.get("file_id") is None:
        return picture(part, "image_url")
    raise WrongField(part.where, "bara text och bilder tas emot", "only text and pictures are accepted")
