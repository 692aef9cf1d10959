"""How an interface is held to its OpenAPI document: hundreds of ways to use it, made up or on the edge of what it allows.

The values on every edge are some fifty an operation: they are tried with `SAMVERK_THOROUGH=1`, made-up ones always.
"""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import required

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def schema_of(document: dict[str, Any]) -> Any:
    """What is promised, with a test for each operation."""
    config = schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": required.thorough()}}})
    return schemathesis.openapi.from_dict(document, config=config)


def tried(times: int) -> settings:
    """So many made-up requests for each operation, the same ones every time."""
    return settings(
        max_examples=times, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
