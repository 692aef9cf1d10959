"""Recognisers of personal data, one a file. The folder is discovered: a new file is all that a new sort needs."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from samverk.masking.ports import Recogniser


@cache
def discover() -> tuple[Recogniser, ...]:
    """Every recogniser in the folder, by file name."""
    names = sorted(module.name for module in iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}").RECOGNISER for name in names)
