"""The one door to models: decides, admits, records, masks, calls, unmasks and settles, in that order, for every call.

Calls of all kinds take the same way through it; what differs between them is a row of `kinds`.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, NoReturn
from uuid import UUID

from samverk.core.errors import Denied, NotFound
from samverk.core.ids import new_id, now
from samverk.gateway import budgets, kinds, record, rules, shared
from samverk.gateway.budgeting import Budgeting
from samverk.gateway.budgets import BudgetExhausted
from samverk.gateway.calls import Answering, Attempt, Call, Stream
from samverk.gateway.course import Course, Going, Providers
from samverk.gateway.kinds import Meter
from samverk.gateway.limiting import Limiting
from samverk.gateway.limits import Gauges, RateLimited
from samverk.gateway.planning import Planning
from samverk.gateway.routing import EndpointHealth, Patience, Router
from samverk.gateway.terms import Terms
from samverk.gateway.texts import texts_of
from samverk.gateway.wanted import Wanted, facts_of
from samverk.ledger.content import Contents
from samverk.ledger.service import BudgetSpent, Ledger
from samverk.library.cards import ModelCard
from samverk.library.ports import ChatEvent, Embeddings, Images, Ranking, Transcription
from samverk.library.service import Library, Model
from samverk.masking.service import Masking

__all__ = ["Answering", "Attempt", "Call", "Gateway", "Providers"]


class Gateway:
    """The door of one platform. `budgets`, `limits` and `plans` are the use cases of the terms that calls stand under."""

    def __init__(
        self,
        library: Library,
        ledger: Ledger,
        masking: Masking,
        providers: Providers,
        terms: Terms,
        patience: Patience | None = None,
        contents: Contents | None = None,
    ) -> None:
        self._library = library
        self._ledger = ledger
        self._masking = masking
        self._terms = terms
        self.budgets = Budgeting(terms)
        self.limits = Limiting(terms)
        self.plans = Planning(terms)
        self._gauges = Gauges()
        self._router = Router(patience or Patience())
        self._contents = contents
        self._course = Course(ledger, self._router, self._gauges, providers, contents)

    async def call(self, call: Call, trial: Model | None = None) -> Answering[ChatEvent]:
        """Open a call of a model that chats. The caller must exhaust or close `events()`: the record is closed then.

        With `trial` that model is asked, which nobody has to have adopted.

        Raises Denied when the policy refuses (and that is recorded), NotFound for an unknown model, RateLimited (which is
        not recorded: it protects the record too), BudgetExhausted.
        """
        return await self._begin(call, trial)

    async def embed(self, call: Call) -> Answering[Embeddings]:
        """Open a call that makes vectors of texts, as `call`; await its `result()`."""
        return await self._begin(call)

    async def transcribe(self, call: Call) -> Answering[Transcription]:
        """Open a call that writes down a recording, as `call`; await its `result()`."""
        return await self._begin(call)

    async def speak(self, call: Call) -> Answering[bytes]:
        """Open a call that reads a text aloud, as `call`; `events()` are the bytes."""
        return await self._begin(call)

    async def draw(self, call: Call) -> Answering[Images]:
        """Open a call that draws, as `call`; await its `result()`."""
        return await self._begin(call)

    async def rerank(self, call: Call) -> Answering[Ranking]:
        """Open a call that puts documents in order, as `call`; await its `result()`."""
        return await self._begin(call)

    async def foresee(self, call: Call) -> rules.Verdict:
        """What the policy would say of a call, without making it: nothing is sent and nothing recorded. Raises NotFound."""
        wanted = await self._wanted(call)
        await wanted.look(all_of_it=True)
        return rules.decide(wanted.facts)

    async def cards(self, org_id: UUID, slugs: Sequence[str]) -> list[ModelCard]:
        """The cards of the wished models that the organisation uses, in order. Raises NotFound when there is none."""
        models, _ = await self._resolve(org_id, slugs)
        return [model.card for model in models.values()]

    async def health(self, org_id: UUID) -> dict[str, tuple[EndpointHealth, ...]]:
        """How the endpoints of each model are, by its slug, as this process has seen them."""
        found = {}
        for adopted in await self._library.models(org_id):
            endpoints = (await self._library.model(org_id, adopted.card.slug)).endpoints
            found[adopted.card.slug] = tuple(self._router.health(endpoint) for endpoint in endpoints)
        return found

    async def _begin(self, call: Call, trial: Model | None = None) -> Answering[Any]:
        """The way of every call up to its first event."""
        wanted = await self._wanted(call, trial)
        await wanted.look()
        verdict, call_id = rules.decide(wanted.facts), new_id()
        body = record.opening(wanted, verdict)
        if verdict.model is None:
            await self._refuse(call, call_id, verdict, body)
        model = wanted.models[verdict.model]
        limits = wanted.terms.limits_of(wanted.key, verdict.model)
        admission = self._gauges.admit(limits, wanted.size.tokens)
        burdened = wanted.terms.burdened(wanted.key, body["groups"], call.assistant)
        nearly = tuple(near for one in burdened if (near := wanted.terms.nearly.get(one.id)))
        answering: Answering[Any] = Answering(call_id, model, verdict, wanted.scanned, admission.quota, nearly)
        going = Going(wanted, answering, Meter(wanted.size), burdened, [admission], now())
        try:
            if limits and await self._ledger.is_shared():
                going.shared = limits
            if await self._keeps(wanted):
                going.heard = []
            await self._open(going, body)
        except BaseException:
            admission.leave(0)
            raise
        answering.stream = Stream(self._course.run(going), lambda: self._course.settle(going))
        return answering

    async def _keeps(self, wanted: Wanted) -> bool:
        """Whether what is asked and answered is kept: the caller allows it, and the organisation has chosen so."""
        call = wanted.call
        if self._contents is None or not call.keep_content or wanted.kind.kind != "chat":
            return False
        return await self._contents.days(call.principal.org_id) > 0

    async def _wanted(self, call: Call, trial: Model | None = None) -> Wanted:
        org_id, kind = call.principal.org_id, kinds.of(call.request)
        models, stopped = ({trial.card.slug: trial}, {}) if trial else await self._resolve(org_id, call.models)
        masker = await self._masking.bound(org_id, call.masking_off)
        terms = await self._terms.of(org_id)
        texts = texts_of(call.request)
        size = kind.size(call.request, sum([len(text.text) for text in texts]))
        facts = facts_of(call, kind, terms, models, stopped)
        return Wanted(call, kind, models, masker, terms, texts, facts, size)

    async def _resolve(self, org_id: UUID, slugs: Sequence[str]) -> tuple[dict[str, Model], dict[str, str]]:
        """The wished models, and why those are not used that are not. Raises NotFound where none is."""
        found: dict[str, Model] = {}
        stopped: dict[str, str] = {}
        missing: NotFound | None = None
        for slug in slugs:
            try:
                found[slug] = await self._library.model(org_id, slug)
            except NotFound as error:
                missing = error
                stopped[slug] = str(error.facts.get("why", "unknown"))
        if not found:
            raise missing or NotFound("model")
        return found, stopped

    async def _open(self, going: Going, body: dict[str, Any]) -> None:
        """Record that a call begins, with what it may come to set aside in its budgets and in the limits that it shares.

        Raises BudgetExhausted, RateLimited.

        Where the caller leaves meanwhile, the record is closed with no call made.
        """
        wanted, answering, card = going.wanted, going.answering, going.answering.model.card
        org_id, charged = wanted.call.principal.org_id, wanted.terms.plan.charged(wanted.size.cost(card))
        try:
            holds = budgets.holds_of(going.budgets, charged, card.currency, wanted.size.tokens, going.at)
            holds += shared.holds_of(going.shared, wanted.size.tokens, going.at)
            await self._ledger.opened(org_id, answering.id, body, holds)
        except BudgetExhausted:  # in a currency that no budget counts
            await self._denied(org_id, answering.id, {**body, "action": "deny", "model": None}, BudgetSpent.code)
            raise
        except BudgetSpent as error:
            raise _refused(going, error) from error
        except asyncio.CancelledError:
            await self._ledger.closed(org_id, answering.id, {"outcome": "cut"})
            raise

    async def _refuse(self, call: Call, call_id: UUID, verdict: rules.Verdict, body: dict[str, Any]) -> NoReturn:
        """Record a call that the policy refuses; where somebody's identity is protected, a steward hears of it."""
        org_id = call.principal.org_id
        await self._denied(org_id, call_id, body, Denied.code)
        why, reasons = verdict.reasons[-1], [reason.body() for reason in verdict.reasons]
        if why.code == "protected_identity":
            await self._masking.note_stopped(org_id, call.principal, call.purpose)
        raise Denied(why_sv=why.message("sv"), why_en=why.message("en"), reasons=reasons, level=verdict.level.slug)

    async def _denied(self, org_id: UUID, call_id: UUID, body: dict[str, Any], failure: str) -> None:
        """Record a call that is not made, also where the caller leaves meanwhile."""
        try:
            await self._ledger.opened(org_id, call_id, body)
        finally:
            await self._ledger.closed(org_id, call_id, {"outcome": "denied", "failure": failure})


def _refused(going: Going, error: BudgetSpent) -> BudgetExhausted | RateLimited:
    """The ledger's refusal as a person reads it: of which limit or budget."""
    account, used, held = (error.facts[name] for name in ("account", "used", "held"))
    assert isinstance(used, int)
    assert isinstance(held, int)
    if limited := shared.refusal(going.shared, str(account), used + held, going.at):
        return limited
    budget = next(one for one in going.budgets if one.account(going.at) == account)
    return budgets.exhausted(budget, used, held, going.at)
