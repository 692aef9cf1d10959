"""Does the REST interface keep what its OpenAPI document promises? Hundreds of ways to use it, right and wrong, say so."""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import httpx2 as httpx
import pytest

from samverk.library.catalogues import sign
from tests.api.promises import CHECKS, schema_of, tried
from tests.library.samples import KEYS, catalogue
from tests.platform import QUESTION, Served, Tenant, described, furnish

UNUSED = "00000000-0000-4000-8000-000000000000"  # a key that nobody has: its budget stops no call
schema = schema_of(described())


@pytest.fixture(scope="module")
def tenant(platform: Served) -> Tenant:
    """An organisation that may be turned upside down."""
    return platform.run(furnish(platform.rooms, platform.rooms.settings.home, "uppochner"))


@pytest.fixture(scope="module")
def known(platform: Served, tenant: Tenant) -> dict[str, str]:
    """Names of things that exist, for every parameter that names one."""
    with httpx.Client(base_url=f"{platform.url}/api", headers=authorised(tenant), timeout=30) as http:
        run = http.post("/runs", json={"assistant": "regelhjalpen", "question": QUESTION}).json()
        http.get(f"/runs/{run['id']}/events")
        http.post("/mask", json={"text": "anna@bjorksta.example", "scope": "arende-7"})
        hit = http.post("/search", json={"query": QUESTION, "collections": ["regler"]}).json()["hits"][0]
        place = http.post("/models/chatty/endpoints", json={"model": "chatty"}).json()["id"]
        budget = http.put("/budgets", json={"subject": "key", "name": UNUSED, "amount": "1000"}).json()["id"]
        http.put("/limits/model/chatty", json={"requests": 100_000})
        http.put("/content/keeping", json={"days": 30})
        question = {
            "model": "chatty",
            "messages": [{"role": "user", "content": QUESTION}],
            "samverk": {"level": "open"},
        }
        asked = httpx.post(f"{platform.url}/v1/chat/completions", json=question, headers=authorised(tenant)).json()
        http.put("/catalogues/region", json={"public_key": KEYS.public})
        pushed = {"kind": "push", "settings": {"system": "Diariet"}}
        source = http.post("/collections/regler/sources", json=pushed).json()["id"]
        sync = http.post(f"/sources/{source}/begin").json()["id"]
        edition = {"file": sign(catalogue(), KEYS).decode()}
        assert http.post("/catalogues/region/update", json=edition).json()["added"] == ["mellan"]
    return {
        "organisation": tenant.slug,
        "assistant": "regelhjalpen",
        "collection": "regler",
        "document": str(tenant.documents["avfall.md"]),
        "passage": hit["passage"],
        "run": run["id"],
        "conversation": run["conversation"],
        "scope": "arende-7",
        "model": "chatty",
        "endpoint": place,
        "catalogue": "region",
        "card": "mellan",
        "budget": budget,
        "subject": "model",
        "name": "chatty",
        "call": asked["samverk"]["record"],
        "source": source,
        "sync": sync,
    }


@pytest.fixture(scope="module")
def mixture() -> Iterator[bool]:
    """Yes and no by turns."""
    return cycle([True, False])


def authorised(tenant: Tenant) -> dict[str, str]:
    return {"Authorization": f"Bearer {tenant.keys['all']}"}


@pytest.mark.filterwarnings("ignore:Do not use the .random. module")
@schema.parametrize()
@tried(8)
def test_every_operation_keeps_its_promise(
    case: Any, platform: Served, tenant: Tenant, known: dict[str, str], mixture: Iterator[bool]
) -> None:
    if next(mixture):  # most made-up names lead nowhere: every other time it is one that exists
        case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
        if isinstance(case.body, dict) and "assistant" in case.body:
            case.body["assistant"] = known["assistant"]
    case.call_and_validate(base_url=f"{platform.url}/api", checks=CHECKS, headers=authorised(tenant), timeout=30)
