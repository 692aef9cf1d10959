"""Helicone's endpoint for logs of custom models: a request a call.

Source: docs.helicone.ai/getting-started/integration-method/manual-logger-curl (times as seconds and milliseconds of Unix time;
tokens in `usage` as OpenAI writes it).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from samverk.core.settings import Settings
from samverk.ledger.exporters import SessionSource, post
from samverk.ledger.ports import Record

_STATUS = {"denied": 403, "failed": 502, "cut": 499, "left_open": 500}


class Helicone:
    """Sends calls to the endpoint, one at a time."""

    name = "helicone"

    def __init__(self, url: str, key: str, session: SessionSource) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}"}
        self._session = session

    async def send(self, records: Sequence[Record]) -> None:
        """Send the records. Raises ExportFailed; then those before the one that failed have arrived, and come again."""
        for record in records:
            await post(self._session, self._url, orjson.dumps(entry(record)), self._headers, self.name)


def configured(settings: Settings, session: SessionSource) -> Helicone | None:
    """The exporter to SAMVERK_HELICONE_URL."""
    url = settings.helicone_url
    return Helicone(url, settings.helicone_key, session) if url else None


def entry(record: Record) -> dict[str, Any]:
    """What Helicone wants to know of a call."""
    opened, closed, content = record.opened, record.closed, record.content
    asked: dict[str, Any] = {"model": record.model}
    answered: dict[str, Any] = {"id": str(record.call_id), "model": record.model}
    if content is not None:
        asked["messages"] = [{"role": "user", "content": content.question}]
        answered["choices"] = [{"index": 0, "message": {"role": "assistant", "content": content.answer}}]
    tokens_in, tokens_out = closed.get("tokens_in"), closed.get("tokens_out")
    if tokens_in is not None or tokens_out is not None:
        usage = {"prompt_tokens": tokens_in or 0, "completion_tokens": tokens_out or 0}
        answered["usage"] = usage | {"total_tokens": sum(usage.values())}
    about = {"Organisation": record.org_id, "Purpose": opened.get("purpose"), "Level": opened.get("level")}
    meta = {f"Helicone-Property-{name}": str(value) for name, value in about.items() if value}
    return {
        "providerRequest": {
            "url": "custom-model-nopath",
            "json": asked,
            "meta": meta | {"Helicone-Request-Id": str(record.call_id)},
        },
        "providerResponse": {
            "json": answered | ({"error": record.failure} if record.failure else {}),
            "status": _STATUS.get(str(closed.get("outcome")), 200),
            "headers": {},
        },
        "timing": {"startTime": _moment(record.opened_at), "endTime": _moment(record.closed_at)},
    }


def _moment(at: datetime) -> dict[str, int]:
    return {"seconds": int(at.timestamp()), "milliseconds": at.microsecond // 1_000}
