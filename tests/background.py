"""Something that lives in a thread with an event loop of its own, and servers on loopback, for tests of every kind."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from typing import TypeVar

import uvicorn
from starlette.types import ASGIApp

T = TypeVar("T")


@contextmanager
def in_thread(opened: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """What an asynchronous block gives, open in a thread until the end of this one. What it raises is raised here."""
    ready, done = threading.Event(), threading.Event()
    given: list[T] = []
    failures: list[BaseException] = []

    async def live() -> None:
        async with opened as it:
            given.append(it)
            ready.set()
            await asyncio.to_thread(done.wait)

    def thread() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:  # noqa: BLE001 (told to the test below)
            failures.append(error)
        finally:
            ready.set()

    worker = threading.Thread(target=thread)
    worker.start()
    try:
        ready.wait(120)
        if failures:
            raise failures[0]
        yield given[0]
    finally:
        done.set()
        worker.join(30)


class Server:
    """An ASGI application on a free loopback port."""

    def __init__(self, app: ASGIApp) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)

    async def __aenter__(self) -> "Server":
        self._task = asyncio.create_task(self._server._serve([self._socket]))  # without its signal handlers
        while not self._server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
            await asyncio.sleep(0.01)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.should_exit = True
        with suppress(asyncio.CancelledError):
            await self._task
