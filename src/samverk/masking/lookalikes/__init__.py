"""What only looks like personal data, one kind a file: law references, amounts, opening hours. The folder is discovered."""

from functools import cache

from samverk.masking import discovery
from samverk.masking.ports import Recogniser


@cache
def discover() -> tuple[Recogniser, ...]:
    """Every kind in the folder, by file name."""
    return discovery.discover(__name__, __path__, "LOOKALIKE")
