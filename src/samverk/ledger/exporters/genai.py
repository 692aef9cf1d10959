"""A record in the words of OpenTelemetry's conventions for generative AI. The one place that knows these names.

Source: opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans (status: development), semantic conventions 1.38. What the
conventions have no word for is named `samverk.…`.
"""

from typing import Any

from samverk.ledger.ports import Record

SCHEMA_URL = "https://opentelemetry.io/schemas/1.38.0"

OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
REQUEST_MODEL = "gen_ai.request.model"
RESPONSE_MODEL = "gen_ai.response.model"
FINISH_REASONS = "gen_ai.response.finish_reasons"
INPUT_TOKENS = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
AGENT = "gen_ai.agent.name"
INPUT_MESSAGES = "gen_ai.input.messages"
OUTPUT_MESSAGES = "gen_ai.output.messages"
ERROR = "error.type"

_OWN = "samverk."
_OPERATIONS = {
    "embeddings": "embeddings",
    "image": "generate_content",
    "rerank": "rerank",
    "speech": "generate_content",
}


def operation(record: Record) -> str:
    """What was asked of the model, in the conventions' words; chat unless the record says otherwise."""
    return _OPERATIONS.get(str(record.opened.get("kind")), "chat")


def span_name(record: Record) -> str:
    """The name of the call's span: the operation and the model."""
    return f"{operation(record)} {record.model}".rstrip()


def attributes(record: Record) -> dict[str, Any]:
    """The attributes of the call's span. The content only where the record has it."""
    opened, closed = record.opened, record.closed
    wished = opened.get("models") or [record.model]
    purpose, _, assistant = str(opened.get("purpose") or "").partition(":")
    found = {
        OPERATION: operation(record),
        PROVIDER: closed.get("provider") or opened.get("provider") or "samverk",
        REQUEST_MODEL: wished[0],
        RESPONSE_MODEL: record.model,
        FINISH_REASONS: [closed["outcome"]] if closed.get("outcome") else None,
        INPUT_TOKENS: closed.get("tokens_in"),
        OUTPUT_TOKENS: closed.get("tokens_out"),
        AGENT: assistant if purpose == "assistant" else None,
        ERROR: record.failure,
        f"{_OWN}organisation": str(record.org_id),
        f"{_OWN}call": str(record.call_id),
        f"{_OWN}purpose": opened.get("purpose"),
        f"{_OWN}action": opened.get("action"),
        f"{_OWN}level": opened.get("level"),
        f"{_OWN}cost": closed.get("cost"),
        f"{_OWN}currency": closed.get("currency"),
    }
    if record.content is not None:
        found[INPUT_MESSAGES] = [_message("user", record.content.question)]
        found[OUTPUT_MESSAGES] = [_message("assistant", record.content.answer)]
    return {name: value for name, value in found.items() if value is not None and value != ""}


def _message(role: str, content: str) -> dict[str, Any]:
    return {"role": role, "parts": [{"type": "text", "content": content}]}
