"""Old formats that only an office program reads: LibreOffice writes them anew, behind walls, in a folder of its own.

The program has no network and no sockets, sees nothing but itself and the folder, runs no macros and follows no links. What
it writes is then read as any other hostile file. Knows nothing of the formats' content.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import samverk
from samverk.knowledge.conversion_worker import NO_WALLS
from samverk.knowledge.unreadable import Unreadable

CONVERTED = frozenset({".doc", ".dot"})
_KIND = "docx"  # what they become
PROGRAM = "soffice"
CPU_SECONDS, WALL_SECONDS, MEMORY_BYTES = 40, 90.0, 3 << 30
_STARTS, _AGAIN = 3, 81  # it ends so once it has made its profile, and wants to be started again
_START = (
    "import sys; sys.path += sys.argv[1].split('\\n'); from samverk.knowledge.conversion_worker import main; main()"
)
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{items}</oor:items>
"""
_SAFE = (  # no macros, no links, no sources from elsewhere
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "2"),
    ("/org.openoffice.Office.Common/Java/ooo.common/JavaEnabled", "Enable", "false"),
)


def program() -> str | None:
    """The path of the office program itself, past the script that starts it; None where it is not installed."""
    script = shutil.which(PROGRAM)
    if script is None:
        return None
    found = Path(script).resolve()
    binary = found.with_suffix(".bin")
    return str(binary if binary.is_file() else found)


@contextmanager
def converted(path: Path, suffix: str) -> Iterator[Path]:
    """The file in its new format, as long as the context lasts. `suffix` is one of `CONVERTED`.

    Raises `Unreadable`: office_missing, sandbox_missing, took_too_long, damaged.
    """
    command = program()
    if command is None:
        raise Unreadable("office_missing")
    with tempfile.TemporaryDirectory(prefix="samverk-office-") as name:
        folder = Path(name)
        given, made = folder / f"document{suffix}", folder / "made"
        shutil.copyfile(path, given)
        _write_settings(folder / "profile")
        _run(command, folder, given, made)
        found = made / f"document.{_KIND}"
        if not found.is_file() or found.is_symlink():
            raise Unreadable("damaged")
        yield found


def _write_settings(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
        for path, name, value in _SAFE
    )
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS.replace("{items}", items), encoding="utf-8")


def _run(command: str, folder: Path, given: Path, made: Path) -> None:
    """Let the program work. Raises `Unreadable`: sandbox_missing, took_too_long."""
    deadline = time.monotonic() + WALL_SECONDS
    profile = (folder / "profile").as_uri()
    options = ("--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nolockcheck")
    folders = (f"-env:UserInstallation={profile}", f"-env:UNO_SHARED_PACKAGES_CACHE={(folder / 'shared').as_uri()}")
    arguments = [*folders, *options, "--convert-to", _KIND, "--outdir", str(made), str(given)]
    for _ in range(_STARTS):
        try:
            status = _once([command, *arguments], folder, deadline)
        finally:
            _remove_socket(profile)
        if status != _AGAIN:
            break
    if status == NO_WALLS:
        raise Unreadable("sandbox_missing", detail="landlock")
    if status == -signal.SIGXCPU:
        raise _too_long(CPU_SECONDS)


def _once(command: list[str], folder: Path, deadline: float) -> int:
    """How one start of the program ended. Raises `Unreadable`: took_too_long."""
    job = {
        "command": command,
        "folder": str(folder),
        "readable": [str(Path(command[0]).parent)],
        "cpu_seconds": CPU_SECONDS,
        "memory_bytes": MEMORY_BYTES,
    }
    folders = [str(Path(samverk.__file__).parents[1]), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module; the paths are data in JSON
        [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", _START, "\n".join(folders), json.dumps(job)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={},
        cwd=folder,
        start_new_session=True,
    )
    try:
        return child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise _too_long(WALL_SECONDS) from error
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)  # a program may start others: they go with it
        child.wait()


def _remove_socket(profile: str) -> None:
    """The socket that the program leaves in /tmp when it is stopped. Its name is made of the profile's address."""
    digest = hashlib.md5(profile.encode("utf-16-le"), usedforsecurity=False).digest()
    for left in Path("/tmp").glob(f"OSL_PIPE_*SingleOfficeIPC_{''.join(f'{byte:x}' for byte in digest)}"):  # noqa: S108
        left.unlink(missing_ok=True)


def _too_long(seconds: float) -> Unreadable:
    return Unreadable("took_too_long", detail=f"mer än {seconds:g} s", detail_en=f"more than {seconds:g} s")
