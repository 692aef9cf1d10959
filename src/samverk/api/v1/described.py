"""`GET /v1/openapi.json`: what stands under `/v1`, as an OpenAPI 3.1 document written by hand: no framework reads the bodies.

It names the fields that are read here; all others that OpenAI's interface has are passed on to the model.
"""

from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from samverk import __version__
from samverk.core.levels import Level
from samverk.library.ports import SPEECH_TYPES

Schema = dict[str, Any]


def _object(required: str = "", **properties: Schema) -> Schema:
    return {"type": "object", "required": required.split(), "properties": properties}


def _list(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


def _one_of(*words: str) -> Schema:
    return {"enum": list(words)}


def _up_to(most: int) -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": most}


TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": "string", "minLength": 1}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer"}
ANY: Schema = {}
LEVEL = _one_of(*(level.slug for level in Level))
SAMVERK = _object(level=LEVEL, masking=FLAG)
ROLE = _one_of("system", "developer", "user", "assistant", "tool")
PICTURE = _object(
    "type image_url",
    type=_one_of("image_url"),
    image_url=_object("url", url={"type": "string", "pattern": "^(https://|data:image/)"}, detail=TEXT),
)
PART = {"anyOf": [_object("type text", type=_one_of("text"), text=TEXT), PICTURE]}
MESSAGE = _object("role content", role=ROLE, content={"anyOf": [TEXT, _list(PART, minItems=1)]})
TOLD = {"samverk": {"type": "object"}}
TOKENS = _object("prompt_tokens total_tokens", prompt_tokens=COUNT, total_tokens=COUNT)
ERROR = _object(
    "error",
    error=_object(
        "message type code message_sv",
        message=TEXT,
        message_sv=TEXT,
        type=TEXT,
        code=TEXT,
        param={"type": ["string", "null"]},
        reference={"type": ["string", "null"]},
        samverk={"type": "object"},
    ),
)
MODEL = _object(
    "id object created owned_by name samverk",
    id=TEXT,
    object=_one_of("model"),
    created=COUNT,
    owned_by=TEXT,
    name=TEXT,
    **TOLD,
)
_REFUSED = {
    400: "What was sent cannot be used.",
    401: "No living key was sent.",
    403: "The key lacks the scope, or the policy refuses: `error.samverk` says why.",
    404: "There is no such model or assistant for this key.",
    408: "The rest of the request did not come in time.",
    413: "What was sent is too large.",
    415: "The body is of another kind.",
    422: "The model's server does not accept the request.",
    429: "The key or the model is asked too fast, or a budget is spent.",
    502: "The model did not answer as it should.",
    503: "A part of the platform does not answer just now.",
}
_KEY = {"type": "http", "scheme": "bearer", "description": "Or the same key in `X-Api-Key`."}
_JSON, _FORM = "application/json", "multipart/form-data"
_CHAT = _object(
    "id object choices usage",
    id=TEXT,
    object=TEXT,
    created=COUNT,
    model=TEXT,
    choices=_list({"type": "object"}),
    usage=TOKENS,
    **TOLD,
)
_RESPONSE = _object(
    "id object status output",
    id=TEXT,
    object=_one_of("response"),
    status=TEXT,
    output=_list({"type": "object"}),
    **TOLD,
)
_CONTENT = {"anyOf": [NAME, _list(_object("type text", type=_one_of("text"), text=TEXT), minItems=1)]}
_MESSAGE = _object(
    "id type role model content stop_reason usage",
    id=TEXT,
    type=_one_of("message"),
    role=_one_of("assistant"),
    model=TEXT,
    content=_list({"type": "object"}),
    stop_reason=_one_of("end_turn", "max_tokens", "tool_use", "refusal"),
    usage=_object("input_tokens output_tokens", input_tokens=COUNT, output_tokens=COUNT),
    **TOLD,
)
_VECTORS = _object(
    "object data model usage", object=_one_of("list"), data=_list({"type": "object"}), model=TEXT, usage=TOKENS, **TOLD
)
_HEARD = {
    _JSON: _object("text", text=TEXT, **TOLD),
    **dict.fromkeys(("text/plain", "text/vtt", "application/x-subrip"), TEXT),
}
_DRAWN = _object("created data", created=COUNT, data=_list({"type": "object"}), **TOLD)
_MODELS = _object("object data", object=_one_of("list"), data=_list(MODEL))
_STREAM = {"text/event-stream": _object("data", data=TEXT, event=TEXT)}
_SOUND = {
    "model": NAME,
    "file": {"type": "string", "format": "binary"},
    "response_format": _one_of("json", "verbose_json", "text", "srt", "vtt"),
}
_SPOKEN = _object("model file", **_SOUND, language=TEXT, prompt=TEXT)

# summary, the body's type and schema, what comes back by its type
_OPERATIONS: dict[str, tuple[str, str, Schema, Schema]] = {
    "/v1/chat/completions": (
        "An answer of an assistant or a model, or several",
        _JSON,
        _object(
            "model messages",
            model=NAME,
            messages=_list(MESSAGE, minItems=1),
            n=_up_to(128),
            stream=FLAG,
            stream_options=_object(include_usage=FLAG),
            samverk=SAMVERK,
        ),
        {_JSON: _CHAT, **_STREAM},
    ),
    "/v1/responses": (
        "The same in the shape of responses",
        _JSON,
        _object(
            "model input",
            model=NAME,
            input=NAME,
            instructions=TEXT,
            stream=FLAG,
            max_output_tokens=COUNT,
            samverk=SAMVERK,
        ),
        {_JSON: _RESPONSE, **_STREAM},
    ),
    "/v1/messages": (
        "The same in the shape of Anthropic's messages",
        _JSON,
        _object(
            "model messages max_tokens",
            model=NAME,
            messages=_list(_object("role content", role=_one_of("user", "assistant"), content=_CONTENT), minItems=1),
            max_tokens=_up_to(10_000_000),
            system=_CONTENT,
            tools=_list(_object("name input_schema", name=NAME, input_schema={"type": "object"})),
            tool_choice=_object("type", type=_one_of("auto", "any", "none")),
            stop_sequences=_list(TEXT),
            stream=FLAG,
            samverk=SAMVERK,
        ),
        {_JSON: _MESSAGE, **_STREAM},
    ),
    "/v1/embeddings": (
        "Vectors of texts",
        _JSON,
        _object(
            "model input",
            model=NAME,
            input={"anyOf": [NAME, _list(NAME, minItems=1, maxItems=2048)]},
            encoding_format=_one_of("float", "base64"),
            dimensions=_up_to(65_536),
            samverk=SAMVERK,
        ),
        {_JSON: _VECTORS},
    ),
    "/v1/audio/transcriptions": ("What is said in a recording", _FORM, _SPOKEN, _HEARD),
    "/v1/audio/translations": ("What is said in a recording, in English", _FORM, _SPOKEN, _HEARD),
    "/v1/audio/speech": (
        "A text read aloud",
        _JSON,
        _object(
            "model input voice",
            model=NAME,
            input={**NAME, "maxLength": 4096},
            voice=NAME,
            response_format=_one_of(*SPEECH_TYPES),
            samverk=SAMVERK,
        ),
        {kind: {"type": "string", "format": "binary"} for kind in SPEECH_TYPES.values()},
    ),
    "/v1/images/generations": (
        "Pictures of a text",
        _JSON,
        _object(
            "model prompt",
            model=NAME,
            prompt=NAME,
            n=_up_to(10),
            size=TEXT,
            response_format=_one_of("b64_json", "url"),
            samverk=SAMVERK,
        ),
        {_JSON: _DRAWN},
    ),
}


def document() -> dict[str, Any]:
    """The document."""
    paths: dict[str, Any] = {path: {"post": _posted(*told)} for path, told in _OPERATIONS.items()}
    named = {"name": "model", "in": "path", "required": True, "schema": {**NAME, "pattern": "^[^/]+$"}}
    paths["/v1/models"] = {"get": _operation("Assistants and models", {_JSON: _MODELS})}
    paths["/v1/models/{model}"] = {"get": {**_operation("One of them", {_JSON: MODEL}), "parameters": [named]}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Samverk /v1", "version": __version__},
        "paths": paths,
        "components": {"securitySchemes": {"key": _KEY}, "schemas": {"Error": ERROR}},
    }


def _posted(summary: str, kind: str, body: Schema, answers: Schema) -> dict[str, Any]:
    marked = {"name": "X-Samverk-Level", "in": "header", "schema": LEVEL}
    return {
        **_operation(summary, answers),
        "parameters": [marked],
        "requestBody": {"required": True, "content": {kind: {"schema": body}}},
    }


def _operation(summary: str, answers: Schema) -> dict[str, Any]:
    error = {_JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}
    told = {kind: {"schema": schema} for kind, schema in answers.items()}
    refused = {str(status): {"description": why, "content": error} for status, why in _REFUSED.items()}
    responses = {"200": {"description": "The answer.", "content": told}, **refused}
    return {"summary": summary, "security": [{"key": ["chat"]}], "responses": responses}


async def describe(scope: Scope, receive: Receive, send: Send) -> None:
    """The document, for whoever asks."""
    head = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": orjson.dumps(document())})
