"""Recognisers of personal data, one a file. The folder is discovered: a new file is all that a new sort needs."""

from functools import cache

from samverk.masking import discovery
from samverk.masking.ports import Recogniser


@cache
def discover() -> tuple[Recogniser, ...]:
    """Every recogniser in the folder, by file name."""
    return discovery.discover(__name__, __path__, "RECOGNISER")
