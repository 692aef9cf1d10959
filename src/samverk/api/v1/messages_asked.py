"""What a client asks of `/v1/messages`, read as a question to a chat model or an assistant. Pure.

Facts: platform.claude.com/docs/en/api/messages. What has no name of its own among chat models is passed on unread.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from samverk.api.refusals import WrongField
from samverk.api.v1.asked import HELD_BACK, Asked, held_back_in, keeping_in, masking_in, model_in, picture
from samverk.api.v1.fields import Fields, wrong
from samverk.core.levels import Level
from samverk.library.ports import Message, Part, TextPart

MOST_TOKENS = 10_000_000
_OTHERS = "verktyg körs bara av dig", "tools are run by nobody but you"
# What cannot be done, by the field that asks for it, unless it has the value that asks for nothing.
_REFUSED: dict[str, tuple[object, tuple[str, str]]] = {
    "mcp_servers": ([], _OTHERS),
    "container": (None, _OTHERS),
    "n": (1, ("ett svar i taget ges", "one answer is given at a time")),
}
_READ = frozenset({"model", "messages", "system", "max_tokens", "stop_sequences", "stream", "samverk"})
_READ |= {"tools", "tool_choice", "output_config", *_REFUSED}
_ROLES = ("user", "assistant")
_CHOICES = {"auto": "auto", "any": "required", "none": "none"}
_FAILED = TextPart("The tool failed:")  # chat models have no other way to be told


def read(fields: Fields, level: Level | None = None) -> Asked:
    """The request in a body. `level` is what the caller has marked. Raises WrongField and UnknownModel."""
    for name, (nothing, why) in _REFUSED.items():
        if fields.get(name) not in (None, nothing):
            raise WrongField(name, *why)
    return Asked(
        model=model_in(fields),
        messages=tuple(_messages(fields)),
        stream=fields.flag("stream"),
        level=level,
        masking=masking_in(fields),
        options={**fields.beside(_READ | HELD_BACK), **_options(fields)},
        held_back=held_back_in(fields),
        keep=keeping_in(fields),
    )


def _options(fields: Fields) -> dict[str, Any]:
    """The settings under the names that chat models know them by."""
    if fields.get("max_tokens") is None:
        raise wrong("max_tokens", "needed")
    chosen, written = fields.object("tool_choice"), fields.object("output_config")
    translated = {
        "max_tokens": fields.count("max_tokens", MOST_TOKENS),
        "stop": _stops(fields),
        "tools": [_tool(tool) for tool in fields.objects("tools")] if fields.get("tools") else None,
        "tool_choice": _choice(chosen),
        "parallel_tool_calls": False if chosen.flag("disable_parallel_tool_use") else None,
        "response_format": _format(written.object("format")),
        "reasoning_effort": written.text("effort") or None,
    }
    return {name: value for name, value in translated.items() if value is not None}


def _stops(fields: Fields) -> list[str] | None:
    given = fields.get("stop_sequences")
    if given is None or given == []:
        return None
    stops = fields.items("stop_sequences")
    if not all(isinstance(stop, str) for stop in stops):
        raise WrongField("stop_sequences", "det ska vara en lista med texter", "it must be a list of texts")
    return stops


def _tool(tool: Fields) -> dict[str, Any]:
    if tool.text("type", "custom") != "custom":
        raise WrongField(tool.path("type"), *_OTHERS)
    function = {"name": tool.needed("name"), "description": tool.get("description"), "strict": tool.get("strict")}
    described = {name: value for name, value in function.items() if value is not None}
    return {"type": "function", "function": {**described, "parameters": tool.object("input_schema").values}}


def _choice(chosen: Fields) -> Any:
    kind = chosen.choice("type", (*_CHOICES, "tool"))
    if kind == "tool":
        return {"type": "function", "function": {"name": chosen.needed("name")}}
    return _CHOICES.get(kind)


def _format(form: Fields) -> dict[str, Any] | None:
    if not form.choice("type", ("json_schema",)):
        return None
    described = {"name": "answer", "schema": form.object("schema").values, "strict": True}
    return {"type": "json_schema", "json_schema": described}


def _messages(fields: Fields) -> Iterator[Message]:
    if fields.get("system"):
        yield Message("system", _parts(fields, "system"))
    for item in fields.objects("messages"):
        role = item.choice("role", _ROLES)
        if not role:
            raise wrong(item.path("role"), "needed")
        if item.get("content") is None:
            raise wrong(item.path("content"), "needed")
        yield from _asked(item) if role == "user" else (_answered(item),)


def _asked(item: Fields) -> Iterator[Message]:
    """What the user's side says: each result of a tool is a message, and what is said beside them is the last one."""
    said: list[Part] = []
    for block in _blocks(item, "content"):
        if block.get("type") == "tool_result":
            yield _result(block)
        else:
            said.append(_part(block))
    if said:
        yield Message("user", tuple(said))


def _result(block: Fields) -> Message:
    came = _parts(block, "content") if block.get("content") else (TextPart(""),)
    parts = (_FAILED, *came) if block.flag("is_error") else came
    return Message("tool", parts, {"tool_call_id": block.needed("tool_use_id")})


def _answered(item: Fields) -> Message:
    """What the model's side said. Thoughts go back only as they were signed: to others than their maker they say nothing."""
    said: list[Part] = []
    calls: list[Mapping[str, Any]] = []
    signed: list[Mapping[str, Any]] = []
    for block in _blocks(item, "content"):
        match block.get("type"):
            case "tool_use":
                calls.append(_call(block))
            case "thinking" | "redacted_thinking":
                signed += [block.values] if block.get("signature") or block.get("data") else []
            case _:
                said.append(_part(block))
    extra = {"tool_calls": calls, "thinking_blocks": signed}
    return Message("assistant", tuple(said), {name: value for name, value in extra.items() if value})


def _call(block: Fields) -> dict[str, Any]:
    try:
        arguments = orjson.dumps(block.object("input").values).decode()
    except TypeError as error:
        raise WrongField(block.path("input"), "det är för djupt nästlat", "it is nested too deeply") from error
    function = {"name": block.needed("name"), "arguments": arguments}
    return {"id": block.needed("id"), "type": "function", "function": function}


def _blocks(item: Fields, name: str) -> Iterator[Fields]:
    """The blocks of a content; a text is one."""
    if isinstance(item.get(name), str):
        yield Fields({"type": "text", "text": item.get(name)}, item.path(name))
    else:
        yield from item.objects(name)


def _parts(item: Fields, name: str) -> tuple[Part, ...]:
    return tuple(_part(block) for block in _blocks(item, name))


def _part(block: Fields) -> Part:
    match block.get("type"):
        case "text":
            if block.get("text") is None:
                raise wrong(block.path("text"), "needed")
            return TextPart(block.text("text"))
        case "image":
            return _picture(block.object("source"))
    raise WrongField(block.where, "bara text och bilder tas emot", "only text and pictures are accepted")


def _picture(source: Fields) -> Part:
    if source.choice("type", ("base64", "url")) != "base64":
        return picture(source, "url")
    address = f"data:{source.needed('media_type')};base64,{source.needed('data')}"
    return picture(Fields({"data": address}, source.where), "data")
