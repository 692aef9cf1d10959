"""The log: one line an event on standard error, for the people who run the platform. Never a person's text or a secret.

An error is told by its type, its place and the first line of its message; the whole traceback only at level `debug`.
"""

import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

_LONGEST_MESSAGE = 200
_PLACES = 3  # the innermost ones


def configure(level: str) -> None:
    """Log from this level on: debug, info, warning or error. The last call counts."""
    number = logging.getLevelNamesMapping()[level.upper()]
    errors: Processor = structlog.processors.format_exc_info if number <= logging.DEBUG else _in_one_line
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            errors,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"], drop_missing=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _in_one_line(_: Any, __: str, event: EventDict) -> EventDict:
    """What was raised, as `error`: its type, where, and the first line of what it says."""
    raised = event.pop("exc_info", None)
    if raised:
        error = raised if isinstance(raised, BaseException) else sys.exc_info()[1]
        if error is not None:
            message = str(error).partition("\n")[0][:_LONGEST_MESSAGE]
            event["error"] = f"{type(error).__name__}: {message}"
            event["at"] = _place(error.__traceback__)
    return event


def _place(raised_in: TracebackType | None) -> str:
    frames = traceback.extract_tb(raised_in)[-_PLACES:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
