"""The walls around a process that reads a hostile file: limits, a system call filter, Landlock, namespaces.

Run once, inside the child, before it opens the file. Linux on x86-64 and 64-bit ARM. Knows nothing of documents.

The filter is classic BPF, installed with prctl(2); it works as root and as anybody, also in a container that forbids
namespaces. Landlock, where the kernel has it, takes away reading as well, except for the file and the interpreter's
own libraries. Namespaces are tried only where the filter cannot be installed.
"""

import ctypes
import os
import platform
import resource
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass

_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_THREAD = 0x10000000, 0x40000000, 0x00010000
_AF_UNIX = 1
_CLONE_NEW = 0x7E020000  # every kind of namespace
_OFFICE_FILE = 256 << 20  # bytes that an office program may write into one file
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 4, 22, 38
_SECCOMP_MODE_FILTER = 2
_EPERM, _ENOSYS = 1, 38
_KILL, _ERRNO, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NR, _ARCH, _ARGS = 0, 4, 16  # offsets in struct seccomp_data
_OPEN_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_X32_BIT = 0x40000000


@dataclass(frozen=True, slots=True)
class Machine:
    """An architecture as the filter needs it: its audit number and the numbers of its system calls.

    `work` is what a reader never needs and an office program cannot do without: processes, files, shared memory. `listening`
    is what it does with a socket of its own, on which nobody calls.
    """

    audit: int
    openat: int
    open: int | None
    clone: int
    tgkill: int
    socket: int
    listening: tuple[int, ...]
    speaking: tuple[int, ...]
    work: tuple[int, ...]
    never: tuple[int, ...]

    @property
    def denied(self) -> tuple[int, ...]:
        """What a reader may not call."""
        return (self.socket, *self.listening, *self.speaking, *self.work, *self.never)


# Numbers 424 and up are the same on both: pidfd, io_uring, mounts, fchmodat2.
_DENIED_EVERYWHERE = (424, 425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 438, 440, 442, 452)
_UNKNOWN_TO_THE_FILTER = (
    435,
    437,
)  # clone3 and openat2 hide their flags in memory: libraries fall back to the old ones

# Sockets; new processes and programs; signals to others; files made, changed or removed; shared memory and queues;
# tracing; mounts, namespaces and roots; limits; clocks; keys; modules and kernels; handles.
_X86_64 = Machine(
    audit=0xC000003E, openat=257, open=2, clone=56, tgkill=234,
    socket=41, listening=(43, 49, 50, 288), speaking=(42, 44, 45, 46, 47, 53, 299, 307),
    work=(
        57, 58, 59, 322, 62, 129, 200, 297,
        76, 82, 83, 84, 85, 86, 87, 88, 90, 91, 92, 93, 94, 132, 133, 188, 189, 190, 197, 198, 199, 235, 258, 259, 260,
        261, 263, 264, 265, 266, 268, 280, 316,
        29, 30, 31, 64, 68, 240, 241, 319,
    ),
    never=(
        101, 298, 310, 311, 312, 323,
        135, 155, 161, 165, 166, 272, 308, 160, 302, 164, 227, 305, 248, 249, 250,
        163, 167, 168, 169, 170, 171, 172, 173, 175, 176, 179, 246, 313, 320, 321, 300, 303, 304,
    ),
)  # fmt: skip
_AARCH64 = Machine(
    audit=0xC00000B7, openat=56, open=None, clone=220, tgkill=131,
    socket=198, listening=(200, 201, 202, 242), speaking=(199, 203, 206, 207, 211, 212, 243, 269),
    work=(
        221, 281, 129, 130, 138, 240,
        5, 6, 7, 14, 15, 16, 33, 34, 35, 36, 37, 38, 45, 52, 53, 54, 55, 88, 276,
        180, 181, 186, 190, 194, 196, 279,
    ),
    never=(
        117, 241, 270, 271, 272, 282,
        39, 40, 41, 51, 92, 97, 268, 164, 261, 112, 170, 266, 217, 218, 219,
        60, 89, 104, 105, 106, 142, 161, 162, 224, 225, 262, 264, 265, 273, 280, 294,
    ),
)  # fmt: skip
_MACHINES = {"x86_64": _X86_64, "aarch64": _AARCH64}


@dataclass(frozen=True, slots=True)
class Walls:
    """Which walls stand, by name. `network` and `programs` must each be held by one of them."""

    names: tuple[str, ...]

    @property
    def network(self) -> bool:
        """Whether the process is cut off from every network."""
        return "filter" in self.names or "namespaces" in self.names

    @property
    def programs(self) -> bool:
        """Whether the process is kept from starting programs."""
        return "filter" in self.names or "landlock" in self.names

    @property
    def enough(self) -> bool:
        """Whether a hostile file may be opened behind these walls."""
        return "limits" in self.names and self.network and self.programs


def raise_walls(readable: list[str], cpu_seconds: int, memory_bytes: int, without: frozenset[str]) -> Walls:
    """Put up every wall that this machine allows; only the paths in `readable` can be read where Landlock stands.

    `without` names walls to leave out, so that a test can see what a poorer machine would do.
    """
    if not sys.platform.startswith("linux"):
        return Walls(())
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    names = []
    machine = _MACHINES.get(platform.machine())
    attempts: dict[str, Callable[[], bool]] = {
        "limits": lambda: _limit(cpu_seconds, memory_bytes),
        "landlock": lambda: _landlock(libc, readable),
        "filter": lambda: machine is not None and _filter(libc, machine),
        "namespaces": lambda: "filter" not in names and _namespaces(libc),
    }
    for name, attempt in attempts.items():
        if name not in without and attempt():
            names.append(name)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    return Walls(tuple(names))


def confine(readable: list[str], folder: str, cpu_seconds: int, memory_bytes: int) -> Walls:
    """Put up the walls around an office program that will take this process's place.

    It may start processes and change files in `folder`, and nowhere else; it reaches no network and no other program.
    """
    if not sys.platform.startswith("linux"):
        return Walls(())
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    machine = _MACHINES.get(platform.machine())
    attempts: dict[str, Callable[[], bool]] = {
        "limits": lambda: _limit(cpu_seconds, memory_bytes, file_bytes=_OFFICE_FILE, files=512),
        "landlock": lambda: _landlock(libc, readable, folder),
        "filter": lambda: machine is not None and _install(libc, office_program(machine)),
    }
    return Walls(tuple(name for name, attempt in attempts.items() if attempt()))


def _limit(cpu_seconds: int, memory_bytes: int, *, file_bytes: int = 0, files: int = 64) -> bool:
    """Processor time, memory, no written files, few open ones, no core dump."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    for kind, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, files),
    ):
        hard = resource.getrlimit(kind)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))
    return True


def _namespaces(libc: ctypes.CDLL) -> bool:
    """An own user namespace, with an own network that has no interfaces."""
    return bool(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


def program(machine: Machine, pid: int) -> bytes:
    """The filter of a reader as struct sock_filter[], 8 bytes an instruction."""
    deny = _ERRNO | _EPERM
    code = _by_argument(machine.openat, 2, (_JUMP_ANY_BIT, _OPEN_TO_WRITE), deny, _ALLOW)
    if machine.open is not None:
        code += _by_argument(machine.open, 1, (_JUMP_ANY_BIT, _OPEN_TO_WRITE), deny, _ALLOW)
    code += _by_argument(machine.clone, 0, (_JUMP_ANY_BIT, _CLONE_THREAD), _ALLOW, deny)
    code += _by_argument(machine.tgkill, 0, (_JUMP_EQUAL, pid), _ALLOW, deny)
    return _assembled(machine, code, machine.denied)


def office_program(machine: Machine) -> bytes:
    """The filter of an office program: no namespaces, no network, and no way to speak to any socket.

    It may listen on one in its own folder: LibreOffice does not start without.
    """
    deny = _ERRNO | _EPERM
    code = _by_argument(machine.clone, 0, (_JUMP_ANY_BIT, _CLONE_NEW), deny, _ALLOW)
    code += _by_argument(machine.socket, 0, (_JUMP_EQUAL, _AF_UNIX), _ALLOW, deny)
    return _assembled(machine, code, machine.speaking + machine.never)


def _assembled(machine: Machine, middle: list[Instruction], denied: tuple[int, ...]) -> bytes:
    """The whole filter: the architecture, what is decided by arguments, what is denied, and the rest allowed."""
    deny, unknown = _ERRNO | _EPERM, _ERRNO | _ENOSYS
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCH),
        (_JUMP_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NR),
        (_JUMP_AT_LEAST, 0, 1, _X32_BIT),
        (_RETURN, 0, 0, deny),
        *middle,
    ]
    for number in _UNKNOWN_TO_THE_FILTER:
        code += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, unknown)]
    for number in denied + _DENIED_EVERYWHERE:
        code += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, deny)]
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def _by_argument(number: int, argument: int, test: tuple[int, int], if_true: int, if_false: int) -> list[Instruction]:
    """For one system call: test the low half of one argument and return one of two verdicts."""
    return [
        (_JUMP_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, _ARGS + 8 * argument),
        (test[0], 0, 1, test[1]),
        (_RETURN, 0, 0, if_true),
        (_RETURN, 0, 0, if_false),
    ]


def _filter(libc: ctypes.CDLL, machine: Machine) -> bool:
    return _install(libc, program(machine, os.getpid()))


def _install(libc: ctypes.CDLL, code: bytes) -> bool:
    """Install a filter, and see that it stands: a socket must be refused."""
    buffer = ctypes.create_string_buffer(code, len(code))
    fprog = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(fprog), 0, 0) != 0:
        return False
    return bool(libc.socket(2, 1, 0) == -1)


_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_MAKE_SOCKET = 1 << 9
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIRECTORY = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many file system rights each version of Landlock knows


def _landlock(libc: ctypes.CDLL, readable: list[str], folder: str = "") -> bool:
    """Allow reading beneath `readable` and nothing else of the file system; no TCP, no signals where known.

    With a `folder`, everything is allowed in it, and what can be read can also be run.
    """
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    rights = (1 << _RIGHTS.get(version, 16)) - 1
    attributes = struct.pack("@QQQ", rights, 3, 3)[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.c_char_p(attributes), ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return False
    for path in readable:
        _allow(libc, ruleset, path, _READ_FILE | _READ_DIRECTORY | (_EXECUTE if folder else 0))
    if folder:
        _allow(libc, ruleset, folder, rights)
        _allow(libc, ruleset, "/tmp", _MAKE_SOCKET)  # noqa: S108 - where LibreOffice insists on listening
    done = libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return bool(done)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # a folder of libraries that this machine does not have
    if not os.path.isdir(path):  # noqa: PTH112 - pathlib is not loaded here
        rights &= _READ_FILE | _EXECUTE | _WRITE_FILE
    rule = struct.pack("=Qi", rights, handle)
    libc.syscall(_ADD_RULE, ruleset, 1, ctypes.c_char_p(rule), 0)
    os.close(handle)
