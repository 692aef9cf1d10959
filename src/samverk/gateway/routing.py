"""Which endpoint of a model is asked, and what happens when it does not answer: up to an answer's first event.

Equal endpoints share the calls: the least busy is asked, then the one that has waited longest. Knows nothing of policy: which
other model may be asked instead is not decided here.
"""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from samverk.core.errors import ModelFailed, SamverkError
from samverk.gateway.breakers import Breaker, Health
from samverk.gateway.calls import Attempt
from samverk.library.ports import Endpoint, Unanswered
from samverk.library.service import Model

Events = AsyncGenerator[Any, None]
Ask = Callable[[Endpoint], Events]

THE_REQUEST = frozenset({400, 413, 422})  # what was asked is at fault: nobody else is asked
ONCE_MORE = frozenset({408, 425, 429, 500, 502, 503, 504, 529})  # the same server may well answer a moment later
_NOT_ILL = THE_REQUEST | {429}  # these tell nothing of an endpoint's health
_TOO_SLOW = ("servern svarade inte i tid", "the server did not answer in time")
_LOCKED = (
    "nyckeln till servern går inte att öppna, lägg in den igen",
    "the server's key cannot be opened, enter it again",
)
_EMPTY = ("svaret var tomt", "the answer was empty")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the first byte is waited for (s), how many times more a model is tried, and how long apart at most (s).

    `whole` is how long an answer is waited for that comes all at once.

    How long a connection may take, and how long a server may be silent between bytes, is the client session's to say.
    """

    first_byte: float = 120.0
    whole: float = 600.0
    retries: int = 2
    pause: float = 0.25  # of the first retry, doubled for each; in truth a random part of it
    longest_pause: float = 4.0


class Resting(ModelFailed):
    """No endpoint of the model is asked right now: all of them have failed too often. `facts`: model, seconds."""

    code = "model_resting"
    status = 503
    sv = "Modellen {model} har inte svarat som den ska och får vila. Försök igen om {seconds} s."
    en = "The model {model} has not answered as it should and is left to rest. Try again in {seconds} s."


class TooSlow(Unanswered):
    """The first byte did not come in time. The same endpoint is not asked once more."""


class Locked(Unanswered):
    """The endpoint's key cannot be opened any more: it is not asked, nor tried once more."""


async def _locked(name: str) -> Events:
    raise Locked(name, _LOCKED)
    yield  # which makes it the events of an answer, of which there are none


class Line:
    """An endpoint with what is known of it in this process."""

    __slots__ = ("breaker", "busy", "name", "turn")

    def __init__(self, name: str) -> None:
        self.name = name
        self.breaker = Breaker()
        self.busy = 0
        self.turn = 0


@dataclass(frozen=True, slots=True)
class EndpointHealth:
    """How an endpoint is: its id, where it is, its breaker, and how many calls it answers right now."""

    id: str
    url: str
    health: Health
    busy: int


class UnderWay:
    """An answer whose first event has come. `end` must be called once, with the error that broke it off if one did."""

    __slots__ = ("_line", "first", "rest")

    def __init__(self, line: Line, first: Any, rest: AsyncGenerator[Any, None]) -> None:
        self._line = line
        self.first = first
        self.rest = rest

    async def end(self, error: ModelFailed | None = None) -> None:
        """Stop the call upstream if it goes on, and remember how it went."""
        self._line.busy -= 1
        if error is not None:
            self._line.breaker.failed((error.sv, error.en))
        await self.rest.aclose()


class Router:
    """The endpoints of all models, as this process knows them. `sleep` and `chance` (0 to 1) are time and luck, for tests."""

    def __init__(
        self,
        patience: Patience,
        sleep: Callable[[float], Any] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._patience = patience
        self._sleep = sleep
        self._chance = chance
        self._lines: dict[Hashable, Line] = {}
        self._turns = 0

    async def begin(self, model: Model, ask: Ask, attempts: list[Attempt], *, whole: bool = False) -> UnderWay:
        """Ask a model until the first event of an answer, which with `whole` is all of it.

        Raises ModelFailed, as the last endpoint put it; adds to `attempts`.
        """
        patience = self._patience.whole if whole else self._patience.first_byte
        failed: dict[Hashable, ModelFailed] = {}
        for tries in range(self._patience.retries + 1):
            endpoint = self._next(model.endpoints, failed)
            if endpoint is None:
                break
            if (before := failed.get(_key(endpoint))) is not None:
                await self._sleep(self._pause(before, tries))
            try:
                events = _locked(model.card.name) if endpoint.locked else ask(endpoint)
                return await self._try(model, endpoint, events, attempts, patience)
            except ModelFailed as error:
                failed[_key(endpoint)] = error
                if not worth_another(error):
                    raise
        raise next(reversed(failed.values())) if failed else self._resting(model)

    def health(self, endpoint: Endpoint) -> EndpointHealth:
        """How an endpoint is, as this process knows it."""
        line = self._line(endpoint)
        return EndpointHealth(line.name, endpoint.url, line.breaker.health(), line.busy)

    def _next(self, endpoints: Sequence[Endpoint], failed: dict[Hashable, ModelFailed]) -> Endpoint | None:
        """The endpoint to ask next: one that this call has not tried before one that may be asked once more."""
        fit = [
            endpoint
            for endpoint in endpoints
            if self._line(endpoint).breaker.lets_through() and self._worth_asking(failed.get(_key(endpoint)))
        ]
        if len(fit) < 2:
            return fit[0] if fit else None
        return min(fit, key=lambda one: (_key(one) in failed, one.order, *self._load(one)))

    def _load(self, endpoint: Endpoint) -> tuple[float, int]:
        line = self._line(endpoint)
        return line.busy / max(endpoint.weight, 1), line.turn

    def _worth_asking(self, before: ModelFailed | None) -> bool:
        if before is None:
            return True
        if not isinstance(before, Unanswered) or isinstance(before, TooSlow | Locked):
            return False
        waits = before.retry_after is None or before.retry_after <= self._patience.longest_pause
        return waits and (before.upstream_status is None or before.upstream_status in ONCE_MORE)

    def _pause(self, before: ModelFailed, tries: int) -> float:
        """How long to wait before the same endpoint is asked again: what it asks for, else a random part of a doubling bound."""
        if isinstance(before, Unanswered) and before.retry_after is not None:
            return before.retry_after
        bound = self._patience.pause * 2 ** (tries - 1)
        return self._chance() * float(min(bound, self._patience.longest_pause))

    async def _try(
        self, model: Model, endpoint: Endpoint, events: Events, attempts: list[Attempt], patience: float
    ) -> UnderWay:
        line, started, name = self._line(endpoint), time.monotonic(), model.card.name
        self._turns += 1
        line.turn = self._turns
        line.busy += 1
        line.breaker.begin()
        try:
            first = await _first(events, name, patience)
        except BaseException as error:
            line.busy -= 1
            await events.aclose()
            if not isinstance(error, Exception):
                line.breaker.left()
                attempts.append(_attempt(model, line, "cut", started))
                raise
            failure = _as_failure(error, name)
            if getattr(failure, "upstream_status", None) in _NOT_ILL:
                line.breaker.left()
            else:
                line.breaker.failed((failure.sv, failure.en))
            attempts.append(_attempt(model, line, failure.en, started))
            raise failure from error
        line.breaker.succeeded()
        attempts.append(_attempt(model, line, "", started))
        return UnderWay(line, first, events)

    def _resting(self, model: Model) -> Resting:
        rests = min((self._line(endpoint).breaker.rests() for endpoint in model.endpoints), default=0.0)
        return Resting(model=model.card.name, seconds=max(-int(-rests // 1), 1))

    def _line(self, endpoint: Endpoint) -> Line:
        key = _key(endpoint)
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = Line(str(endpoint.id or f"{endpoint.provider}:{endpoint.model}"))
        return line


async def _first(events: Events, name: str, patience: float) -> Any:
    try:
        async with asyncio.timeout(patience):
            return await anext(events)
    except TimeoutError as error:
        raise TooSlow(name, _TOO_SLOW) from error
    except StopAsyncIteration as error:
        raise Unanswered(name, _EMPTY) from error


def _key(endpoint: Endpoint) -> Hashable:
    return endpoint.id or (endpoint.provider, endpoint.url, endpoint.model)


def worth_another(error: ModelFailed) -> bool:
    """Whether somebody else may answer what one did not: not what no model would, nor what has been answered in part."""
    if not isinstance(error, Unanswered):
        return True
    return error.before_first_byte and error.upstream_status not in THE_REQUEST


def _as_failure(error: Exception, model: str) -> ModelFailed:
    """The error as a model's; of what nobody foresaw only its kind is told."""
    if isinstance(error, ModelFailed):
        return error
    return ModelFailed(model=model, why=error.code if isinstance(error, SamverkError) else type(error).__name__)


def _attempt(model: Model, line: Line, why: str, started: float) -> Attempt:
    return Attempt(model.card.slug, line.name, why, round((time.monotonic() - started) * 1000))
