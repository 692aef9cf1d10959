"""A parser that has been taken over: it tries what its file names and tells how that went."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from samverk.knowledge.passages import Block, Parsed


def _socket() -> str:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    return "open"


def _unix_socket() -> str:
    socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).close()
    return "open"


def _program() -> str:
    return subprocess.run(["/bin/echo", "started"], capture_output=True, text=True, check=True).stdout


def _replace() -> str:
    os.execv("/bin/echo", ["echo"])


def _fork() -> str:
    child = os.fork()
    if child == 0:
        os._exit(0)
    return "forked"


def _write() -> str:
    path = Path("/tmp/samverk-hostile-was-here")
    path.write_text("here")
    return "written"


def _remove() -> str:
    Path("/tmp/samverk-hostile-target").unlink()
    return "removed"


def _password_file() -> str:
    return Path("/etc/passwd").read_text()


def _parents_environment() -> str:
    return Path(f"/proc/{os.getppid()}/environ").read_bytes().decode("latin-1")


def _environment() -> str:
    return "environment: " + ",".join(sorted(os.environ))


def _input() -> str:
    return "input: " + repr(os.read(0, 10))


def _kill_the_parent() -> str:
    os.kill(os.getppid(), signal.SIGCONT)
    return "signalled"


def _trace() -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(16, os.getppid(), 0, 0) != 0:
        raise PermissionError(ctypes.get_errno())
    return "attached"


def _thread() -> str:
    said: list[str] = []
    worker = threading.Thread(target=lambda: said.append("thread ran"))
    worker.start()
    worker.join()
    return said[0]


def _loop() -> str:
    while True:
        pass


def _sleep() -> str:
    threading.Event().wait(3600)
    return "slept"


def _memory() -> str:
    return str(len([bytearray(1 << 20) for _ in range(100_000)]))


def _crash() -> str:
    ctypes.string_at(0)
    return "alive"


def _flood() -> str:
    while True:
        os.write(1, b"x" * (1 << 20))


def _nonsense() -> str:
    os.write(1, b'{"blocks": [["spell", "abc", 99, -4]], "labels": [], "notes": [], "title": 7}\n')
    os._exit(0)


def _deep() -> str:
    os.write(1, b"[" * 100_000 + b"\n")
    os._exit(0)


def _fail() -> str:
    raise RuntimeError("inner fault")


def _surrogate() -> str:
    return "half \ud800 a letter"


DEEDS: dict[str, Callable[[], str]] = {
    name[1:]: deed for name, deed in globals().items() if name.startswith("_") and callable(deed)
}
_REFUSED = (OSError, subprocess.SubprocessError)


class HostileParser:
    name = "hostile/1"
    suffixes = frozenset({".hostile"})

    def parse(self, path: Path) -> Parsed:
        outcome = "refused"
        with contextlib.suppress(*_REFUSED):
            outcome = DEEDS[path.read_text().strip()]()
        return Parsed("", (Block("paragraph", outcome),))


PARSER = HostileParser()
