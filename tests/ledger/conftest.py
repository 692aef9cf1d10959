"""The ledger's database, on each engine in turn."""

import pytest

from samverk.core.database import Database


@pytest.fixture
def books(databases: tuple[Database, Database]) -> Database:
    return databases[1]
