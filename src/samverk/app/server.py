"""Serves the pages and the interfaces until told to stop."""

import errno
import gc
import socket
from collections.abc import Callable

import uvicorn

from samverk import api, web
from samverk.app.platform import running
from samverk.core.errors import SamverkError
from samverk.core.settings import Settings
from samverk.http.application import application

_WHY = {
    errno.EADDRINUSE: ("porten används redan", "the port is in use"),
    errno.EACCES: ("det krävs högre behörighet", "it takes more privileges"),
}


class PortTaken(SamverkError):
    """The address cannot be listened on."""

    code = "port_taken"
    status = 400
    sv = "Det går inte att lyssna på {host}:{port}: {why_sv}. Välj en annan port med --port."
    en = "Cannot listen on {host}:{port}: {why_en}. Choose another port with --port."


async def serve(settings: Settings, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve on the settings' host and this port. `on_ready` is told the address once it answers. Raises PortTaken."""
    try:
        listener = socket.create_server((settings.host, port), backlog=1024)
    except OSError as error:
        why_sv, why_en = _WHY.get(error.errno or 0, ("adressen går inte att använda", "the address cannot be used"))
        raise PortTaken(host=settings.host, port=port, why_sv=why_sv, why_en=why_en) from error
    with listener:
        async with running(settings) as platform:
            routes = [*api.routes(), *web.routes()]
            app = application(platform.rooms, routes, web.error_page, api.direct())
            host = "localhost" if settings.host == "0.0.0.0" else settings.host  # noqa: S104 - not bound here
            _settle_memory()
            on_ready(f"http://{host}:{listener.getsockname()[1]}")
            config = uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=5,
                proxy_headers=False,
            )
            await uvicorn.Server(config).serve(sockets=[listener])


def _settle_memory() -> None:
    """Let the search for garbage leave out what is there before the first request, and come less often: 8 % of a call's CPU."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
