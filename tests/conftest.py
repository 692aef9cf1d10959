"""Fixtures that every room's tests may use. No test reaches beyond this machine."""

import asyncio
import ipaddress
import shutil
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings

from samverk.app import schema
from samverk.core.database import Database
from samverk.identity import passwords
from tests import postgres, required

T = TypeVar("T")

settings.register_profile("default", max_examples=40, derandomize=True, deadline=None, database=None)
settings.register_profile(
    "thorough", max_examples=1_000, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("thorough" if required.thorough() else "default")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The modules that drive a browser are the longest: first, so that the workers come to the end together."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anything but this machine is an error."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not ipaddress.ip_address(address[0]).is_loopback:
            raise AssertionError(f"a test reached for {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hashing is slow on purpose, as tests/identity proves; nothing else has to wait for it."""
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: quick)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test meets a certificate, and to read those of the machine takes a client longer than what it asks for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SSL_CERT_FILE", raising=False)
        patch.setenv("SSL_CERT_DIR", str(tmp_path_factory.mktemp("certificates")))
        yield


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The shared data; skips, or fails in CI, where it is absent."""
    return required.data_folder()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both databases, up to date and empty, to copy."""
    folder = tmp_path_factory.mktemp("template")
    _run(_make(*_sqlite_urls(folder)))
    return folder


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The URL, for its owner, of a database that is up to date and empty, to copy; the role `app` may use it."""
    with postgres.server() as url:
        owner = _run(postgres.fresh(url))
        _run(_make(postgres.as_role(owner, "app"), postgres.as_role(owner, "app"), owner))
        yield owner


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database_urls(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """The URLs of the main database and of the ledger, up to date and empty, on each engine in turn."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        for file in template.iterdir():
            shutil.copy(file, tmp_path)
        return _sqlite_urls(tmp_path)
    owner = await postgres.fresh(request.getfixturevalue("postgres_template"), copy=True)
    return postgres.as_role(owner, "app"), postgres.as_role(owner, "app")


@pytest.fixture
async def databases(database_urls: tuple[str, str]) -> AsyncIterator[tuple[Database, Database]]:
    """The main database and the ledger, open."""
    db, ledger = (Database(url) for url in database_urls)
    yield db, ledger
    await db.close()
    await ledger.close()


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end in a thread of its own: a session's fixture may be made inside a test's event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def _sqlite_urls(folder: Path) -> tuple[str, str]:
    return f"sqlite+aiosqlite:///{folder}/samverk.db", f"sqlite+aiosqlite:///{folder}/ledger.db"


async def _make(main: str, ledger: str, owner: str = "") -> None:
    opened = Database(main), Database(ledger)
    await schema.upgrade(*opened, owner)
    for database in opened:
        await database.close()


@pytest.fixture
def db(databases: tuple[Database, Database]) -> Database:
    """The main database."""
    return databases[0]
