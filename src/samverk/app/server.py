"""Serves the pages and the interfaces until told to stop."""

import socket

import uvicorn

from samverk import api, web
from samverk.app.platform import running
from samverk.core.errors import SamverkError
from samverk.core.settings import Settings
from samverk.http.application import application


class PortTaken(SamverkError):
    """The address cannot be listened on."""

    code = "port_taken"
    status = 400
    sv = "Det går inte att lyssna på {host}:{port}: {why}. Välj en annan port med --port."
    en = "Cannot listen on {host}:{port}: {why}. Choose another port with --port."


async def serve(settings: Settings, port: int) -> None:
    """Serve on the settings' host and this port. Raises PortTaken."""
    try:
        listener = socket.create_server((settings.host, port), backlog=1024)
    except OSError as error:
        raise PortTaken(host=settings.host, port=port, why=error.strerror) from error
    with listener:
        async with running(settings) as platform:
            routes = [*api.routes(), *web.routes()]
            app = application(platform.rooms, routes, web.error_page)
            config = uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=5,
                proxy_headers=False,
            )
            await uvicorn.Server(config).serve(sockets=[listener])
