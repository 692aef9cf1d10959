"""The child's side of a conversion: puts up the walls and lets the office program take this process's place.

Started by `conversion` as its own process, with the job as JSON in the last argument. Ends with `NO_WALLS` when the walls
do not stand: then nothing is opened.
"""

import json
import os
import sys

from samverk.knowledge.walls import confine

NO_WALLS = 77
_READABLE = (
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/etc/fonts",
    "/etc/libreoffice",
    "/etc/ld.so.cache",
    "/etc/alternatives",
)
_DEVICES = (
    "/dev/null",
    "/dev/urandom",
    "/dev/random",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
)


def main() -> None:
    """Become the program."""
    job = json.loads(sys.argv[-1])
    command: list[str] = job["command"]
    readable = [*_READABLE, *_DEVICES, *job["readable"]]
    walls = confine(readable, job["folder"], job["cpu_seconds"], job["memory_bytes"])
    if set(walls.names) != {"limits", "landlock", "filter"}:
        os._exit(NO_WALLS)
    environment = {"HOME": job["folder"], "TMPDIR": job["folder"], "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    os.execve(command[0], command, environment)  # noqa: S606 - our own command, behind the walls
