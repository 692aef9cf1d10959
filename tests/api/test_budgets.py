"""Budgets, limits, the plan and the health of endpoints over real HTTP."""

from collections.abc import Iterator
from uuid import uuid4

import httpx2 as httpx
import pytest

from tests.platform import Served


@pytest.fixture
def http(platform: Served) -> Iterator[httpx.Client]:
    """A client with a key of Granby that may do everything."""
    headers = {"Authorization": f"Bearer {platform.b.keys['all']}"}
    with httpx.Client(base_url=f"{platform.url}/api", headers=headers, timeout=30) as client:
        yield client


def test_a_budget_is_decided_and_removed(http: httpx.Client, platform: Served) -> None:
    wanted = {"subject": "assistant", "name": "regelhjalpen", "period": "day", "amount": "12.50"}
    made = http.put("/budgets", json=wanted).json()
    assert (made["amount"], made["used"], made["unit"], made["currency"]) == ("12.5", "0", "money", "SEK")
    assert made["begins_anew"] > made["began"]
    assert made["id"] in [one["id"] for one in http.get("/budgets").json()["data"]]
    other = {"Authorization": f"Bearer {platform.a.keys['all']}"}
    assert http.delete(f"/budgets/{made['id']}", headers=other).status_code == 404
    assert http.delete(f"/budgets/{made['id']}").status_code == 204
    assert http.delete(f"/budgets/{made['id']}").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"amount": "0"}, {"amount": "1e5"}, {"subject": "alla"}, {"name": "x"}, {"currency": "kronor"}]
)
def test_what_no_budget_can_be(http: httpx.Client, wrong: dict[str, str]) -> None:
    response = http.put("/budgets", json={"subject": "organisation", "amount": "10", **wrong})
    assert response.status_code == 400
    assert response.json()["error"]["message_sv"]


def test_a_limit_is_decided_and_removed(http: httpx.Client) -> None:
    name = str(uuid4())
    assert http.put(f"/limits/key/{name}", json={"requests": 5}).json()["requests"] == 5
    assert name in [one["name"] for one in http.get("/limits").json()["data"]]
    assert http.put(f"/limits/key/{name}", json={}).status_code == 400
    assert http.delete(f"/limits/key/{name}").status_code == 204
    assert http.delete(f"/limits/key/{name}").status_code == 404


def test_the_plan_and_the_health_of_models(http: httpx.Client) -> None:
    assert http.get("/plan").json() == {"slug": "none", "seats": None, "mark_up": "0", "kinds": None, "abilities": None}
    health = {one["model"]: one["endpoints"] for one in http.get("/health").json()["data"]}
    assert health["extractive"][0]["state"] == "closed"


def test_only_who_administers_sees_them(platform: Served) -> None:
    headers = {"Authorization": f"Bearer {platform.b.keys['chat']}"}
    for path in ("budgets", "limits", "plan", "health"):
        assert httpx.get(f"{platform.url}/api/{path}", headers=headers).status_code == 403
