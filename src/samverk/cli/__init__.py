"""Commands. Exit codes: 0; 2 wrong use; 3 not found or not allowed; 4 a failing model; 1 a fault of ours."""

from samverk.cli.main import main

__all__ = ["main"]
