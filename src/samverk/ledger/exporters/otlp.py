"""OTLP over HTTP, in its JSON encoding: a call is a span. Collectors take it, and Langfuse.

Source: opentelemetry.io/docs/specs/otlp (OTLP/HTTP, JSON Protobuf encoding: ids in hexadecimal, 64-bit numbers as text).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
import structlog

from samverk import __version__
from samverk.core.settings import Settings
from samverk.ledger.exporters import SessionSource, genai, post
from samverk.ledger.ports import Record

_CLIENT, _ERROR = 3, 2  # SPAN_KIND_CLIENT, STATUS_CODE_ERROR
_RESOURCE = {"service.name": "samverk", "service.version": __version__}

log = structlog.get_logger()


class Otlp:
    """Sends spans to the traces' address of a receiver."""

    name = "otlp"

    def __init__(self, url: str, headers: dict[str, str], session: SessionSource) -> None:
        self._url = url
        self._headers = headers
        self._session = session

    async def send(self, records: Sequence[Record]) -> None:
        """Send the records as spans. Raises ExportFailed."""
        answer = await post(self._session, self._url, orjson.dumps(request(records)), self._headers, self.name)
        partial = answer.get("partialSuccess")
        if isinstance(partial, dict) and partial.get("rejectedSpans"):
            log.warning("spans_rejected", exporter=self.name, spans=partial["rejectedSpans"])


def configured(settings: Settings, session: SessionSource) -> Otlp | None:
    """The exporter to SAMVERK_OTLP_URL."""
    return Otlp(settings.otlp_url, headers_of(settings.otlp_headers), session) if settings.otlp_url else None


def headers_of(text: str) -> dict[str, str]:
    """The headers of a list such as `Authorization=Bearer x,X-Team=y`, as OTEL_EXPORTER_OTLP_HEADERS is written."""
    pairs = (pair.partition("=") for pair in text.split(",") if "=" in pair)
    return {name.strip(): value.strip() for name, _, value in pairs}


def request(records: Sequence[Record]) -> dict[str, Any]:
    """An ExportTraceServiceRequest with a span for each record."""
    scope = {
        "scope": {"name": "samverk.ledger", "version": __version__},
        "spans": [_span(record) for record in records],
    }
    resource = {"resource": {"attributes": _attributes(_RESOURCE)}, "scopeSpans": [scope]}
    return {"resourceSpans": [resource | {"schemaUrl": genai.SCHEMA_URL}]}


def _span(record: Record) -> dict[str, Any]:
    span = {
        "traceId": record.call_id.hex,
        "spanId": record.call_id.hex[16:],  # the random half
        "name": genai.span_name(record),
        "kind": _CLIENT,
        "startTimeUnixNano": _nanoseconds(record.opened_at),
        "endTimeUnixNano": _nanoseconds(record.closed_at),
        "attributes": _attributes(genai.attributes(record)),
    }
    return span | {"status": {"code": _ERROR, "message": record.failure}} if record.failure else span


def _nanoseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1_000_000) * 1_000)


def _attributes(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in values.items()]


def _value(value: Any) -> dict[str, Any]:
    """A value as AnyValue. What is structured is told as JSON in text, as the conventions ask of spans."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return {"arrayValue": {"values": [{"stringValue": one} for one in value]}}
    return {"stringValue": value if isinstance(value, str) else orjson.dumps(value).decode()}
