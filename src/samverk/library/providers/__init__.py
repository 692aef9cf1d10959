"""Kinds of model servers, one file each. The folder is discovered: a new kind is a new file with a `PROVIDER`."""

import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

from samverk.core.errors import NotFound
from samverk.library.ports import ChatProvider

if TYPE_CHECKING:
    import aiohttp

SessionSource = Callable[[], "aiohttp.ClientSession"]
"""Gives the shared client session, inside a running event loop."""


def names() -> tuple[str, ...]:
    """The kinds that exist, in alphabetical order. Loads none of them."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")))


def load(name: str, session: SessionSource | None = None) -> ChatProvider:
    """A provider of this kind, made with the source of the client session (which kinds that reach nothing ignore).

    Raises NotFound for a kind that does not exist.
    """
    if name not in names():
        raise NotFound("model", name)
    make = cast(Callable[[SessionSource | None], ChatProvider], import_module(f"{__name__}.{name}").PROVIDER)
    return make(session)
