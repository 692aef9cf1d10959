"""Empty databases, for what is done to them from the beginning."""

import asyncio
from pathlib import Path

import pytest
from tests import postgres


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """The URLs of two empty databases, or of one that holds both branches."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/samverk.db", f"sqlite+aiosqlite:///{tmp_path}/ledger.db"
    owner = asyncio.run(postgres.fresh(request.getfixturevalue("postgres_template")))
    return owner, owner
