"""Commands. Exit codes: 0; 2 wrong use; 3 not found or not allowed; 4 a failing model; 1 a fault of ours."""

import gc

from samverk.core import memory

gc.set_threshold(50_000)  # loading the modules leaves no garbage, and looking for it took a sixth of a command's start
memory.share_arenas()

from samverk.cli.main import main  # noqa: E402 - after what holds for the whole process

__all__ = ["main"]
