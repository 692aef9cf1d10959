"""What Gemini is asked, out of what OpenAI's interface is: ai.google.dev/api/generate-content. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from samverk.library.ports import ChatRequest, ImagePart, Message
from samverk.library.providers._translating import calls_of, chosen, functions_of, in_turns, picture, schema_of, shown

# Fields of OpenAI's, and what they are called in `generationConfig`.
_CONFIGURED = {
    "temperature": "temperature",
    "top_p": "topP",
    "top_k": "topK",
    "n": "candidateCount",
    "seed": "seed",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
    "max_tokens": "maxOutputTokens",
    "max_completion_tokens": "maxOutputTokens",
}
_AS_THEY_ARE = frozenset({"safetySettings", "cachedContent", "labels"})
_ELSEWHERE = frozenset({"stop", "tools", "tool_choice", "parallel_tool_calls", "stream_options"})
_MODES = {"auto": "AUTO", "none": "NONE", "required": "ANY", "one": "ANY"}
# What an effort is in tokens of thought, for the models before 3: ai.google.dev/gemini-api/docs/openai
_BUDGETS = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192, "high": 24576}
_LEVELS = {"none": "minimal", "minimal": "minimal", "low": "low", "medium": "medium", "high": "high"}
# Stands for the signature of a call that Gemini did not make: ai.google.dev/gemini-api/docs/thought-signatures
UNSIGNED = "skip_thought_signature_validator"


def body(model: str, request: ChatRequest, options: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The body of the call, and the names of the options that it has no field for."""
    asked: dict[str, Any] = {"contents": contents(request.messages), **_tools(options)}
    if system := [{"text": m.text} for m in request.messages if m.role == "system" and m.text]:
        asked["systemInstruction"] = {"parts": system}
    config, known = _config(model, options)
    if config:
        asked["generationConfig"] = config
    asked |= {name: value for name, value in options.items() if name in _AS_THEY_ARE}
    known |= _AS_THEY_ARE | _ELSEWHERE
    return asked, tuple(sorted(name for name, value in options.items() if name not in known and value is not None))


def _config(model: str, options: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """How the answer shall be, and the names of the options that this takes care of."""
    config = {there: options[name] for name, there in _CONFIGURED.items() if options.get(name) is not None}
    known = {*_CONFIGURED, "response_format"}
    if stop := options.get("stop"):
        config["stopSequences"] = [stop] if isinstance(stop, str) else list(stop)
    schema = schema_of(options)
    if schema is not None:
        config["responseMimeType"] = "application/json"
    if schema:
        config["responseJsonSchema"] = schema
    effort = options.get("reasoning_effort")
    if effort in _BUDGETS:
        known.add("reasoning_effort")
        older = "gemini-2" in model
        config["thinkingConfig"] = {"thinkingBudget": _BUDGETS[effort]} if older else {"thinkingLevel": _LEVELS[effort]}
    return config, known


def _tools(options: Mapping[str, Any]) -> dict[str, Any]:
    declared = [_declared(function) for function in functions_of(options)]
    if not declared:
        return {}
    kind, name = chosen(options)
    calling = {"mode": _MODES[kind]} if kind in _MODES else {}
    only = {"allowedFunctionNames": [name]} if kind == "one" else {}
    config = {"toolConfig": {"functionCallingConfig": {**calling, **only}}} if calling else {}
    return {"tools": [{"functionDeclarations": declared}], **config}


def _declared(function: Mapping[str, Any]) -> dict[str, Any]:
    described = {
        "name": function.get("name"),
        "description": function.get("description"),
        "parametersJsonSchema": function.get("parameters"),
    }
    return {name: value for name, value in described.items() if value}


def contents(said: Sequence[Message]) -> list[dict[str, Any]]:
    """The messages as turns of parts. A result bears the name of the call that it answers."""
    names = {call_id: name for message in said for call_id, name, _, _ in calls_of(message)}
    return in_turns(said, "model", "parts", lambda message: _parts(message, names))


def _parts(message: Message, names: Mapping[str, str]) -> list[dict[str, Any]]:
    if message.role == "tool":
        name = names.get(str(message.extra.get("tool_call_id")), "") or str(message.extra.get("name") or "unknown")
        return [{"functionResponse": {"name": name, "response": _result(message.text)}}]
    calls = [
        {"functionCall": {"name": name, "args": arguments}, "thoughtSignature": _signature(call)}
        for _, name, arguments, call in calls_of(message)
    ]
    content = [{"text": piece} if isinstance(piece, str) else _picture(piece) for piece in shown(message)]
    return [*content, *calls]


def _picture(part: ImagePart) -> dict[str, Any]:
    inside = picture(part)
    if inside is None:
        return {"fileData": {"fileUri": part.url_or_data, **({"mimeType": part.mime} if part.mime else {})}}
    return {"inlineData": {"mimeType": inside[0], "data": inside[1]}}


def _signature(call: Mapping[str, Any]) -> str:
    """The signature of the thought behind a call, where Google's own OpenAI interface has it."""
    extra = call.get("extra_content")
    google = extra.get("google") if isinstance(extra, Mapping) else None
    signature = google.get("thought_signature") if isinstance(google, Mapping) else None
    return str(signature or UNSIGNED)


def _result(text: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = text
    return value if isinstance(value, dict) else {"result": value}
