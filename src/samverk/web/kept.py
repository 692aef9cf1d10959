"""A question that was sent when its session had ended: it goes along through the log-in, and is shown again behind it.

It travels in the forms themselves, so nothing of it stands in an address, a cookie or a log, or is stored. Whatever comes back
from the browser is only ever shown in a field for the person to send.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from starlette.requests import Request

from samverk.core.errors import SamverkError
from samverk.http.sessions import checked_form, safe_next

KEPT_FIELD = "kept"
_FIELDS = ("question", "run", "conversation", "after", "replaces", "attached", "assistant", "level", "temporary")
_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a question was sent, and the fields of its form."""

    path: str
    fields: Mapping[str, str]

    @property
    def text(self) -> str:
        """As it stands in a hidden field."""
        return orjson.dumps([self.path, dict(self.fields)]).decode()

    @property
    def question(self) -> str:
        """What was written."""
        return self.fields["question"]

    @property
    def others(self) -> dict[str, str]:
        """The fields that nobody wrote."""
        return {name: value for name, value in self.fields.items() if name != "question"}


async def refused(request: Request) -> Kept | None:
    """The question in a form that was refused for want of a session; nothing where it came from elsewhere or holds none."""
    if request.method != "POST":
        return None
    try:
        fields = await checked_form(request)
    except (SamverkError, RuntimeError):  # not ours, too large, or read already
        return None
    return _kept(request.url.path, fields)


def returned(fields: Mapping[str, str]) -> Kept | None:
    """The question that a form of the log-in carries. Anything that is not ours is nothing."""
    text = fields.get(KEPT_FIELD, "")
    if not text or len(text) > _LONGEST:
        return None
    try:
        path, held = orjson.loads(text)
        return _kept(safe_next(path), {str(name): str(value) for name, value in held.items()})
    except (ValueError, TypeError, AttributeError):
        return None


def _kept(path: str, fields: Mapping[str, str]) -> Kept | None:
    held = {name: fields[name] for name in _FIELDS if fields.get(name)}
    held["question"] = fields.get("sample") or fields.get("question", "")
    return Kept(path, held) if held["question"].strip() else None
