"""What a test needs beside Python: where it is missing the test is skipped on a laptop and fails in CI."""

import os
from pathlib import Path
from typing import NoReturn

import pytest

DATA = Path(os.environ.get("SAMVERK_DATA") or Path(__file__).parents[2] / "shared" / "data")


def everything() -> bool:
    """Whether every component and every case is required, as in CI."""
    return bool(os.environ.get("SAMVERK_REQUIRE_ALL") or os.environ.get("CI"))


def thorough() -> bool:
    """Whether the long run is wanted (`SAMVERK_THOROUGH=1`): many more made-up cases, and every combination of the same."""
    return bool(os.environ.get("SAMVERK_THOROUGH"))


def missing(what: str) -> NoReturn:
    """Skip the test, or fail it where every component is required."""
    if everything():
        pytest.fail(f"missing, and required here: {what}")
    pytest.skip(f"missing: {what}")


def data_folder() -> Path:
    """The shared data for tests and benchmarks (`SAMVERK_DATA`)."""
    if not DATA.is_dir():
        missing(f"the shared data ({DATA}); set SAMVERK_DATA")
    return DATA
