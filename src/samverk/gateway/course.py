"""A call on its way, once it is recorded: masked, answered by the model or by another that may, unmasked, settled.

However it ends, its record is closed, what it held is settled, and the server stops working on it.
"""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog

from samverk.core.errors import ModelFailed, SamverkError
from samverk.gateway import budgets, record, rules, shared
from samverk.gateway.budgets import Budget
from samverk.gateway.calls import Answering
from samverk.gateway.kinds import Meter
from samverk.gateway.limits import Admission, Gauges, RateLimited
from samverk.gateway.restoring import Restoring
from samverk.gateway.routing import Router, UnderWay, worth_another
from samverk.gateway.shared import Shared
from samverk.gateway.texts import rewritten
from samverk.gateway.wanted import Wanted
from samverk.ledger.content import Contents
from samverk.ledger.service import Ledger
from samverk.library.ports import ChatProvider, Delta, Endpoint, Finish

log = structlog.get_logger()

Providers = Callable[[str], ChatProvider]


@dataclass(slots=True)
class Going:
    """A call that is recorded and not yet settled. `at` is when it began: its budgets are those of that period.

    `shared` are the limits that it keeps together with other processes. `sent` are the texts as they left, `heard` what was
    answered to them; None where content is not kept.
    """

    wanted: Wanted
    answering: Answering[Any]
    meter: Meter
    budgets: Sequence[Budget]
    admissions: list[Admission]
    at: datetime
    shared: Shared = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)
    tried: set[str] = field(default_factory=set)
    restoring: Restoring | None = None
    sent: Sequence[str] = ()
    heard: list[str] | None = None
    failure: str | None = None
    settled: bool = False


class Course:
    """What all calls on their way share."""

    def __init__(
        self, ledger: Ledger, router: Router, gauges: Gauges, providers: Providers, contents: Contents | None
    ) -> None:
        self._ledger = ledger
        self._router = router
        self._gauges = gauges
        self._providers = providers
        self._contents = contents

    async def run(self, going: Going) -> AsyncGenerator[Any, None]:
        """The events of the answer. Raises ModelFailed."""
        under_way: UnderWay | None = None
        broken: ModelFailed | None = None
        try:
            under_way = await self._reached(going)
            for event in _told(going, under_way.first):
                yield event
            async for event in under_way.rest:
                for out in _told(going, event):
                    yield out
            for event in going.restoring.rest() if going.restoring else ():  # of one that broke off without its finish
                yield event
            if going.wanted.kind.kind != "chat":
                going.answering.outcome = "stop"
        except SamverkError as error:
            going.answering.outcome, going.failure = "failed", error.code
            broken = error if isinstance(error, ModelFailed) else None
            raise
        except Exception as error:
            going.answering.outcome, going.failure = "failed", type(error).__name__
            broken = ModelFailed(model=going.answering.model.card.name, why=type(error).__name__)
            raise broken from error
        finally:
            try:
                if under_way is not None:
                    await under_way.end(broken)
            finally:
                await self.settle(going)

    async def settle(self, going: Going) -> None:
        """Close the record, give back what was held and count what was used. A second time does nothing."""
        if going.settled:
            return
        going.settled = True
        answering, size = going.answering, going.meter.total()
        card = answering.model.card
        actual = size.cost(card)
        answering.tokens_in, answering.tokens_out = going.meter.tokens_in, going.meter.tokens_out
        answering.cost = going.wanted.terms.plan.charged(actual)
        if going.restoring is not None:
            answering.invented = going.restoring.invented
        for admission in going.admissions:
            admission.leave(size.tokens)
        body = record.closing(
            answering,
            size,
            actual,
            estimated=going.meter.is_estimated,
            failure=going.failure,
            ms=round((time.monotonic() - going.started) * 1000),
        )
        if (kept := await self._kept(going)) is not None:
            body["content"] = kept
        spent = budgets.spent_of(going.budgets, answering.cost, card.currency, size.tokens, going.at)
        spent |= shared.spent_of(going.shared, size.tokens, going.at)
        await self._ledger.closed(going.wanted.call.principal.org_id, answering.id, body, spent)

    async def _kept(self, going: Going) -> str | None:
        """Keep what was asked and answered, as it left and came (masked, where it was). The digest for the record, if any."""
        if self._contents is None or going.heard is None or not going.sent:
            return None
        call, call_id = going.wanted.call, going.answering.id
        question, answer = "\n\n".join(going.sent), "".join(going.heard)
        try:
            return await self._contents.keep(call.principal.org_id, call_id, question, answer, call.run_id)
        except SamverkError as error:  # the record is closed all the same
            log.warning("content_not_kept", call=str(call_id), why=error.code)
            return None

    async def _reached(self, going: Going) -> UnderWay:
        """An answer that has begun: of the model that was chosen, or of the next that may have the call."""
        while True:
            request = await _as_sent(going)

            def ask(endpoint: Endpoint, request: Any = request) -> AsyncGenerator[Any, None]:
                return going.wanted.kind.ask(self._providers(endpoint.provider), endpoint, request)

            going.meter.sent()
            try:
                is_whole = not getattr(request, "stream", True)
                return await self._router.begin(going.answering.model, ask, going.answering.attempts, whole=is_whole)
            except ModelFailed as error:
                going.meter.refused()
                if not worth_another(error) or not await self._fall_back(going):
                    raise

    async def _fall_back(self, going: Going) -> bool:
        """Let the next model have the call, if there is one that may: decided anew, by the same facts, over the rest."""
        wanted, answering = going.wanted, going.answering
        silent = rules.Reason("unanswered", {"model": answering.model.card.slug})
        going.tried.add(answering.model.card.slug)
        while True:
            wanted.facts = rules.without(wanted.facts, going.tried)
            if not wanted.scanned and rules.scan_matters(wanted.facts):
                await wanted.look()
                answering.scanned = wanted.scanned
            verdict = rules.decide(wanted.facts)
            if verdict.model is None:
                return False
            if self._admitted(going, verdict.model):
                answering.model = wanted.models[verdict.model]
                answering.verdict = replace(verdict, reasons=(silent, *verdict.reasons))
                return True
            going.tried.add(verdict.model)

    def _admitted(self, going: Going, slug: str) -> bool:
        """Whether a model's own limit lets the call in, and its cost can be counted in the budgets that the call burdens."""
        wanted, card = going.wanted, going.wanted.models[slug].card
        if wanted.size.cost(card) and not budgets.counts_in(going.budgets, card.currency):
            return False
        with suppress(RateLimited):
            limits = wanted.terms.limits_of(None, slug)
            going.admissions.append(self._gauges.admit(limits, wanted.size.tokens))
            return True
        return False


async def _as_sent(going: Going) -> Any:
    """The request as it leaves: masked where the verdict says so."""
    wanted, request = going.wanted, going.wanted.call.request
    going.restoring, going.sent = None, [text.text for text in wanted.texts]
    if going.answering.verdict.action != "mask":
        return request
    masked = await wanted.masker.mask(going.sent, wanted.call.scope)
    going.restoring, going.sent, texts = Restoring(masked), masked.texts, iter(masked.texts)
    return rewritten(request, lambda *_: next(texts))


def _told(going: Going, event: Any) -> Sequence[Any]:
    """What is told of an event: the event, with its values put back where they were masked."""
    going.meter.saw(event)
    if going.heard is not None and type(event) is Delta:
        going.heard.append(event.text)
    if type(event) is Finish:
        going.answering.outcome = event.reason
    return (event,) if going.restoring is None else going.restoring.put_back(event)
