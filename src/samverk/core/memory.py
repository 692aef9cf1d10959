"""What the C library does with the memory that is freed. Elsewhere than with glibc nothing here does anything.

Source: glibc's manual, "Malloc Tunable Parameters" and `malloc_trim(3)`.
"""

import ctypes
import sys

_C = ctypes.CDLL(None) if sys.platform == "linux" else None
_ARENA_MAX = -8  # M_ARENA_MAX in malloc.h


def share_arenas() -> None:
    """Let all threads but the first take memory from one place. In places of their own they keep what the next thread cannot use:
    filling an index with 100,000 passages left 100 MB behind. To be called before threads begin."""
    if choose := getattr(_C, "mallopt", None):
        choose(_ARENA_MAX, 2)


def give_back() -> None:
    """Return to the system what has been freed."""
    if trim := getattr(_C, "malloc_trim", None):
        trim(0)
