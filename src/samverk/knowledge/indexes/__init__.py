"""The search indexes: one file each, discovered. A file that names a class in `INDEX` is an adapter."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import cast

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


def discover() -> dict[str, Factory]:
    """Every adapter by its name."""
    return {name: found for name in names() if (found := factory(name)) is not None}
