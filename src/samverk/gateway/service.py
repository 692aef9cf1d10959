"""The one door to models: decides, records, masks, calls, unmasks and settles, in that order, for every call."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from samverk.core.canonical import digest
from samverk.core.errors import Denied, ModelFailed, NotFound, SamverkError
from samverk.core.ids import new_id
from samverk.core.levels import Level
from samverk.gateway import rules
from samverk.identity.principal import Principal
from samverk.ledger.service import Ledger
from samverk.library.cards import ModelCard
from samverk.library.ports import ChatEvent, ChatProvider, ChatRequest, Delta, Finish, Message, SourcePart, TextPart
from samverk.library.service import Library, Model
from samverk.masking.ports import Masker, Unmasker

Providers = Callable[[str], ChatProvider]


@dataclass(frozen=True, slots=True)
class Call:
    """What somebody wants of a model, and the facts that the policy needs.

    `models` are slugs in the order wished for. `scope` names where pseudonyms stay the same (a conversation, a document).
    `purpose` and `run_id` say in the record what the call was for.
    """

    principal: Principal
    models: tuple[str, ...]
    request: ChatRequest
    purpose: str
    assistant_level: Level = Level.OPEN
    source_level: Level = Level.OPEN
    marked_level: Level = Level.OPEN
    masking_allowed: bool = False
    scope: str = ""
    run_id: UUID | None = None


@dataclass(slots=True)
class Answering:
    """A call on its way: the verdict and the model are known before the first event; usage and cost after the last."""

    id: UUID
    model: Model
    verdict: rules.Verdict
    scanned: bool
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: int = 0
    outcome: str = "cut"
    _events: AsyncGenerator[ChatEvent, None] | None = field(default=None, repr=False)

    def events(self) -> AsyncGenerator[ChatEvent, None]:
        """The answer, once: deltas and a finish, with what was masked put back. Close it to stop the call."""
        assert self._events is not None
        return self._events


class Gateway:
    """The door of one platform."""

    def __init__(self, library: Library, ledger: Ledger, masking: Masker, providers: Providers) -> None:
        self._library = library
        self._ledger = ledger
        self._masking = masking
        self._providers = providers

    async def call(self, call: Call) -> Answering:
        """Open a call. Raises Denied when the policy refuses (and that is recorded), NotFound for an unknown model.

        The caller must exhaust or close `events()`: the record is closed then, whatever happened.
        """
        models = await self._resolve(call.principal.org_id, call.models)
        facts = self._facts(call, models)
        scanned = rules.scan_matters(facts)
        if scanned:
            facts = replace(facts, found=frozenset(self._scan(call.request)))
        verdict = rules.decide(facts)
        call_id = new_id()
        await self._open(call.principal.org_id, call_id, _opening(call, verdict, scanned))
        if verdict.model is None:
            await self._ledger.closed(call.principal.org_id, call_id, {"outcome": "denied"})
            why, reasons = verdict.reasons[-1], [reason.body() for reason in verdict.reasons]
            raise Denied(why_sv=why.message("sv"), why_en=why.message("en"), reasons=reasons, level=verdict.level.slug)
        model = next(model for model in models if model.card.slug == verdict.model)
        answering = Answering(call_id, model, verdict, scanned)
        answering._events = self._run(call, answering)
        return answering

    async def foresee(self, call: Call) -> rules.Verdict:
        """What the policy would say of a call, without making it: nothing is sent and nothing recorded. Raises NotFound."""
        facts = self._facts(call, await self._resolve(call.principal.org_id, call.models))
        return rules.decide(replace(facts, found=frozenset(self._scan(call.request))))

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

    def _facts(self, call: Call, models: list[Model]) -> rules.Facts:
        return rules.Facts(
            models=tuple(rules.Candidate(model.card.slug, model.card.approved_for) for model in models),
            assistant=call.assistant_level,
            sources=call.source_level,
            marked=call.marked_level,
            masking_allowed=call.masking_allowed,
        )

    def _scan(self, request: ChatRequest) -> set[str]:
        return {span.label for text in _texts(request) for span in self._masking.find(text)}

    async def _run(self, call: Call, answering: Answering) -> AsyncGenerator[ChatEvent, None]:
        started = time.monotonic()
        failure: str | None = None
        try:
            async with aclosing(self._stream(call, answering)) as stream:
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

    async def _stream(self, call: Call, answering: Answering) -> AsyncGenerator[ChatEvent, None]:
        """The provider's events; where the verdict says so, of a masked request and with the values put back."""
        request, unmasker = call.request, None
        if answering.verdict.action == "mask":
            scope = call.scope or str(answering.id)
            request, unmasker = await self._masked(call.request, scope), self._masking.unmasker(scope)
        provider = self._providers(answering.model.endpoint.provider)
        async with aclosing(provider.chat(answering.model.endpoint, request)) as events:
            async for event in events:
                for out in _unmasked(event, unmasker):
                    yield out
        if unmasker and (rest := unmasker.end()):  # of an answer that broke off without its finish
            yield Delta(rest)

    async def _masked(self, request: ChatRequest, scope: str) -> ChatRequest:
        texts = iter(await self._masking.mask(_texts(request), scope))
        return replace(request, messages=tuple(_with_texts(message, texts) for message in request.messages))


def _texts(request: ChatRequest) -> list[str]:
    return [part.text for message in request.messages for part in message.parts]


def _with_texts(message: Message, texts: Any) -> Message:
    parts: list[TextPart | SourcePart] = [replace(part, text=next(texts)) for part in message.parts]
    return replace(message, parts=tuple(parts))


def _unmasked(event: ChatEvent, unmasker: Unmasker | None) -> list[ChatEvent]:
    if unmasker is None:
        return [event]
    if isinstance(event, Delta):
        return [replace(event, text=unmasker.feed(event.text))]
    rest = unmasker.end()
    return [Delta(rest), event] if rest else [event]


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
        "prompt": digest("\n".join(_texts(call.request))),
    }


def _closing(answering: Answering, failure: str | None, started: float) -> dict[str, Any]:
    return {
        "outcome": answering.outcome,
        "failure": failure,
        "tokens_in": answering.tokens_in,
        "tokens_out": answering.tokens_out,
        "cost": answering.cost,
        "currency": answering.model.card.currency,
        "ms": round((time.monotonic() - started) * 1000),
    }
