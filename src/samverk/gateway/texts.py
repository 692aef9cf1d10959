"""Every text of a request of any kind, wherever it stands: what is said, sources, calls of tools with their arguments, prompts.

One walk finds them and puts others in their place. Pure; knows nothing of what is looked for in them.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from samverk.core.errors import Invalid
from samverk.core.levels import Level
from samverk.library.ports import (
    ChatRequest,
    EmbeddingRequest,
    ImageRequest,
    Message,
    Part,
    RerankRequest,
    SourcePart,
    SpeechRequest,
    TextPart,
    TranscriptionRequest,
)

Change = Callable[[str, Level | None], str]
"""What becomes of a text; the level is what it is known to be worth, None where nobody has said."""

Request = TypeVar("Request")

DEEPEST = 100  # levels of lists and objects; more than that no interface needs
_CONTENT = frozenset({"arguments", "input"})  # what a call of a tool holds: JSON in a text, or a text
_SYNTAX = frozenset(
    {"id", "type", "role", "tool_call_id", "required", "format", "pattern", "$ref", "$id", "$schema", "detail"}
)
_NAMED = frozenset({"function", "function_call", "functions", "custom", "json_schema", "tool_choice"})


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a request, and what it is known to be worth."""

    text: str
    level: Level | None = None


def texts_of(request: object) -> list[Text]:
    """Every text in the order in which `rewritten` changes them. Raises Invalid for one that is nested too deeply."""
    found: list[Text] = []

    def keep(text: str, level: Level | None) -> str:
        found.append(Text(text, level))
        return text

    rewritten(request, keep)
    return found


def rewritten(request: Request, change: Change) -> Request:
    """The request with each text changed; names that the interface itself needs (ids, types, tools) stay."""
    changed: Request = _REWRITTEN[type(request)](request, change)
    return changed


def _chat(request: ChatRequest, change: Change) -> ChatRequest:
    messages = tuple([_message(message, change) for message in request.messages])
    return ChatRequest(messages, _options(request.options, change), request.stream)


def _embedding(request: EmbeddingRequest, change: Change) -> EmbeddingRequest:
    texts = tuple(change(text, None) for text in request.texts)
    return replace(request, texts=texts, options=_options(request.options, change))


def _transcription(request: TranscriptionRequest, change: Change) -> TranscriptionRequest:
    return replace(request, options=_options(request.options, change))


def _speech(request: SpeechRequest, change: Change) -> SpeechRequest:
    return replace(request, text=change(request.text, None), options=_options(request.options, change))


def _image(request: ImageRequest, change: Change) -> ImageRequest:
    return replace(request, prompt=change(request.prompt, None), options=_options(request.options, change))


def _rerank(request: RerankRequest, change: Change) -> RerankRequest:
    query, documents = change(request.query, None), tuple(change(text, None) for text in request.documents)
    return replace(request, query=query, documents=documents, options=_options(request.options, change))


_REWRITTEN: Mapping[type, Callable[[Any, Change], Any]] = {
    ChatRequest: _chat,
    EmbeddingRequest: _embedding,
    TranscriptionRequest: _transcription,
    SpeechRequest: _speech,
    ImageRequest: _image,
    RerankRequest: _rerank,
}


def _options(options: Mapping[str, Any], change: Change) -> dict[str, Any]:
    return {name: _value(value, change, name) for name, value in options.items()}


def in_json(text: str, change: Callable[[str], str]) -> str:
    """JSON with each text and key in it changed, the escapes as they must be; what is no JSON is changed as it stands."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return change(text)
    changed = _content(value, lambda inner, _: change(inner))
    return text if changed == value else json.dumps(changed, ensure_ascii=False)


def _message(message: Message, change: Change) -> Message:
    parts = tuple([_part(part, change) for part in message.parts])
    extra = {name: _value(value, change, name) for name, value in message.extra.items()}
    return Message(message.role, parts, extra)


def _part(part: Part, change: Change) -> Part:
    if isinstance(part, TextPart):
        text = change(part.text, part.level)
        return part if text is part.text else replace(part, text=text)
    if isinstance(part, SourcePart):
        title, text = change(part.title, part.level), change(part.text, part.level)
        return part if title is part.title and text is part.text else replace(part, title=title, text=text)
    return part


def _value(value: Any, change: Change, name: str, within: str = "", depth: int = 0) -> Any:
    """A field of the interface: `name` is its own, `within` that of the object that it stands in."""
    _check(depth)
    if isinstance(value, str):
        if name in _SYNTAX or (name == "name" and within in _NAMED):
            return value
        return in_json(value, lambda text: change(text, None)) if name in _CONTENT else change(value, None)
    if isinstance(value, list):
        return [_value(item, change, name, within, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {key: _value(item, change, key, name, depth + 1) for key, item in value.items()}
    return value


def _content(value: Any, change: Change, depth: int = 0) -> Any:
    """What a tool is given: all of it may be personal data, numbers and keys too."""
    _check(depth)
    if isinstance(value, str):
        return change(value, None)
    if isinstance(value, int) and not isinstance(value, bool):
        changed = change(str(value), None)
        return value if changed == str(value) else changed
    if isinstance(value, list):
        return [_content(item, change, depth + 1) for item in value]
    if isinstance(value, dict):
        return {change(key, None): _content(item, change, depth + 1) for key, item in value.items()}
    return value


def _check(depth: int) -> None:
    if depth > DEEPEST:
        raise Invalid(
            sv="Det som skickades är för djupt nästlat.", en="What was sent is nested too deeply.", param="messages"
        )
