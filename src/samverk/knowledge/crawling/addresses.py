"""Addresses of pages: one spelling for each, which belong to a site, and where a page lies in a collection. Pure."""

import re
from dataclasses import dataclass
from hashlib import sha256
from posixpath import normpath
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

# Where a visitor came from, and who he is for the moment: neither says which page it is.
_TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|pk_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|_ga|_gl|igshid|yclid|ref_src"
    r"|phpsessid|jsessionid|aspsessionid\w*|sessionid|session_id|sessid|sid|cfid|cftoken",
    re.IGNORECASE,
)
_SESSION_PATH = re.compile(r";jsessionid=[^/;]*|/\(S\([^/)]*\)\)", re.IGNORECASE)
_INDEX = re.compile(r"(?<=/)(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_UNRESERVED = "-._~!$&'()*+,;=:@/"  # RFC 3986: what a path may hold as it is
_CODED_SLASH = re.compile("%2f", re.IGNORECASE)  # part of a name, and no new folder
_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[^\w.,()+=-]+")
_LONGEST_NAME = 80


def absolute(base: str, link: str) -> str:
    """The address that a link on a page leads to, in its one spelling; empty for what is no page (`mailto:` and the like)."""
    try:
        return canonical(urljoin(base, link.strip()))
    except ValueError:
        return ""


def canonical(address: str) -> str:
    """The one spelling of an address: no fragment, no tracking, no session, dots resolved. Empty when it is none."""
    try:
        parts = urlsplit(address)
        port = parts.port
        host = (parts.hostname or "").rstrip(".").encode("idna").decode()
    except (ValueError, UnicodeError):
        return ""
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host or "@" in parts.netloc:
        return ""
    host = f"[{host}]" if ":" in host else host
    netloc = host if port in (None, _PORTS[scheme]) else f"{host}:{port}"
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
    return urlunsplit((scheme, netloc, _path(parts.path), urlencode(sorted(query)), ""))


def _path(path: str) -> str:
    path = re.sub(r"/{2,}", "/", _SESSION_PATH.sub("", path)) or "/"
    resolved = normpath(path) + ("/" if path.endswith(("/", "/.", "/..")) and normpath(path) != "/" else "")
    parts = (unquote(part, errors="surrogateescape") for part in _CODED_SLASH.split(resolved))
    return "%2F".join(quote(part, _UNRESERVED, errors="surrogateescape") for part in parts)


def key(address: str) -> str:
    """What addresses of the same page have in common: with or without www, s in https, last slash and name of the index."""
    parts = urlsplit(address)
    path = _INDEX.sub("", parts.path).rstrip("/")
    return f"{parts.netloc.removeprefix('www.')}{path}?{parts.query}"


def respelled(address: str, other: str) -> bool:
    """Whether two addresses differ in spelling alone: in case or in their query, beside what `key` looks away from."""
    return key(address).partition("?")[0].lower() == key(other).partition("?")[0].lower()


@dataclass(frozen=True, slots=True)
class Site:
    """What a walk may look at: the start's host, with or without www, and its path."""

    host: str
    path: str

    @classmethod
    def of(cls, start: str) -> "Site":
        """The site of a start address in its one spelling."""
        parts = urlsplit(start)
        folder = _INDEX.sub("", parts.path)
        return cls(parts.netloc.removeprefix("www."), folder.rstrip("/"))

    @property
    def name(self) -> str:
        """The folder of a collection that holds the site."""
        return _name(self.host)

    def has(self, address: str) -> bool:
        """Whether an address is on the site, anywhere."""
        return urlsplit(address).netloc.removeprefix("www.") == self.host

    def holds(self, address: str) -> bool:
        """Whether an address is on the site, at or below the start's path."""
        path = urlsplit(address).path
        return self.has(address) and (path.rstrip("/") == self.path or path.startswith(f"{self.path}/"))


def suffix(address: str) -> str:
    """What the last part of the path ends in, lower case and with the dot; empty when nothing."""
    name = urlsplit(address).path.rpartition("/")[2]
    found = re.search(r"\.[A-Za-z0-9]{1,5}$", name)
    return found.group().lower() if found else ""


def place(address: str, ending: str) -> str:
    """Where a page lies in a collection: the site's own folders, with a name that ends in `ending` (".html")."""
    parts = urlsplit(address)
    names = [_name(part) for part in unquote(parts.path).split("/") if part.strip(". ")]
    if parts.query or not names or suffix(address) != ending:
        mark = f"-{sha256(parts.query.encode()).hexdigest()[:8]}" if parts.query else ""
        names.append(f"index{mark}{ending}" if ending == ".html" else f"fil{mark}{ending}")
    return "/".join(names)


def _name(part: str) -> str:
    name = _UNSAFE.sub("-", part).strip("-. ") or "-"
    if len(name) <= _LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    kept = f".{ending}" if dot and len(ending) <= 5 else ""
    return f"{(stem if kept else name)[: _LONGEST_NAME - 15]}-{sha256(part.encode()).hexdigest()[:8]}{kept}"
