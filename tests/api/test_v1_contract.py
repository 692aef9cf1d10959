"""Does `/v1` keep what its OpenAPI document promises? Hundreds of ways to use it, right and wrong, say so."""

from itertools import cycle
from typing import Any

import httpx2 as httpx
import pytest

from samverk.api.v1 import OPERATIONS
from samverk.api.v1.described import document
from tests.api.promises import CHECKS, schema_of, tried
from tests.api.test_v1_kinds import _models
from tests.platform import Served

__all__ = ["_models"]
MODELS = {"embeddings": "vektorer", "audio": "rost", "images": "bilder"}
schema = schema_of(document())
existing = cycle([True, True, False])


@pytest.mark.filterwarnings("ignore:Do not use the .random. module")
@schema.parametrize()
@tried(20)
def test_every_operation_keeps_its_promise(case: Any, platform: Served) -> None:
    name = MODELS.get(case.path.split("/")[2], "chatty")
    if next(existing):  # most made-up names lead nowhere
        if isinstance(case.body, dict) and "model" in case.body:
            case.body["model"] = name
        case.path_parameters = dict.fromkeys(case.path_parameters or {}, "chatty")
    headers = {"Authorization": f"Bearer {platform.a.keys['chat']}"}
    case.call_and_validate(base_url=platform.url, headers=headers, checks=CHECKS, timeout=30)


def test_every_operation_stands_in_the_document(platform: Served) -> None:
    told = httpx.get(f"{platform.url}/v1/openapi.json").json()["paths"]
    known = {(method.upper(), path) for path, methods in told.items() for method in methods}
    assert known == {(method, path.replace(":path", "")) for method, path in OPERATIONS}
