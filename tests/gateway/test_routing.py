"""Which endpoint is asked: equal ones share the calls, what may pass is tried again, and nothing after the first byte."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import pytest

from samverk.core.errors import ModelFailed
from samverk.core.ids import new_id
from samverk.gateway.breakers import FAILURES
from samverk.gateway.calls import Attempt
from samverk.gateway.routing import Patience, Resting, Router, TooSlow, UnderWay, worth_another
from samverk.library.cards import AdoptedCard, ModelCard
from samverk.library.ports import Delta, Endpoint, Finish, Unanswered
from samverk.library.service import Model

WHY = ("servern svarade inte", "the server did not answer")


class Servers:
    """Endpoints that answer or fail as they are told, by their model's name; they remember who was asked."""

    def __init__(self, **told: Any) -> None:
        self.told = told
        self.asked: list[str] = []
        self.slept: list[float] = []
        self.ids: dict[str, UUID] = {}

    def model(self, *names: str, **orders: int) -> Model:
        card = ModelCard(slug="m", name="M")
        places = tuple(
            Endpoint("fake", name, order=orders.get(name, 0), id=self.ids.setdefault(name, new_id())) for name in names
        )
        return Model(AdoptedCard(id=new_id(), version=1, card=card, published=card), places)

    async def ask(self, endpoint: Endpoint) -> AsyncGenerator[Any, None]:
        self.asked.append(endpoint.model)
        told = self.told.get(endpoint.model, "ja")
        told = told.pop(0) if isinstance(told, list) and told else told
        if isinstance(told, float):
            await asyncio.sleep(told)
        elif isinstance(told, Exception):
            raise told
        yield Delta(str(told))
        yield Finish()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def router(self, **patience: Any) -> Router:
        return Router(Patience(**{"first_byte": 1.0, **patience}), self.sleep, lambda: 0.5)


def failing(status: int | None, **more: Any) -> Unanswered:
    return Unanswered("M", WHY, status=status, **more)


async def begin(router: Router, servers: Servers, model: Model) -> tuple[UnderWay, list[Attempt]]:
    attempts: list[Attempt] = []
    return await router.begin(model, servers.ask, attempts), attempts


async def test_equal_endpoints_take_turns_and_the_least_busy_is_asked() -> None:
    servers = Servers()
    router, model = servers.router(), servers.model("a", "b", "c")
    for _ in range(6):
        under_way, _ = await begin(router, servers, model)
        await under_way.end()
    assert sorted(servers.asked[:3]) == sorted(servers.asked[3:]) == ["a", "b", "c"]
    busy = [(await begin(router, servers, model))[0] for _ in range(3)]
    assert sorted(servers.asked[-3:]) == ["a", "b", "c"]
    await busy[1].end()
    freed = servers.asked[-2]
    await begin(router, servers, model)
    assert servers.asked[-1] == freed


async def test_a_weight_gives_a_larger_share() -> None:
    servers = Servers()
    card = servers.model("a", "b")
    heavy = Model(card.adopted, (card.endpoints[0], Endpoint("fake", "b", weight=3, id=card.endpoints[1].id)))
    router = servers.router()
    for _ in range(8):
        await begin(router, servers, heavy)
    assert servers.asked.count("b") == 6


async def test_those_of_a_later_order_are_asked_only_when_the_first_do_not_answer() -> None:
    servers = Servers(a=failing(503))
    router, model = servers.router(), servers.model("a", "b", b=1)
    under_way, attempts = await begin(router, servers, model)
    assert under_way.first.text == "ja"
    assert servers.asked == ["a", "b"]
    assert servers.slept == []  # somebody else could be asked at once
    assert [bool(attempt.why) for attempt in attempts] == [True, False]


@pytest.mark.parametrize("status", [None, 429, 500, 502, 503, 504, 529])
async def test_what_may_pass_is_tried_again_with_jitter(status: int | None) -> None:
    servers = Servers(a=[failing(status), failing(status), "till slut"])
    under_way, attempts = await begin(servers.router(pause=0.25), servers, servers.model("a"))
    assert under_way.first.text == "till slut"
    assert servers.slept == [0.125, 0.25]  # half of a bound that doubles
    assert len(attempts) == 3


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_a_request_that_is_at_fault_is_sent_to_nobody_else(status: int) -> None:
    servers = Servers(a=failing(status))
    with pytest.raises(Unanswered) as refused:
        await begin(servers.router(), servers, servers.model("a", "b", b=1))
    assert servers.asked == ["a"]
    assert not worth_another(refused.value)


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_an_endpoint_that_is_set_up_wrongly_is_not_asked_twice(status: int) -> None:
    servers = Servers(a=failing(status))
    with pytest.raises(Unanswered) as refused:
        await begin(servers.router(), servers, servers.model("a"))
    assert servers.asked == ["a"]
    assert worth_another(refused.value)


async def test_it_is_tried_so_many_times_and_no_more() -> None:
    servers = Servers(a=failing(503))
    with pytest.raises(Unanswered):
        await begin(servers.router(retries=2), servers, servers.model("a"))
    assert servers.asked == ["a", "a", "a"]


async def test_a_server_that_asks_for_a_pause_gets_it_unless_it_is_long() -> None:
    servers = Servers(a=[failing(429, retry_after=2.0), "ja"])
    await begin(servers.router(), servers, servers.model("a"))
    assert servers.slept == [2.0]
    servers = Servers(a=failing(429, retry_after=60.0))
    with pytest.raises(Unanswered):
        await begin(servers.router(), servers, servers.model("a"))
    assert servers.asked == ["a"]


async def test_the_first_byte_is_waited_for_so_long() -> None:
    servers = Servers(a=5.0)
    with pytest.raises(TooSlow):
        await begin(servers.router(first_byte=0.02), servers, servers.model("a"))
    assert servers.asked == ["a"]


async def test_what_broke_off_in_the_middle_is_not_begun_again() -> None:
    servers = Servers(a=failing(None, before_first_byte=False))
    with pytest.raises(Unanswered) as refused:
        await begin(servers.router(), servers, servers.model("a", "b"))
    assert len(servers.asked) == 1
    assert not worth_another(refused.value)


async def test_an_endpoint_that_keeps_failing_is_left_alone_and_health_says_so() -> None:
    servers = Servers(a=failing(503))
    router, model = servers.router(retries=0), servers.model("a", "b", b=1)
    for _ in range(FAILURES):
        with pytest.raises(Unanswered):
            await begin(router, servers, servers.model("a"))
    asked = len(servers.asked)
    with pytest.raises(Resting) as refused:
        await begin(router, servers, servers.model("a"))
    assert (refused.value.status, refused.value.facts["seconds"]) == (503, 10)
    assert len(servers.asked) == asked
    under_way, _ = await begin(router, servers, model)
    assert servers.asked[-1] == "b"
    health = router.health(model.endpoints[0])
    assert (health.health.state, health.busy) == ("open", 0)
    assert "servern svarade inte" in health.health.why_sv
    assert router.health(model.endpoints[1]).busy == 1
    await under_way.end()


async def test_answers_that_break_off_open_the_breaker_too() -> None:
    servers = Servers()
    router, model = servers.router(), servers.model("a")
    for _ in range(FAILURES):
        under_way, _ = await begin(router, servers, model)
        await under_way.end(ModelFailed(model="M", why="bröts"))
    assert router.health(model.endpoints[0]).health.state == "open"


async def test_one_who_leaves_tells_nothing_of_the_endpoint() -> None:
    servers = Servers(a=5.0)
    router, model = servers.router(first_byte=60), servers.model("a")
    for _ in range(FAILURES * 2):
        task = asyncio.create_task(begin(router, servers, model))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    health = router.health(model.endpoints[0])
    assert (health.health.state, health.busy) == ("closed", 0)


async def test_a_fault_of_ours_is_told_by_its_kind_alone() -> None:
    servers = Servers(a=RuntimeError("hemligt"))
    with pytest.raises(ModelFailed) as refused:
        await begin(servers.router(), servers, servers.model("a"))
    assert "hemligt" not in refused.value.sv + refused.value.en
    assert "RuntimeError" in refused.value.en
