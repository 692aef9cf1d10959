"""How fast may be asked: buckets that fill, calls at the same time, and what is told of what is left."""

import pytest

from samverk.core.ids import new_id
from samverk.gateway import limits
from samverk.gateway.limits import Gauges, Limit, RateLimited

PLACE = (new_id(), "key", "nyckel")
MODEL = (PLACE[0], "model", "modell")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which a test sets."""
    at = [1000.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: at[0])
    return at


def test_requests_a_minute(clock: list[float]) -> None:
    gauges, limit = Gauges(), {PLACE: Limit(requests=3)}
    left = [gauges.admit(limit, 10).quota for _ in range(3)]
    assert [quota.remaining_requests for quota in left if quota] == [2, 1, 0]
    with pytest.raises(RateLimited) as refused:
        gauges.admit(limit, 10)
    assert refused.value.facts["seconds"] == 20
    quota = refused.value.facts["quota"]
    assert (quota.limit_requests, quota.remaining_requests, round(quota.reset_requests)) == (3, 0, 60)
    clock[0] += 20
    assert gauges.admit(limit, 10).quota


def test_tokens_a_minute_are_corrected_by_what_a_call_took(clock: list[float]) -> None:
    gauges, limit = Gauges(), {PLACE: Limit(tokens=600)}
    first = gauges.admit(limit, 100)
    first.leave(700)
    with pytest.raises(RateLimited) as refused:
        gauges.admit(limit, 1)
    assert refused.value.facts["seconds"] == 11  # a hundred below zero, ten a second
    clock[0] += 70
    generous = gauges.admit(limit, 500)
    generous.leave(0)
    generous.leave(0)  # a second time changes nothing
    quota = gauges.admit(limit, 0).quota
    assert quota is not None
    assert quota.remaining_tokens == 600


def test_a_call_that_is_larger_than_the_limit_waits_for_a_full_bucket_and_no_longer(clock: list[float]) -> None:
    gauges, limit = Gauges(), {PLACE: Limit(tokens=60)}
    gauges.admit(limit, 1000)
    with pytest.raises(RateLimited):
        gauges.admit(limit, 1)
    clock[0] += 1000
    assert gauges.admit(limit, 1000)


def test_calls_at_the_same_time_and_no_gauge_is_touched_when_one_refuses(clock: list[float]) -> None:
    gauges = Gauges()
    both = {PLACE: Limit(requests=10), MODEL: Limit(concurrent=1)}
    first = gauges.admit(both, 1)
    for _ in range(3):
        with pytest.raises(RateLimited) as refused:
            gauges.admit(both, 1)
        assert "Modellen" in refused.value.sv
    first.leave(1)
    quota = gauges.admit(both, 1).quota
    assert quota is not None
    assert quota.remaining_requests == 8  # two got in


def test_a_limit_that_changes_keeps_counting_the_calls_on_their_way(clock: list[float]) -> None:
    gauges = Gauges()
    first = gauges.admit({PLACE: Limit(concurrent=5)}, 1)
    with pytest.raises(RateLimited):
        gauges.admit({PLACE: Limit(concurrent=1)}, 1)
    first.leave(1)
    assert gauges.admit({PLACE: Limit(concurrent=1)}, 1)


def test_idle_gauges_are_forgotten(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_MOST_KNOWN", 10)
    gauges = Gauges()
    for n in range(50):
        gauges.admit({(PLACE[0], "key", str(n)): Limit(requests=100)}, 1).leave(1)
        clock[0] += 60
    assert len(gauges._known) <= 10
