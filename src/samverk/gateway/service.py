"""The one door to models: decides, records, masks, calls, unmasks and settles, in that order, for every call."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn
from uuid import UUID

from samverk.core.canonical import digest
from samverk.core.errors import Denied, ModelFailed, NotFound, SamverkError
from samverk.core.ids import new_id
from samverk.core.levels import Level
from samverk.gateway import rules
from samverk.gateway.restoring import Restoring
from samverk.gateway.texts import rewritten, texts_of
from samverk.identity.principal import Principal
from samverk.ledger.service import Ledger
from samverk.library.cards import ModelCard
from samverk.library.ports import ChatEvent, ChatProvider, ChatRequest, Finish
from samverk.library.service import Library, Model
from samverk.masking.service import Masker, Masking

Providers = Callable[[str], ChatProvider]


@dataclass(frozen=True, slots=True)
class Call:
    """What somebody wants of a model, and the facts that the policy needs.

    `models` are slugs in the order wished for. `masking_off` are sorts of personal data that are not looked for. `scope` names
    where pseudonyms stay the same (a conversation, a document); without one they end with the call. `purpose` and `run_id` say
    in the record what the call was for.
    """

    principal: Principal
    models: tuple[str, ...]
    request: ChatRequest
    purpose: str
    assistant_level: Level = Level.OPEN
    source_level: Level = Level.OPEN
    marked_level: Level = Level.OPEN
    masking_allowed: bool = False
    masking_off: tuple[str, ...] = ()
    scope: str = ""
    run_id: UUID | None = None


@dataclass(slots=True)
class Answering:
    """A call on its way: the verdict and the model are known before the first event; usage and cost after the last.

    `invented` are the tokens of the answer that stand for nothing: the model made them up, and they were left as they are.
    """

    id: UUID
    model: Model
    verdict: rules.Verdict
    scanned: bool
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: int = 0
    outcome: str = "cut"
    invented: tuple[str, ...] = ()
    _events: AsyncGenerator[ChatEvent, None] | None = field(default=None, repr=False)

    def events(self) -> AsyncGenerator[ChatEvent, None]:
        """The answer, once: deltas and a finish, with what was masked put back. Close it to stop the call."""
        assert self._events is not None
        return self._events


class Gateway:
    """The door of one platform."""

    def __init__(self, library: Library, ledger: Ledger, masking: Masking, providers: Providers) -> None:
        self._library = library
        self._ledger = ledger
        self._masking = masking
        self._providers = providers

    async def call(self, call: Call) -> Answering:
        """Open a call. Raises Denied when the policy refuses (and that is recorded), NotFound for an unknown model.

        The caller must exhaust or close `events()`: the record is closed then, whatever happened.
        """
        org_id = call.principal.org_id
        models = await self._resolve(org_id, call.models)
        masker = await self._masking.bound(org_id, call.masking_off)
        facts, scanned = await _facts(call, models, masker)
        verdict = rules.decide(facts)
        call_id = new_id()
        await self._open(org_id, call_id, _opening(call, verdict, scanned))
        if verdict.model is None:
            await self._refused(call, call_id, verdict)
        model = next(model for model in models if model.card.slug == verdict.model)
        answering = Answering(call_id, model, verdict, scanned)
        answering._events = self._run(call, answering, masker)
        return answering

    async def _refused(self, call: Call, call_id: UUID, verdict: rules.Verdict) -> NoReturn:
        """Close the record of a call that the policy refuses; where somebody's identity is protected, a steward hears of it."""
        await self._ledger.closed(call.principal.org_id, call_id, {"outcome": "denied"})
        why, reasons = verdict.reasons[-1], [reason.body() for reason in verdict.reasons]
        if why.code == "protected_identity":
            await self._masking.note_stopped(call.principal.org_id, call.principal, call.purpose)
        raise Denied(why_sv=why.message("sv"), why_en=why.message("en"), reasons=reasons, level=verdict.level.slug)

    async def foresee(self, call: Call) -> rules.Verdict:
        """What the policy would say of a call, without making it: nothing is sent and nothing recorded. Raises NotFound."""
        org_id = call.principal.org_id
        models, masker = await self._resolve(org_id, call.models), await self._masking.bound(org_id, call.masking_off)
        facts, _ = await _facts(call, models, masker, all_of_it=True)
        return rules.decide(facts)

    async def _open(self, org_id: UUID, call_id: UUID, body: dict[str, Any]) -> None:
        """Record that a call begins. Where the caller leaves meanwhile, the record is closed with no call made."""
        try:
            await self._ledger.opened(org_id, call_id, body)
        except asyncio.CancelledError:
            await self._ledger.closed(org_id, call_id, {"outcome": "cut"})
            raise

    async def cards(self, org_id: UUID, slugs: Sequence[str]) -> list[ModelCard]:
        """The cards of the wished models that the organisation has adopted, in order. Raises NotFound when there is none."""
        return [model.card for model in await self._resolve(org_id, slugs)]

    async def _resolve(self, org_id: UUID, slugs: Sequence[str]) -> list[Model]:
        found, missing = [], None
        for slug in slugs:
            try:
                found.append(await self._library.model(org_id, slug))
            except NotFound as error:
                missing = error
        if not found:
            raise missing or NotFound("model")
        return found

    async def _run(self, call: Call, answering: Answering, masker: Masker) -> AsyncGenerator[ChatEvent, None]:
        started = time.monotonic()
        failure: str | None = None
        try:
            async with aclosing(self._stream(call, answering, masker)) as stream:
                async for event in stream:
                    if isinstance(event, Finish):
                        answering.tokens_in, answering.tokens_out = event.tokens_in, event.tokens_out
                        answering.outcome = event.reason
                    yield event
        except SamverkError as error:
            answering.outcome, failure = "failed", error.code
            raise
        except Exception as error:
            answering.outcome, failure = "failed", type(error).__name__
            raise ModelFailed(model=answering.model.card.name, why=type(error).__name__) from error
        finally:
            answering.cost = answering.model.card.cost(answering.tokens_in, answering.tokens_out)
            closing = _closing(answering, failure, started)
            await self._ledger.closed(call.principal.org_id, answering.id, closing)

    async def _stream(self, call: Call, answering: Answering, masker: Masker) -> AsyncGenerator[ChatEvent, None]:
        """The provider's events; where the verdict says so, of a masked request and with the values put back."""
        if answering.verdict.action != "mask":
            async with aclosing(self._asked(answering, call.request)) as events:
                async for event in events:
                    yield event
            return
        masked = await masker.mask([text.text for text in texts_of(call.request)], call.scope)
        texts, restoring = iter(masked.texts), Restoring(masked)
        request = rewritten(call.request, lambda *_: next(texts))
        try:
            async with aclosing(self._asked(answering, request)) as events:
                async for event in events:
                    for out in restoring.put_back(event):
                        yield out
            for out in restoring.rest():  # of an answer that broke off without its finish
                yield out
        finally:
            answering.invented = restoring.invented

    def _asked(self, answering: Answering, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        endpoint = answering.model.endpoint
        return self._providers(endpoint.provider).chat(endpoint, request)


async def _facts(
    call: Call, models: Sequence[Model], masker: Masker, *, all_of_it: bool = False
) -> tuple[rules.Facts, bool]:
    """What the policy needs to know, and whether personal data was looked for: not where it could change nothing.

    A protected identity is looked for in all that is not open to everybody.
    """
    facts = rules.Facts(
        models=tuple(rules.Candidate(model.card.slug, model.card.approved_for) for model in models),
        assistant=call.assistant_level,
        sources=call.source_level,
        marked=call.marked_level,
        masking_allowed=call.masking_allowed,
    )
    texts, scanned = texts_of(call.request), all_of_it or rules.scan_matters(facts)
    new = [text.text for text in texts if scanned and rules.counts(text.level)]
    seen = await masker.look(new, [text.text for text in texts if text.level is not Level.OPEN])
    return replace(facts, found=seen.labels, protected=seen.protected), scanned


def _opening(call: Call, verdict: rules.Verdict, scanned: bool) -> dict[str, Any]:
    return {
        "principal": call.principal.owner,
        "purpose": call.purpose,
        "run": str(call.run_id) if call.run_id else None,
        "models": list(call.models),
        "model": verdict.model,
        "action": verdict.action,
        "level": verdict.level.slug,
        "reasons": [reason.code for reason in verdict.reasons],
        "scanned": scanned,
        "prompt": digest("\n".join(text.text for text in texts_of(call.request))),
    }


def _closing(answering: Answering, failure: str | None, started: float) -> dict[str, Any]:
    return {
        "outcome": answering.outcome,
        "failure": failure,
        "tokens_in": answering.tokens_in,
        "tokens_out": answering.tokens_out,
        "cost": answering.cost,
        "currency": answering.model.card.currency,
        "invented": len(answering.invented),
        "ms": round((time.monotonic() - started) * 1000),
    }
