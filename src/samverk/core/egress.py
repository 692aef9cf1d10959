"""The one client to the outside, closed against server-side request forgery. Knows purposes, not what is sent.

A name is resolved once, every address that it gives is judged, and the connection goes to the address that was judged, so
that a name cannot answer differently a moment later. What is not on the public internet is refused, unless the purpose
allows loopback and the networks that the settings name. A redirect is an error: nobody is sent on to where he did not ask.
"""

import errno
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from samverk.core.errors import Invalid
from samverk.core.settings import Settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CONNECT_SECONDS = 10
_PAGE = aiohttp.ClientTimeout(total=60, sock_connect=_CONNECT_SECONDS)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a client is for. `private`: it may also reach this machine and the networks that the settings name."""

    private: bool


PURPOSES = {
    "model": Purpose(private=True),  # model servers stand where the organisation has put them
    "web": Purpose(private=False),  # pages that somebody named
    "export": Purpose(private=True),  # receivers of records stand where the organisation has put them
}


class RedirectRefused(aiohttp.ClientError):
    """The server sent us on to another address; that is not followed."""


def may_reach(address: Address, allowed: tuple[Network, ...]) -> bool:
    """Whether an address is on the public internet or in an allowed network. An address inside another counts too. Pure."""
    inner = _inside(address)
    if inner is not None:
        return may_reach(inner, allowed)
    if any(address in network for network in allowed):
        return True
    return address.is_global and not address.is_multicast


def _inside(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, as mapped, 6to4, Teredo and NAT64 write it."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def networks(text: str) -> tuple[Network, ...]:
    """The networks of a comma-separated list. Raises Invalid naming the one that is none."""
    found: list[Network] = []
    for name in (part.strip() for part in text.split(",")):
        try:
            found += [ip_network(name)] if name else []
        except ValueError as error:
            raise Invalid(
                sv=f"Inställningen SAMVERK_PRIVATE_NETWORKS: {name} är inget nät.",
                en=f"The setting SAMVERK_PRIVATE_NETWORKS: {name} is no network.",
            ) from error
    return tuple(found)


class Egress:
    """Makes the clients, one for each purpose, and closes them."""

    def __init__(self, settings: Settings) -> None:
        self._private = (ip_network("127.0.0.0/8"), ip_network("::1/128"), *networks(settings.private_networks))
        silence = settings.model_timeout_seconds
        model = aiohttp.ClientTimeout(  # a slow answer may go on
            total=None, connect=_CONNECT_SECONDS, sock_connect=_CONNECT_SECONDS, sock_read=silence
        )
        self._timeouts = {"model": model, "web": _PAGE, "export": _PAGE}
        self._sessions: dict[str, aiohttp.ClientSession] = {}

    def session(self, purpose: str) -> aiohttp.ClientSession:
        """The client for a purpose of `PURPOSES`. Call it in a running event loop.

        A refused address raises aiohttp.ClientConnectorError, a redirect RedirectRefused.
        """
        if purpose not in self._sessions or self._sessions[purpose].closed:
            guard = _Guard(self._private if PURPOSES[purpose].private else ())
            connector = aiohttp.TCPConnector(resolver=guard, socket_factory=guard.socket, limit=0)
            self._sessions[purpose] = aiohttp.ClientSession(
                connector=connector,
                timeout=self._timeouts[purpose],
                trust_env=False,  # a proxy of the environment would resolve names in our place
                cookie_jar=aiohttp.DummyCookieJar(),
                middlewares=(_refuse_redirect,),
            )
        return self._sessions[purpose]

    async def close(self) -> None:
        """Close all clients."""
        for session in self._sessions.values():
            await session.close()


class _Guard(AbstractResolver):
    """Judges addresses twice: those that a name gives, and the one that is connected to (a literal address has no name)."""

    def __init__(self, allowed: tuple[Network, ...]) -> None:
        self._allowed = allowed
        self._system = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._system.resolve(host, port, family)
        for result in found:
            self._judge(result["host"])
        return found

    def socket(self, info: Any) -> socket.socket:
        """The socket for a connection to the address of `info`, as of getaddrinfo."""
        family, kind, protocol, _, target = info
        self._judge(target[0])
        return socket.socket(family, kind, protocol)

    def _judge(self, address: str) -> None:
        if not may_reach(ip_address(address.partition("%")[0]), self._allowed):
            raise OSError(errno.EACCES, f"the address {address} is not allowed (SAMVERK_PRIVATE_NETWORKS)")

    async def close(self) -> None:
        await self._system.close()


async def _refuse_redirect(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    response = await handler(request)
    if response.status in _REDIRECTS:
        response.close()
        raise RedirectRefused(f"{request.url.host} redirects, which is not followed")
    return response
