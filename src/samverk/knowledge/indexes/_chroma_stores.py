"""Where the records of the index in Chroma lie: with a server, over version 2 of its interface, or in this process.

Knows nothing of passages. The server needs no package. In the process Chroma is SQLite and files that one process alone may
use: a lease says so to the others. Nothing is embedded here or there: every record comes with its vector.
"""

import json
import shutil
import sqlite3
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

import structlog

from samverk.core.errors import SamverkError
from samverk.core.leases import Lease, Leases
from samverk.knowledge.ports import ShelfDamaged, ShelfNotWritten

Filter = Mapping[str, Any]

DATABASE = "samverk"  # of the tenant that every server has
PATIENCE_SECONDS = 60.0  # with the server, for one call
RECORDS_AT_ONCE = 500  # sent in one call
_TENANT = "/api/v2/tenants/default_tenant"
_HNSW = {"space": "ip", "ef_construction": 200, "ef_search": 200}
_WRITES = {"upsert", "delete"}

_log = structlog.get_logger(__name__)


class IndexUnreachable(SamverkError):
    """The server that holds the search index does not answer, or refuses."""

    code = "index_unreachable"
    status = 503
    sv = "Servern med sökindexet svarar inte. Försök igen om en stund."
    en = "The server with the search index does not answer. Please try again in a while."


class IndexElsewhere(SamverkError):
    """Another process has the embedded search index open, and it can be open in one at a time."""

    code = "index_elsewhere"
    status = 503
    sv = "Sökindexet chroma används av en annan process och kan bara användas av en åt gången. Ange SAMVERK_CHROMA_URL."
    en = "The search index chroma is in use by another process, and can be used by one at a time. Set SAMVERK_CHROMA_URL."


class Gone(Exception):
    """There is no such collection in Chroma, or no longer."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Record(NamedTuple):
    """A record in Chroma: what it can be filtered by, and its text and vector, which are written and never read back."""

    id: str
    facts: Mapping[str, Any]
    text: str = ""
    vector: list[float] = []  # noqa: RUF012 - never changed


class _Chroma(Protocol):
    """A Chroma, wherever it is. Raises Gone for a collection that is not there."""

    def make(self, name: str, facts: Mapping[str, Any]) -> None:
        """Make a collection, unless it is there."""

    def forget(self, name: str) -> None:
        """Delete a collection."""

    def ask(self, name: str, verb: str, arguments: Mapping[str, Any]) -> Any:
        """Do something with the records of a collection: upsert, get, query, delete."""


class Store:
    """The records of a Chroma, by the names of its collections."""

    def __init__(self, chroma: _Chroma) -> None:
        self._chroma = chroma

    def make(self, name: str, facts: Mapping[str, Any]) -> None:
        """Make a collection, unless it is there; `facts` say in Chroma whose it is."""
        self._chroma.make(name, facts)

    def forget(self, name: str) -> None:
        """Delete a collection, if it is there."""
        with suppress(Gone):
            self._chroma.forget(name)

    def put(self, name: str, records: Sequence[Record]) -> None:
        """Write records in one step, in the place of those with their ids. At most RECORDS_AT_ONCE. Raises Gone."""
        columns = ("ids", "metadatas", "documents", "embeddings")
        self._chroma.ask(name, "upsert", dict(zip(columns, map(list, zip(*records, strict=True)), strict=True)))

    def get(self, name: str, ids: Sequence[str]) -> dict[str, Record]:
        """The records with these ids, by id. Raises Gone."""
        return {one.id: one for one in self._got(name, {"ids": list(ids)})} if ids else {}

    def having(self, name: str, key: str, values: Sequence[str]) -> Iterator[Record]:
        """The records where a fact is one of these values. Raises Gone."""
        for some in _parts(values):
            yield from self.fitting(name, {key: {"$in": list(some)}})

    def fitting(self, name: str, where: Filter) -> list[Record]:
        """The records that fit. Raises Gone."""
        return self._got(name, _narrowed(where))

    def nearest(self, name: str, vector: list[float], limit: int, where: Filter) -> list[Record]:
        """The records that fit with the largest inner products with the vector, largest first, about. Raises Gone."""
        asked = {"query_embeddings": [vector], "n_results": limit, "include": ["metadatas"]}
        found = self._chroma.ask(name, "query", asked | _narrowed(where))
        return list(map(Record, found["ids"][0], found["metadatas"][0]))

    def remove(self, name: str, ids: Sequence[str]) -> None:
        """Delete the records with these ids that are there. Raises Gone."""
        for some in _parts(ids):
            self._chroma.ask(name, "delete", {"ids": list(some)})

    def remove_where(self, name: str, where: Filter) -> None:
        """Delete the records that fit. Raises Gone."""
        self._chroma.ask(name, "delete", {"where": where})

    def _got(self, name: str, which: Mapping[str, Any]) -> list[Record]:
        found = self._chroma.ask(name, "get", {**which, "include": ["metadatas"]})
        return list(map(Record, found["ids"], found["metadatas"]))


def _narrowed(where: Filter) -> dict[str, Any]:
    """The filter as an argument; Chroma takes no empty one."""
    return {"where": where} if where else {}


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[at : at + RECORDS_AT_ONCE] for at in range(0, len(values), RECORDS_AT_ONCE))


class Server:
    """A Chroma server at an address. A connection a thread; a call that a closed connection ended is made once more.

    No proxy of the environment is used, no redirect followed.
    """

    def __init__(self, url: str, token: str = "") -> None:
        self._url = urlsplit(url.rstrip("/"))
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self._own = threading.local()
        self._ids: dict[str, str] = {}
        self._has_database = False

    def make(self, name: str, facts: Mapping[str, Any]) -> None:
        """See `_Chroma`."""
        asked = {"name": name, "metadata": facts, "get_or_create": True, "configuration": {"hnsw": _HNSW}}
        self._ids[name] = self._answer("POST", "/collections", name, asked)["id"]

    def forget(self, name: str) -> None:
        """See `_Chroma`."""
        self._ids.pop(name, None)
        self._answer("DELETE", f"/collections/{name}", name)

    def ask(self, name: str, verb: str, arguments: Mapping[str, Any]) -> Any:
        """See `_Chroma`."""
        if name not in self._ids:
            self._ids[name] = self._answer("GET", f"/collections/{name}", name)["id"]
        try:
            return self._answer("POST", f"/collections/{self._ids[name]}/{verb}", name, arguments)
        except Gone:
            self._ids.pop(name, None)
            raise

    def _answer(self, method: str, path: str, name: str, content: Mapping[str, Any] | None = None) -> Any:
        """What the server answers about a collection. Raises Gone, IndexUnreachable."""
        if not self._has_database:
            status, _ = self._call("POST", f"{_TENANT}/databases", {"name": DATABASE})
            self._has_database = status in {200, 409}  # made, or there already
        status, answer = self._call(method, f"{_TENANT}/databases/{DATABASE}{path}", content)
        if status == 404:
            raise Gone(name)
        if status not in {200, 201}:
            _log.error("chroma refused", status=status, path=path, answer=answer[:200])
            raise IndexUnreachable
        return json.loads(answer) if answer else None

    def _call(self, method: str, path: str, content: Mapping[str, Any] | None) -> tuple[int, bytes]:
        body = json.dumps(content).encode() if content is not None else None
        for once_more in (True, False):
            connection = self._connection()
            try:
                connection.request(method, self._url.path + path, body, self._headers)
                response = connection.getresponse()
                return response.status, response.read()
            except (OSError, HTTPException) as error:
                connection.close()  # the next request opens it anew
                if not once_more or isinstance(error, TimeoutError):
                    raise IndexUnreachable from error
        raise AssertionError("the second try returns or raises")

    def _connection(self) -> HTTPConnection:
        if not hasattr(self._own, "connection"):
            host, port = self._url.hostname or "", self._url.port
            self._own.connection = (
                HTTPSConnection(host, port, timeout=PATIENCE_SECONDS, context=ssl.create_default_context())
                if self._url.scheme == "https"
                else HTTPConnection(host, port, timeout=PATIENCE_SECONDS)
            )
        return self._own.connection  # type: ignore[no-any-return]


_held: dict[Path, Lease] = {}  # folders that this process has open, until it ends
_opening = threading.Lock()


class Embedded:
    """A Chroma in this process, in a folder. It is opened when first used: until then others may."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: Any = None

    def make(self, name: str, facts: Mapping[str, Any]) -> None:
        """See `_Chroma`."""
        with _raising(ShelfNotWritten(), name):
            self._client().get_or_create_collection(
                name, metadata=dict(facts), embedding_function=None, configuration={"hnsw": _HNSW}
            )

    def forget(self, name: str) -> None:
        """See `_Chroma`."""
        with _raising(ShelfNotWritten(), name):
            self._client().delete_collection(name)

    def ask(self, name: str, verb: str, arguments: Mapping[str, Any]) -> Any:
        """See `_Chroma`."""
        with _raising(ShelfNotWritten() if verb in _WRITES else ShelfDamaged(), name):
            collection = self._client().get_collection(name, embedding_function=None)
            return getattr(collection, verb)(**arguments)

    def _client(self) -> Any:
        with _opening:
            if self._opened is None:
                self._hold()
                if not _is_readable(self._folder / "chroma.sqlite3"):
                    _log.error("the search index in Chroma cannot be read and is made anew")
                    shutil.rmtree(self._folder)
                self._opened = self._open()
            return self._opened

    def _hold(self) -> None:
        """Keep the folder from other processes. Raises IndexElsewhere."""
        if self._folder not in _held:
            lease = Leases(self._folder.parent / "leases").take(self._folder.name)
            if lease is None:
                raise IndexElsewhere
            _held[self._folder] = lease

    def _open(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        # No model is asked for vectors, so none is ever fetched; with its telemetry off nothing leaves.
        return chromadb.PersistentClient(self._folder, settings=Settings(anonymized_telemetry=False))


def _is_readable(path: Path) -> bool:
    """Whether a database is one, or is not there yet."""
    if not path.exists():
        return True
    with closing(sqlite3.connect(path)) as database:
        try:
            database.execute("select count(*) from sqlite_master")
        except sqlite3.DatabaseError:
            return False
    return True


@contextmanager
def _raising(error: SamverkError, name: str) -> Iterator[None]:
    """Turns what the package raises about a collection into this error, or into Gone."""
    from chromadb.errors import ChromaError, NotFoundError

    try:
        yield
    except NotFoundError as cause:
        raise Gone(name) from cause
    except (ChromaError, OSError) as cause:
        raise error from cause
