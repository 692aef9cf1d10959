"""The numbers are in Prometheus' format, and are those of the calls."""

import pytest
from starlette.testclient import TestClient

from samverk.api import metrics as route
from samverk.core.settings import Settings
from samverk.http.application import application
from samverk.ledger.metrics import FAMILIES, Metrics


def lines(metrics: Metrics) -> list[str]:
    return [line for line in metrics.text().splitlines() if not line.startswith("#")]


def test_a_call_is_counted() -> None:
    metrics = Metrics()
    closed = {"outcome": "stop", "tokens_in": 10, "tokens_out": 5, "cost": 1_500_000, "currency": "SEK", "ms": 60}
    metrics.ended("gemma", closed)
    metrics.ended("gemma", closed | {"ms": 1_000_000})
    told = lines(metrics)
    assert 'samverk_calls_total{model="gemma",outcome="stop"} 2' in told
    assert 'samverk_tokens_total{model="gemma",direction="in"} 20' in told
    assert 'samverk_cost_total{model="gemma",currency="SEK"} 3' in told
    assert 'samverk_call_seconds_bucket{model="gemma",le="0.05"} 0' in told
    assert 'samverk_call_seconds_bucket{model="gemma",le="0.1"} 1' in told
    assert 'samverk_call_seconds_bucket{model="gemma",le="120.0"} 1' in told
    assert 'samverk_call_seconds_bucket{model="gemma",le="+Inf"} 2' in told
    assert 'samverk_call_seconds_count{model="gemma"} 2' in told
    assert 'samverk_call_seconds_sum{model="gemma"} 1000.06' in told


def test_labels_are_escaped_and_what_is_unknown_makes_no_new_row() -> None:
    metrics = Metrics()
    metrics.ended('a"b\\c\nd', {"outcome": "anything at all"})
    assert lines(metrics) == ['samverk_calls_total{model="a\\"b\\\\c\\nd",outcome="other"} 1']


def test_every_family_is_told_once() -> None:
    text = Metrics().text()
    for name, (kind, _) in FAMILIES.items():
        assert text.count(f"# TYPE {name} {kind}\n") == 1


class Rooms:
    def __init__(self, token: str) -> None:
        self.settings = Settings(metrics_token=token)
        self.ledger = self
        self.metrics = Metrics()


@pytest.mark.parametrize(
    ("token", "given", "status"),
    [
        ("", "", 404),
        ("", "Bearer ", 404),
        ("t", "", 401),
        ("t", "Bearer x", 401),
        ("t", "Bearer å", 401),
        ("t", "Bearer t", 200),
    ],
)
def test_the_numbers_are_for_whoever_has_the_token(token: str, given: str, status: int) -> None:
    rooms = Rooms(token)
    rooms.metrics.count("samverk_records_total")
    app = application(rooms, route.routes(), lambda *_: "")  # type: ignore[arg-type]
    response = TestClient(app).get("/metrics", headers={"authorization": given.encode()} if given else {})
    assert response.status_code == status
    assert ("samverk_records_total 1" in response.text) is (status == 200)
    if status == 200:
        assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
