"""The search indexes: one file each, discovered. A file that names a class in `INDEX` is an adapter."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import cast

from samverk.core.errors import Invalid
from samverk.knowledge.ports import SearchIndex, Where

Factory = Callable[[Where], SearchIndex]


def names() -> list[str]:
    """The names of the files in this folder, sorted. Not every one is an adapter: `factory` says."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def factory(name: str) -> Factory | None:
    """What opens the index with this name; None when there is no adapter with that name."""
    if name not in names():
        return None
    module = importlib.import_module(f"{__name__}.{name}")
    return cast("Factory | None", getattr(module, "INDEX", None))


def opened(name: str, where: Where) -> SearchIndex:
    """The index with this name. Raises Invalid when there is no such adapter, or when it lacks what it needs."""
    found = factory(name)
    if found is None:
        raise Invalid(sv=f"Det finns inget sökindex som heter {name}.", en=f"There is no search index called {name}.")
    return found(where)


def discover() -> dict[str, Factory]:
    """Every adapter by its name."""
    return {name: found for name in names() if (found := factory(name)) is not None}
