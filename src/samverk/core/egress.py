"""The one client to the outside, closed against server-side request forgery. Knows purposes, not what is sent.

A name is resolved once, every address that it gives is judged, and the connection goes to the address that was judged, so
that a name cannot answer differently a moment later. What is not on the public internet is refused, unless the purpose
allows loopback and the networks, or the hosts, that the settings name. A redirect is an error, or the caller's to judge:
nobody is sent on to where he did not ask.
"""

import errno
import socket
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from samverk import __version__
from samverk.core.destinations import Hosts, Network, host_of, hosts, may_reach, may_serve, networks
from samverk.core.settings import Settings

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CONNECT_SECONDS = 10
_PAGE = aiohttp.ClientTimeout(total=60, sock_connect=_CONNECT_SECONDS)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a client is for. `private`: it may also reach this machine and the networks that the settings name.

    `named`: it may also reach the hosts inside that the settings name. `as_is`: bodies come as they were sent and redirects
    are shown to the caller, who judges both (`core.fetching`).
    """

    private: bool
    named: bool = False
    as_is: bool = False


PURPOSES = {
    "model": Purpose(private=True),  # model servers stand where the organisation has put them
    "web": Purpose(private=False),  # pages that somebody named
    "source": Purpose(
        private=False, named=True, as_is=True
    ),  # web sites and file servers that collections are kept from
    "export": Purpose(private=True),  # receivers of records stand where the organisation has put them
}


class RedirectRefused(aiohttp.ClientError):
    """The server sent us on to another address; that is not followed."""


class Egress:
    """Makes the clients, one for each purpose, and closes them."""

    def __init__(self, settings: Settings) -> None:
        self._private = (ip_network("127.0.0.0/8"), ip_network("::1/128"), *networks(settings.private_networks))
        silence = settings.model_timeout_seconds
        model = aiohttp.ClientTimeout(  # a slow answer may go on
            total=None, connect=_CONNECT_SECONDS, sock_connect=_CONNECT_SECONDS, sock_read=silence
        )
        self._timeouts = {"model": model}
        self.inside = hosts(settings.internal_hosts)
        contact = f" (+{settings.crawl_contact})" if settings.crawl_contact else ""
        self.agent = f"Samverk/{__version__}{contact}"  # as sites outside see it
        self._sessions: dict[str, aiohttp.ClientSession] = {}

    def may_tell(self, url: URL) -> bool:
        """Whether a password may be sent to an address: only encrypted, but for a host inside that the settings name."""
        return url.scheme == "https" or self.inside.hold(host_of(url), url.port or 0)

    def session(self, purpose: str) -> aiohttp.ClientSession:
        """The client for a purpose of `PURPOSES`. Call it in a running event loop.

        A refused address raises aiohttp.ClientConnectorError, a redirect RedirectRefused.
        """
        if purpose not in self._sessions or self._sessions[purpose].closed:
            wanted = PURPOSES[purpose]
            guard = _Guard(self._private if wanted.private else (), self.inside if wanted.named else Hosts())
            connector = aiohttp.TCPConnector(resolver=guard, socket_factory=guard.socket, limit=0)
            self._sessions[purpose] = aiohttp.ClientSession(
                connector=connector,
                timeout=self._timeouts.get(purpose, _PAGE),
                trust_env=False,  # a proxy of the environment would resolve names in our place
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=not wanted.as_is,
                middlewares=() if wanted.as_is else (_refuse_redirect,),
            )
        return self._sessions[purpose]

    async def close(self) -> None:
        """Close all clients."""
        for session in self._sessions.values():
            await session.close()


class _Guard(AbstractResolver):
    """Judges addresses twice: those that a name gives, and the one that is connected to (a literal address has no name)."""

    def __init__(self, allowed: tuple[Network, ...], inside: Hosts) -> None:
        self._allowed = allowed
        self._inside = inside
        self._named: set[str] = set()  # addresses that a host of the settings was found at
        self._system = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._system.resolve(host, port, family)
        named = self._inside.hold(host.lower().removesuffix("."), port)
        for result in found:
            address = result["host"]
            if named and may_serve(ip_address(_bare(address)), host):
                self._named.add(address)
            else:
                self._judge(address)
        return found

    def socket(self, info: Any) -> socket.socket:
        """The socket for a connection to the address of `info`, as of getaddrinfo."""
        family, kind, protocol, _, (address, port, *_) = info
        if address not in self._named and not self._inside.hold(address, port):
            self._judge(address)
        return socket.socket(family, kind, protocol)

    def _judge(self, address: str) -> None:
        if not may_reach(ip_address(_bare(address)), self._allowed):
            raise OSError(errno.EACCES, f"the address {address} is not allowed (SAMVERK_PRIVATE_NETWORKS)")

    async def close(self) -> None:
        await self._system.close()


def _bare(address: str) -> str:
    return address.partition("%")[0]


async def _refuse_redirect(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    response = await handler(request)
    if response.status in _REDIRECTS:
        response.close()
        raise RedirectRefused(f"{request.url.host} redirects, which is not followed")
    return response
