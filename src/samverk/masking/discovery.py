"""Reads a folder where each file holds one recogniser. Knows nothing of what they find."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules

from samverk.masking.ports import Recogniser


def discover(package: str, path: Iterable[str], name: str) -> tuple[Recogniser, ...]:
    """What each module of the package holds under `name`, by file name; a module whose name begins with `_` is a helper."""
    modules = sorted(module.name for module in iter_modules(path) if not module.name.startswith("_"))
    return tuple(getattr(import_module(f"{package}.{module}"), name) for module in modules)
