"""How long something may take, so that a busy or a slow machine never decides: CPU seconds, ratios, and the best of three.

What is promised of speed is measured in `benchmarks/`; here is only found out whether work grows as it should, or ends at all.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

ROUNDS = 3
LEAST_SECONDS = 0.05  # what is quicker is noise


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process while it works, with the collector of garbage at rest.

    What stands in the memory from before, and what shares the machine, then count for little.
    """
    gc.disable()
    try:
        began = time.process_time()
        work()
        return time.process_time() - began
    finally:
        gc.enable()


def grows_with_length(work: Callable[[T], object], short: T, long: T, *, times: float) -> None:
    """Assert that the long input takes at most `times` as long as the short one, in one round of three (the quickest of each).

    Choose `times` at some three times the ratio of the lengths: work that grows with the square then still fails.
    """
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(cpu_seconds(lambda: work(short)))
        theirs.append(cpu_seconds(lambda: work(long)))
        if min(theirs) <= times * min(ours) + LEAST_SECONDS:
            return
    raise AssertionError(f"{min(theirs):.3f} s after {min(ours):.3f} s: more than {times} times as long")


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Assert that the block takes at most so many CPU seconds: a bound far above what it needs, and far below what has no end."""
    began = time.process_time()
    yield
    took = time.process_time() - began
    assert took <= seconds, f"{took:.1f} CPU seconds, more than {seconds}"
