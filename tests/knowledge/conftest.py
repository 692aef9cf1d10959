"""Fixtures of the tests of the knowledge room."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import postgres
from tests.knowledge.kept import Kept, keeping


@pytest.fixture
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kept]:
    """A room whose collection has sources: on SQLite, or on the engine that a test asks for (`kept.on_both_engines`)."""
    url = ""
    if getattr(request, "param", "sqlite") == "postgres":
        owner = await postgres.fresh(request.getfixturevalue("postgres_template"), copy=True)
        url = postgres.as_role(owner, "app")
    else:
        shutil.copy(request.getfixturevalue("sqlite_template") / "samverk.db", tmp_path)
    async with keeping(tmp_path, url) as made:
        yield made
