"""An endpoint that keeps failing is left alone, tried again by one call, and trusted when that one is answered."""

import pytest

from samverk.gateway.breakers import FAILURES, LONGEST_REST, RESTS, WINDOW, Breaker

WHY = ("servern går inte att nå", "the server cannot be reached")


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def fail(breaker: Breaker, times: int = FAILURES) -> None:
    for _ in range(times):
        assert breaker.lets_through()
        breaker.begin()
        breaker.failed(WHY)


def test_it_opens_after_failures_and_says_why(clock: Clock) -> None:
    breaker = Breaker(clock)
    fail(breaker, FAILURES - 1)
    assert breaker.health().state == "closed"
    fail(breaker, 1)
    health = breaker.health()
    assert (health.state, health.why_sv, health.why_en) == ("open", *WHY)
    assert not breaker.lets_through()
    assert breaker.rests() == RESTS


def test_a_few_failures_among_many_answers_do_not_open_it(clock: Clock) -> None:
    breaker = Breaker(clock)
    for _ in range(200):
        breaker.succeeded()
    fail(breaker, FAILURES * 3)
    assert breaker.health().state == "closed"


def test_failures_of_long_ago_do_not_count(clock: Clock) -> None:
    breaker = Breaker(clock)
    for _ in range(20):
        fail(breaker, 1)
        clock.at += WINDOW / 2
    assert breaker.health().state == "closed"


def test_one_call_tries_it_and_closes_it(clock: Clock) -> None:
    breaker = Breaker(clock)
    fail(breaker)
    clock.at += RESTS
    assert breaker.lets_through()
    assert breaker.health().state == "half_open"
    breaker.begin()
    assert not breaker.lets_through()  # the others wait for what it says
    breaker.succeeded()
    assert breaker.lets_through()
    assert breaker.health().state == "closed"
    fail(breaker, 1)
    assert breaker.health().state == "closed"  # it begins anew


def test_it_rests_longer_each_time_that_the_trial_fails(clock: Clock) -> None:
    breaker = Breaker(clock)
    fail(breaker)
    rests = []
    for _ in range(6):
        clock.at += breaker.rests()
        fail(breaker, 1)
        rests.append(breaker.rests())
    assert rests == [20, 40, 80, LONGEST_REST, LONGEST_REST, LONGEST_REST]


def test_a_trial_that_was_broken_off_tells_nothing(clock: Clock) -> None:
    breaker = Breaker(clock)
    fail(breaker)
    clock.at += RESTS
    assert breaker.lets_through()
    breaker.begin()
    breaker.left()
    assert breaker.lets_through()
