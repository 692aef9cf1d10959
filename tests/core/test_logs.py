"""The log tells what happened in one line on standard error."""

from collections.abc import Iterator

import pytest
import structlog

from samverk.core import logs


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def logged(capsys: pytest.CaptureFixture[str], level: str) -> str:
    logs.configure(level)
    log = structlog.get_logger("test")
    log.debug("a detail")
    log.info("an event", number=3)
    try:
        int("no\nsecond line")
    except ValueError:
        log.exception("it failed")
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_an_error_is_one_line_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    event, failure = logged(capsys, "info").splitlines()
    assert "event='an event'" in event
    assert "number=3" in event
    assert "ValueError: invalid literal" in failure
    assert "test_logs.py:" in failure


def test_the_level_decides_what_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(logged(capsys, "error").splitlines()) == 1
    assert "Traceback" in logged(capsys, "debug")
