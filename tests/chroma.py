"""A Chroma server of our own for the tests: in a temporary folder, on a free port of this machine, gone at the end."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests import required

_PROGRAM = Path(sys.executable).with_name("chroma")


def needed() -> None:
    """Without the package the test is skipped, and fails in CI."""
    if find_spec("chromadb") is None:
        required.missing("the package chromadb")


@contextmanager
def server() -> Iterator[str]:
    """The address of an empty server."""
    needed()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="samverk-chroma-") as folder:
        command = [str(_PROGRAM), "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        try:
            _wait_for(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until it answers."""
    for _ in range(600):
        try:
            urlopen(f"{url}/api/v2/heartbeat", timeout=10).close()
        except (URLError, OSError):
            assert process.poll() is None, "the server has ended"
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the server does not answer")
