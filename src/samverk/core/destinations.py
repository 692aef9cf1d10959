"""Where the one client to the outside may go: addresses and their spelling, judged before anything is sent. Pure."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from yarl import URL

from samverk.core.errors import Invalid, SamverkError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PORTS = frozenset({80, 443, 8080, 8443})  # where web servers stand; a host of the settings may stand at any other
LONGEST_URL = 2000  # characters
_LONGEST_HOST = 253  # RFC 1035

_UNICAST = IPv6Network("2000::/3")  # IANA: all of IPv6 that has been given out as global unicast
_DOCUMENTED = IPv6Network("3fff::/20")  # RFC 9637: for examples
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address,
_COMPATIBLE = IPv6Network("::/96")  # and here too: RFC 4291
_NUMBER = re.compile(r"0x[0-9a-f]*|\d+")  # a host whose last label is a number is an address (WHATWG)
_HOST = re.compile(r"[a-z0-9_.:-]+")

REFUSALS: dict[str, tuple[str, str]] = {
    "address_malformed": ("Adressen går inte att använda.", "The address cannot be used."),
    "address_scheme": (
        "Bara adresser som börjar med http:// eller https:// hämtas.",
        "Only addresses that begin with http:// or https:// are fetched.",
    ),
    "address_credentials": (
        "Adressen innehåller ett användarnamn eller lösenord. Skriv dem i fälten för det i stället.",
        "The address holds a user name or a password. Write them in the fields for that instead.",
    ),
    "address_port": (
        "Adressen har en port som webbservrar inte brukar ha. Den som driver plattformen kan tillåta den.",
        "The address has a port that web servers do not usually have. Whoever runs the platform can allow it.",
    ),
    "address_inside": (
        "Adressen leder in i ett slutet nät. Den som driver plattformen kan tillåta den.",
        "The address leads into a closed network. Whoever runs the platform can allow it.",
    ),
    "address_open_password": (
        "Lösenordet skickas inte okrypterat. Använd en adress som börjar med https://.",
        "The password is not sent unencrypted. Use an address that begins with https://.",
    ),
    "not_reached": ("Servern går inte att nå.", "The server cannot be reached."),
    "not_trusted": ("Serverns certifikat går inte att lita på.", "The server's certificate cannot be trusted."),
    "too_many_redirects": (
        "Servern skickar vidare från adress till adress utan slut.",
        "The server sends us from address to address without end.",
    ),
    "too_large": ("Filen är större än vad som hämtas.", "The file is larger than what is fetched."),
    "too_slow": (
        "Servern svarade för långsamt, så hämtningen avbröts.",
        "The server answered too slowly, so fetching was stopped.",
    ),
    "broken_off": ("Servern avbröt sitt svar innan det var helt.", "The server broke off before its answer was whole."),
    "bad_answer": ("Serverns svar går inte att förstå.", "The server's answer cannot be understood."),
}


UNREACHED = frozenset(
    {"not_reached", "too_slow", "broken_off"}
)  # it may be the server, and not the address, that is wrong


class FetchRefused(SamverkError):
    """What an address holds was not fetched. `code` is a key of `REFUSALS`."""

    status = 422

    def __init__(self, code: str) -> None:
        sv, en = REFUSALS[code]
        self.code = code
        super().__init__(sv=sv, en=en)


@dataclass(frozen=True, slots=True)
class Hosts:
    """Hosts inside that the settings name, each with its port or, as 0, with any usual one."""

    named: frozenset[tuple[str, int]] = frozenset()

    def hold(self, host: str, port: int) -> bool:
        """Whether a host, as `host_of` writes it, is one of them at this port."""
        return (host, port) in self.named or ((host, 0) in self.named and port in PORTS)


def may_reach(address: Address, allowed: tuple[Network, ...]) -> bool:
    """Whether an address is on the public internet or in an allowed network. An address inside another counts too."""
    inner = _inside(address)
    if any(address in network for network in allowed):
        return True
    if inner is not None:
        return may_reach(inner, allowed)
    if isinstance(address, IPv6Address) and (address not in _UNICAST or address in _DOCUMENTED):
        return False
    return address.is_global and not address.is_multicast


def may_serve(address: Address, host: str) -> bool:
    """Whether a name of the settings may stand for an address: in a closed network too, but never among the neighbours on
    the wire, where clouds keep their metadata, and on this machine only as `localhost`."""
    inner = _inside(address) or address
    if inner.is_loopback:
        return host == "localhost"
    return not (inner.is_link_local or inner.is_multicast or inner.is_unspecified or inner.is_reserved)


def _inside(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, as mapped, compatible, 6to4, Teredo and NAT64 write it."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def networks(text: str) -> tuple[Network, ...]:
    """The networks of a comma-separated list. Raises Invalid naming the one that is none."""
    found: list[Network] = []
    for name in _parts(text):
        try:
            found.append(ip_network(name))
        except ValueError as error:
            raise Invalid(
                sv=f"Inställningen SAMVERK_PRIVATE_NETWORKS: {name} är inget nät.",
                en=f"The setting SAMVERK_PRIVATE_NETWORKS: {name} is no network.",
            ) from error
    return tuple(found)


def hosts(text: str) -> Hosts:
    """The hosts of a comma-separated list, each with a port or without. Raises Invalid naming the one that is none."""
    found: set[tuple[str, int]] = set()
    for name in _parts(text):
        try:
            url = URL.build(scheme="http", authority=name)
            found.add((host_of(url), url.explicit_port or 0))
        except (ValueError, FetchRefused) as error:
            raise Invalid(
                sv=f"Inställningen SAMVERK_INTERNAL_HOSTS: {name} är ingen dator.",
                en=f"The setting SAMVERK_INTERNAL_HOSTS: {name} is no host.",
            ) from error
    return Hosts(frozenset(found))


def destination(text: str | URL, inside: Hosts) -> URL:
    """The address to fetch, without its fragment, when its spelling leaves no doubt about where it leads.

    What a name stands for is judged when it is connected to. Raises FetchRefused.
    """
    try:
        url = text if isinstance(text, URL) else URL(text.strip())
        port = url.port
    except ValueError as error:
        raise FetchRefused("address_malformed") from error
    if url.scheme not in ("http", "https"):
        raise FetchRefused("address_scheme" if url.scheme else "address_malformed")
    if url.user is not None or url.password is not None:
        raise FetchRefused("address_credentials")
    host = host_of(url)
    if len(str(url)) > LONGEST_URL or not port:
        raise FetchRefused("address_malformed")
    if inside.hold(host, port):
        return url.with_fragment(None)
    if port not in PORTS:
        raise FetchRefused("address_port")
    if _is_address(host) and not may_reach(ip_address(host), ()):
        raise FetchRefused("address_inside")
    return url.with_fragment(None)


def host_of(url: URL) -> str:
    """The host as it is compared: lower case, in ASCII, without a last dot. Raises FetchRefused for one that is none."""
    host = (url.raw_host or "").lower().removesuffix(".")
    number = _NUMBER.fullmatch(host.rpartition(".")[2])
    if len(host) > _LONGEST_HOST or not _HOST.fullmatch(host) or (number and not _is_address(host)):
        raise FetchRefused("address_malformed")
    return host


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
