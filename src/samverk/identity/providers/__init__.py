"""Who can vouch for people, one file each. The folder is discovered: a new way in is a new file with a `PROVIDER`."""

import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import cast

from samverk.core.database import Database
from samverk.identity.ports import IdentityProvider


def names() -> tuple[str, ...]:
    """The providers that exist, in alphabetical order. Loads none of them."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def load(name: str, db: Database) -> IdentityProvider:
    """The provider in the file with this name, on this database."""
    make = cast("Callable[[Database], IdentityProvider]", import_module(f"{__name__}.{name}").PROVIDER)
    return make(db)
