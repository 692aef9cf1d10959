"""From the shapes of OpenAI's interface and back, for providers that speak another: turns, pictures, calls of tools. Pure."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import orjson

from samverk.library.ports import ImagePart, Message


def in_turns(
    said: Iterable[Message], model: str, content: str, blocks_of: Callable[[Message], list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """The messages but the system's, those of one side in a row as one, for results of tools must come together.

    `model` is what the model's side is called, `content` the field that the blocks of a message stand in.
    """
    turns: list[dict[str, Any]] = []
    for message in said:
        role = model if message.role == "assistant" else "user"
        blocks = [] if message.role == "system" else blocks_of(message)
        if blocks and turns and turns[-1]["role"] == role:
            turns[-1][content] += blocks
        elif blocks:
            turns.append({"role": role, content: blocks})
    return turns


def shown(message: Message) -> list[str | ImagePart]:
    """Texts and pictures in order, the texts between pictures each as one; empty texts are none."""
    pieces: list[str | ImagePart] = []
    for _, group in groupby(message.parts, lambda part: isinstance(part, ImagePart)):
        parts = tuple(group)
        pictures = [part for part in parts if isinstance(part, ImagePart)]
        pieces += pictures or [Message("user", parts).text]
    return [piece for piece in pieces if piece]


def called(index: int, call_id: str, name: str, arguments: str = "", **more: Any) -> dict[str, Any]:
    """The extra of a delta in which a call begins."""
    function = {"name": name, "arguments": arguments}
    return {"tool_calls": [{"index": index, "id": call_id, "type": "function", "function": function, **more}]}


def argued(index: int, arguments: str) -> dict[str, Any]:
    """The extra of a delta with the next piece of a call's arguments."""
    return {"tool_calls": [{"index": index, "function": {"arguments": arguments}}]}


def calls_of(message: Message) -> Iterator[tuple[str, str, dict[str, Any], Mapping[str, Any]]]:
    """The calls in a message: id, name, arguments, and the call itself. Arguments that are no JSON object are under `input`."""
    for call in message.extra.get("tool_calls") or ():
        function = call.get("function") if isinstance(call, Mapping) else None
        if isinstance(function, Mapping):
            yield str(call.get("id") or ""), str(function.get("name") or ""), _object(function.get("arguments")), call


def _object(text: Any) -> dict[str, Any]:
    try:
        value = orjson.loads(text) if text else {}
    except (orjson.JSONDecodeError, TypeError):
        value = text
    return value if isinstance(value, dict) else {"input": value}


def functions_of(options: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The functions that the model may call, as OpenAI describes each (`name`, `description`, `parameters`, `strict`)."""
    for tool in options.get("tools") or ():
        if isinstance(tool, Mapping) and isinstance(tool.get("function"), Mapping):
            yield tool["function"]


def chosen(options: Mapping[str, Any]) -> tuple[str, str]:
    """Which tools must be called: `auto`, `none`, `required` or `one` with its name; empty when nothing was said."""
    choice = options.get("tool_choice")
    if isinstance(choice, Mapping):
        function = choice.get("function")
        return ("one", str(function.get("name"))) if isinstance(function, Mapping) else ("", "")
    return str(choice or ""), ""


def schema_of(options: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The JSON schema that the answer must follow; empty for any JSON, None where it may be text."""
    form = options.get("response_format")
    if not isinstance(form, Mapping) or form.get("type") not in ("json_schema", "json_object"):
        return None
    described = form.get("json_schema")
    schema = described.get("schema") if isinstance(described, Mapping) else None
    return schema if isinstance(schema, Mapping) else {}


def picture(part: ImagePart) -> tuple[str, str] | None:
    """The type and the base64 of a picture that is in its part; None for one at an address."""
    head, comma, data = part.url_or_data.partition(",")
    if not (comma and head.startswith("data:") and head.endswith(";base64")):
        return None
    try:
        b64decode(data, validate=True)
    except (NotBase64, ValueError):
        return None
    return head[5:-7].partition(";")[0] or part.mime or "image/png", data
