"""What every command shares: the platform around it, one clear line when something goes wrong, and the exit code."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn

import orjson
import typer

from samverk.core import settings as configuration
from samverk.core.errors import Language, ModelFailed, SamverkError
from samverk.core.settings import Settings

if TYPE_CHECKING:
    from samverk.http.rooms import Rooms
    from samverk.identity.principal import Principal

WRONG_USE, NOT_ALLOWED, MODEL_FAILED, FAULT, STOPPED = 2, 3, 4, 1, 130
_NOT_ALLOWED_STATUS = {401, 403, 404}


def language() -> Language:
    """The language of the terminal: English where the locale says so, otherwise Swedish."""
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "en" if locale.startswith("en") else "sv"


def say(sv: str, en: str) -> None:
    """A line for the person, on standard error, so that standard output stays the result alone."""
    print(sv if language() == "sv" else en, file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """One JSON value on standard output."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")


def plain(text: str) -> str:
    """A text from elsewhere as a terminal may have it: without the characters that would steer it."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "\N{REPLACEMENT CHARACTER}" for sign in text)


def exit_code(error: SamverkError) -> int:
    """The exit code that tells a script what kind of error it was."""
    if isinstance(error, ModelFailed):
        return MODEL_FAILED
    if error.status in _NOT_ALLOWED_STATUS:
        return NOT_ALLOWED
    return WRONG_USE if error.status < 500 else FAULT


def fail(error: SamverkError) -> NoReturn:
    """End with the error's message in one line and its exit code."""
    sv, en = (" ".join(f"samverk: {message}".split()) for message in (error.sv, error.en))
    if error.code == SamverkError.code:  # nothing more is known here: the log tells
        sv, en = f"{sv} SAMVERK_LOG_LEVEL=error visar mer.", f"{en} SAMVERK_LOG_LEVEL=error shows more."
    say(sv, en)
    raise typer.Exit(exit_code(error))


def settings() -> Settings:
    """The settings of a command that does one thing and ends: it logs nothing unless told to. Raises Invalid."""
    found = configuration.load()
    return found if "log_level" in found.model_fields_set else found.model_copy(update={"log_level": "critical"})


@asynccontextmanager
async def inside(org: str, *, work: bool = False) -> "AsyncIterator[tuple[Rooms, Principal]]":
    """The rooms of the platform, and the platform as it works for an organisation. Raises NotFound for an unknown one."""
    from samverk.app.platform import running
    from samverk.identity.principal import system

    async with running(settings(), work=work) as platform:
        yield platform.rooms, system((await platform.rooms.identity.org(org)).id)


def command(function: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A coroutine as a command: run to its end, its errors told in one line."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(function(*args, **kwargs))
        except SamverkError as error:
            fail(error)
        except KeyboardInterrupt:
            raise typer.Exit(STOPPED) from None

    return run


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:  # a system without it
        return asyncio.new_event_loop
    return uvloop.new_event_loop
