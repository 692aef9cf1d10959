"""What stands in the record of a call: the bodies of its two events. Pure; nothing of what was said stands here."""

from typing import Any

from samverk.core.canonical import digest
from samverk.gateway.calls import Answering
from samverk.gateway.kinds import Size
from samverk.gateway.rules import Verdict
from samverk.gateway.wanted import Wanted
from samverk.library.ports import TranscriptionRequest


def opening(wanted: Wanted, verdict: Verdict) -> dict[str, Any]:
    """The event before the model is asked."""
    call = wanted.call
    return {
        "principal": call.principal.owner,
        "groups": sorted(call.principal.groups),
        "purpose": call.purpose,
        "run": str(call.run_id) if call.run_id else None,
        "kind": wanted.kind.kind,
        "models": list(call.models),
        "model": verdict.model,
        "action": verdict.action,
        "level": verdict.level.slug,
        "reasons": [reason.code for reason in verdict.reasons],
        "scanned": wanted.scanned,
        "prompt": _prompt(wanted),
    }


def closing(
    answering: Answering[Any], size: Size, actual: int, *, estimated: bool, failure: str | None, ms: int
) -> dict[str, Any]:
    """The event after the last of the answer. `cost` is what the organisation pays, `actual` what the model cost."""
    verdict, card = answering.verdict, answering.model.card
    return {
        "outcome": answering.outcome,
        "failure": failure,
        "model": card.slug,
        "action": verdict.action,
        "level": verdict.level.slug,
        "attempts": [attempt.body() for attempt in answering.attempts],
        "tokens_in": size.tokens_in,
        "tokens_out": size.tokens_out,
        "seconds": size.seconds,
        "images": size.images,
        "estimated": estimated,
        "cost": answering.cost,
        "actual": actual,
        "currency": card.currency,
        "invented": len(answering.invented),
        "ms": ms,
    }


def _prompt(wanted: Wanted) -> str:
    """The digest of all that was sent: of a recording, the digest of its bytes is one of the texts."""
    sent = [text.text for text in wanted.texts]
    if isinstance(wanted.call.request, TranscriptionRequest):
        sent.append(digest(wanted.call.request.audio))
    return digest("\n".join(sent))
