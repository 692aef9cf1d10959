"""Where records go beside the ledger, one file each. The folder is discovered: a new exporter is a new file with `configured`.

`configured(settings, session)` gives the exporter, or None where the settings name no receiver.
"""

import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from samverk.core.settings import Settings
from samverk.ledger.ports import Exporter, ExportFailed

if TYPE_CHECKING:
    import aiohttp

SessionSource = Callable[[], "aiohttp.ClientSession"]
"""Gives the shared client session, inside a running event loop."""

_NOT_ADAPTERS = frozenset({"genai", "memory"})
_TRY_AGAIN = frozenset(
    {401, 403, 404, 408, 409, 425, 429}
)  # somebody can put these right without changing what is sent


def names() -> tuple[str, ...]:
    """The exporters that exist, in alphabetical order. Loads none of them."""
    return tuple(sorted({module.name for module in pkgutil.iter_modules(__path__)} - _NOT_ADAPTERS))


def load(settings: Settings, session: SessionSource) -> list[Exporter]:
    """The exporters that the settings name a receiver for."""
    made = (import_module(f"{__name__}.{name}").configured(settings, session) for name in names())
    return [exporter for exporter in made if exporter is not None]


async def post(session: SessionSource, url: str, body: bytes, headers: dict[str, str], name: str) -> dict[str, Any]:
    """Send JSON to a receiver; what it answered, as an object. Raises ExportFailed."""
    import aiohttp
    import orjson

    try:
        async with session().post(url, data=body, headers={"Content-Type": "application/json", **headers}) as response:
            said = await response.content.read(65_536)
            status = response.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise ExportFailed(name, f"{type(error).__name__}: {error}".splitlines()[0][:200]) from error
    if status >= 400:
        raise ExportFailed(name, f"HTTP {status}", lasting=status < 500 and status not in _TRY_AGAIN)
    try:
        answer = orjson.loads(said)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}
