"""What Anthropic's Messages API is asked, out of what OpenAI's is: platform.claude.com/docs/en/api/messages. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from samverk.library.ports import ChatRequest, ImagePart, Message
from samverk.library.providers._translating import calls_of, chosen, functions_of, in_turns, picture, schema_of, shown

DEFAULT_TOKENS = 8192  # `max_tokens` must be said; all models of today can answer with as many
_AS_THEY_ARE = frozenset(
    {"temperature", "top_p", "top_k", "thinking", "output_config", "service_tier", "metadata", "container"}
)
_TRANSLATED = frozenset(
    {"max_tokens", "max_completion_tokens", "stop", "tools", "tool_choice", "parallel_tool_calls", "stream_options"}
)
_CHOICES = {"auto": "auto", "none": "none", "required": "any"}
_EFFORTS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "xhigh", "max": "max"}
# Models that decide themselves how long to think, within an effort: the guide to adaptive thinking.
_ADAPTIVE = re.compile(r"claude-(opus-(4-[6-9]|[5-9])|sonnet-(4-[6-9]|[5-9])|(haiku|fable)-[5-9])")


def body(model: str, request: ChatRequest, options: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The body of the call, and the names of the options that it has no field for."""
    asked: dict[str, Any] = {
        "model": model,
        "max_tokens": options.get("max_completion_tokens") or options.get("max_tokens") or DEFAULT_TOKENS,
        "messages": messages(request.messages),
        "stream": True,
        **{name: value for name, value in options.items() if name in _AS_THEY_ARE and value is not None},
        **_tools(options),
    }
    if system := "\n\n".join(m.text for m in request.messages if m.role == "system" and m.text):
        asked["system"] = system
    if isinstance(asked.get("temperature"), int | float):
        asked["temperature"] = min(asked["temperature"], 1)  # the scale ends at 1, OpenAI's at 2
    if stop := options.get("stop"):
        asked["stop_sequences"] = [stop] if isinstance(stop, str) else list(stop)
    known = _AS_THEY_ARE | _TRANSLATED | _shape(asked, model, options)
    return asked, tuple(sorted(name for name, value in options.items() if name not in known and value is not None))


def _shape(asked: dict[str, Any], model: str, options: Mapping[str, Any]) -> frozenset[str]:
    """Put in how the answer shall be: a schema, an effort. Returns the names of the options that this took care of."""
    done = set()
    form = options.get("response_format")
    if schema := schema_of(options):
        asked["output_config"] = {**asked.get("output_config", {}), "format": {"type": "json_schema", "schema": schema}}
        done.add("response_format")
    elif isinstance(form, Mapping) and form.get("type") == "text":
        done.add("response_format")
    effort = _EFFORTS.get(str(options.get("reasoning_effort")))
    if effort and _ADAPTIVE.search(model):
        asked.setdefault("thinking", {"type": "adaptive"})
        asked["output_config"] = {"effort": effort, **asked.get("output_config", {})}
        done.add("reasoning_effort")
    return frozenset(done)


def _tools(options: Mapping[str, Any]) -> dict[str, Any]:
    tools = [_tool(function) for function in functions_of(options)]
    if not tools:
        return {}
    kind, name = chosen(options)
    choice: dict[str, Any] = {"type": "tool", "name": name} if kind == "one" else {"type": _CHOICES.get(kind, "auto")}
    if options.get("parallel_tool_calls") is False and choice["type"] != "none":
        choice["disable_parallel_tool_use"] = True
    return {"tools": tools, **({"tool_choice": choice} if len(choice) > 1 or kind else {})}


def _tool(function: Mapping[str, Any]) -> dict[str, Any]:
    tool = {
        "name": function.get("name"),
        "description": function.get("description"),
        "input_schema": function.get("parameters") or {"type": "object", "properties": {}},
        "strict": function.get("strict"),
    }
    return {name: value for name, value in tool.items() if value is not None}


def messages(said: Sequence[Message]) -> list[dict[str, Any]]:
    """The messages as turns of blocks."""
    turns = in_turns(said, "assistant", "content", _blocks)
    last = turns[-1]["content"][-1] if turns and turns[-1]["role"] == "assistant" else {}
    if last.get("type") == "text":
        last["text"] = last["text"].rstrip()  # what the model shall go on with may not end in a space
    return turns


def _blocks(message: Message) -> list[dict[str, Any]]:
    """The content of a message as blocks."""
    content = [_block(piece) for piece in shown(message)]
    if message.role == "tool":
        return [
            {"type": "tool_result", "tool_use_id": str(message.extra.get("tool_call_id") or ""), "content": content}
        ]
    signed = message.extra.get("thinking_blocks")  # they go back as they came, before all else
    thoughts = [block for block in signed if isinstance(block, dict)] if isinstance(signed, list) else []
    calls = [
        {"type": "tool_use", "id": call_id, "name": name, "input": arguments}
        for call_id, name, arguments, _ in calls_of(message)
    ]
    return [*thoughts, *content, *calls]


def _block(piece: str | ImagePart) -> dict[str, Any]:
    return {"type": "text", "text": piece} if isinstance(piece, str) else {"type": "image", "source": _source(piece)}


def _source(part: ImagePart) -> dict[str, str]:
    inside = picture(part)
    if inside is None:
        return {"type": "url", "url": part.url_or_data}
    return {"type": "base64", "media_type": inside[0], "data": inside[1]}
