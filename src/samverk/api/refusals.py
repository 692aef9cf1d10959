"""The errors that the interfaces add to the family, and how a refusal is told: its status, headers and body."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from samverk.core.errors import Denied, Invalid, ModelFailed, NotFound, SamverkError
from samverk.http.errors import Failure, describe, error_body


class WrongField(Invalid):
    """A field of the request cannot be used as it is."""

    sv = "Fältet {param} går inte att använda: {why_sv}."
    en = "The field {param} cannot be used: {why_en}."

    def __init__(self, param: str, why_sv: str, why_en: str) -> None:
        """`param` names the field, as in `messages[0].content`."""
        super().__init__(param=param, why_sv=why_sv, why_en=why_en)


class NotJson(Invalid):
    """The body is no JSON object."""

    sv = "Det som skickades är inte ett JSON-objekt i UTF-8."
    en = "What was sent is not a JSON object in UTF-8."


class WrongType(SamverkError):
    """The body is of a kind that the address does not take."""

    code = "unsupported_media_type"
    status = 415
    sv = "Adressen tar emot {wanted}, inte {sent}."
    en = "This address takes {wanted}, not {sent}."


class TooSlow(SamverkError):
    """The rest of the request did not come in time."""

    code = "request_timeout"
    status = 408
    sv = "Resten av det som skulle skickas kom inte fram i tid. Försök igen."
    en = "The rest of the request did not arrive in time. Please try again."


class UnknownModel(NotFound):
    """There is no such model or assistant for this key."""

    code = "model_not_found"

    def __init__(self, name: str) -> None:
        super().__init__("model", name)


# What a model's server says of the request itself is the caller's to know, not a fault of ours.
_TOLD_ON = frozenset({400, 413, 422, 429})
_FUTILE = frozenset({"budget_spent", "insufficient_quota"})  # with a status that clients would try again at, in vain


def refused(error: Exception) -> tuple[Failure, dict[str, Any]]:
    """What may be said about an error, and its body: `error.samverk` holds the verdict's reasons where the policy refused."""
    failure = describe(error)
    facts = error.facts if isinstance(error, SamverkError) else {}
    upstream = facts.get("status")
    if failure.code == ModelFailed.code and isinstance(upstream, int) and upstream in _TOLD_ON:
        failure = replace(failure, status=upstream)
    headers = {**failure.headers, **_headers(failure, facts)}
    body = error_body(failure)
    if isinstance(error, Denied):
        told = {name: facts[name] for name in ("level", "reasons") if name in facts}
        return replace(failure, headers=headers), {"error": {**body["error"], "samverk": {"action": "deny", **told}}}
    return replace(failure, headers=headers), body


def _headers(failure: Failure, facts: Mapping[str, Any]) -> dict[str, str]:
    """What clients read to know whether and when to try again."""
    headers = {}
    after = facts.get("seconds", facts.get("retry_after"))
    if isinstance(after, int | float) and failure.status in (429, 503):
        headers["Retry-After"] = str(max(int(-(-after // 1)), 1))
    if failure.code in _FUTILE:
        headers["X-Should-Retry"] = "false"
    if facts.get("quota") is not None:
        headers |= rates(facts["quota"])
    return headers


def rates(quota: Any) -> dict[str, str]:
    """What is left of the caller's rate, in the headers that OpenAI's clients know. `quota` is a `gateway.limits.Quota`."""
    headers = {}
    for what in ("requests", "tokens"):
        if (limit := getattr(quota, f"limit_{what}")) is not None:
            headers[f"x-ratelimit-limit-{what}"] = str(limit)
            headers[f"x-ratelimit-remaining-{what}"] = str(getattr(quota, f"remaining_{what}"))
            headers[f"x-ratelimit-reset-{what}"] = _span(getattr(quota, f"reset_{what}"))
    return headers


def _span(seconds: float) -> str:
    """A time as these headers have it: `250ms`, `1.5s`, `6m0s`."""
    if seconds < 1:
        return f"{round(seconds * 1000)}ms"
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}m{int(rest)}s" if minutes else f"{round(rest, 3):g}s"
