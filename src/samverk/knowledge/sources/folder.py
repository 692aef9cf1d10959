"""A folder on the server that is watched: a mounted share, or where another system leaves its files.

Only folders below the roots that a setting names; no link leads out of the folder. A file is taken as changed when its size or
its time of change is another. Hidden and temporary files are left out, with the reason.
"""

import asyncio
import os
import shutil
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from samverk.core.blobs import SourceUnreadable
from samverk.core.errors import Invalid, TooLarge
from samverk.knowledge.sources import (
    Field,
    Item,
    Mention,
    Refused,
    Seen,
    Settings,
    SourceFailed,
    Tools,
    Unchanged,
    Words,
)
from samverk.knowledge.views import Reason

HIDDEN = Reason("hidden", "Dolda filer och mappar hämtas inte.", "Hidden files and folders are not fetched.")
TEMPORARY = Reason(
    "temporary", "Filen är tillfällig: ett program arbetar med den.", "The file is temporary: a program works on it."
)
LINK_OUTSIDE = Reason(
    "link_outside", "Länken leder ut ur mappen och följs inte.", "The link leads out of the folder and is not followed."
)
LINKED_FOLDER = Reason("linked_folder", "Länkar till mappar följs inte.", "Links to folders are not followed.")
NOT_A_FILE = Reason("not_a_file", "Det är ingen vanlig fil.", "It is not a regular file.")

_TEMPORARY_NAMES = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db"})
_TEMPORARY_STARTS = ("~$", "~lock")
_TEMPORARY_ENDS = (".tmp", ".temp", ".swp", ".part", ".partial", ".crdownload", ".download", "~")


def left_out(name: str) -> Reason | None:
    """Why a file with this name is left out; None for one that is taken. Pure."""
    if name.startswith("."):
        return HIDDEN
    low = name.lower()
    if low in _TEMPORARY_NAMES or low.startswith(_TEMPORARY_STARTS) or low.endswith(_TEMPORARY_ENDS):
        return TEMPORARY
    return None


def told(path: str) -> str:
    """A path as an address, that can be stored: bytes that are no UTF-8 are written out. Pure."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def readable(path: str) -> str:
    """A path as people read it: what is no UTF-8 was, on older Swedish file servers, most often Windows-1252. Pure."""
    parts = (part.encode("utf-8", "surrogateescape") for part in path.split("/"))
    return "/".join(_decoded(part) for part in parts)


def _decoded(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("cp1252", "replace")


class Folder:
    """A folder below one of the roots."""

    kind = "folder"
    title = Words("Mapp på servern", "Folder on the server")
    hint = Words(
        "En mapp som servern når, till exempel en monterad filarea. Undermappar följer med.",
        "A folder that the server can reach, such as a mounted share. Folders below it are included.",
    )
    form = (
        Field(
            "folder",
            Words("Mappens sökväg", "Path of the folder"),
            hint=Words("Till exempel /srv/delat/rutiner.", "For example /srv/shared/routines."),
        ),
    )
    walks = True

    def where(self, settings: Settings) -> str:
        """See `Source`."""
        return settings["folder"]

    async def check(self, settings: Settings, secret: str, tools: Tools) -> None:
        """See `Source`."""
        await asyncio.to_thread(_allowed, settings["folder"], tools.roots)

    async def walk(
        self, settings: Settings, secret: str, seen: Mapping[str, Seen], tools: Tools
    ) -> AsyncIterator[Mention]:
        """See `Source`."""
        try:
            root = await asyncio.to_thread(_allowed, settings["folder"], tools.roots)
        except Invalid as error:
            raise SourceFailed(why_sv=error.sv, why_en=error.en) from error
        waiting = [root]
        while waiting:
            folder = waiting.pop()
            mentions, below = await asyncio.to_thread(_Look(root, seen, tools.largest_bytes).into, folder)
            waiting += reversed(below)
            for mention in mentions:
                yield mention


SOURCE = Folder


def _allowed(folder: str, roots: Iterable[Path]) -> Path:
    """The folder without links. Raises Invalid for one that may not be read, or is none."""
    try:
        path = Path(folder).resolve()
        inside = any(path.is_relative_to(root.resolve()) for root in roots)
        is_folder = inside and path.is_dir()
    except (OSError, ValueError, RuntimeError):  # a NUL in the name, a loop of links, a share that hangs
        inside = is_folder = False
    if not Path(folder).is_absolute() or not inside:
        raise Invalid(
            sv=f"Mappen {folder} ligger inte under någon mapp som får läsas. Den som driver servern bestämmer vilka "
            "de är (SAMVERK_SOURCE_FOLDERS).",
            en=f"The folder {folder} is not below any folder that may be read. Who runs the server decides which those "
            "are (SAMVERK_SOURCE_FOLDERS).",
            param="folder",
        )
    if not is_folder:
        raise Invalid(
            sv=f"Mappen {folder} finns inte eller går inte att öppna.",
            en=f"The folder {folder} does not exist or cannot be opened.",
            param="folder",
        )
    return path


@dataclass(frozen=True, slots=True)
class _Look:
    """A look into one folder after another below a root."""

    root: Path
    seen: Mapping[str, Seen]
    largest: int

    def into(self, folder: Path) -> tuple[list[Mention], list[Path]]:
        """What stands in a folder itself, and the folders below it, by name. Raises SourceFailed where the root is gone."""
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            return list(self._closed(folder, error)), []
        below = [Path(entry.path) for entry in entries if self._is_walked(entry)]
        return [self._mention(entry) for entry in entries if not self._is_walked(entry)], below

    def _closed(self, folder: Path, error: OSError) -> Iterator[Mention]:
        """A folder that cannot be opened: what was taken from it before stays."""
        why = error.strerror or "?"
        if folder == self.root:
            raise SourceFailed(
                why_sv=f"mappen går inte att öppna ({why})", why_en=f"the folder cannot be opened ({why})"
            )
        reason, address = Reason.of(SourceUnreadable(why=why)), self._address(folder)
        yield Refused(address, reason)
        yield from (Refused(each, reason) for each in self.seen if each.startswith(f"{address}/"))

    def _is_walked(self, entry: "os.DirEntry[str]") -> bool:
        return entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")

    def _mention(self, entry: "os.DirEntry[str]") -> Mention:
        path, address = Path(entry.path), self._address(Path(entry.path))
        if reason := left_out(entry.name) or self._refusal(path, entry.is_symlink()):
            return Refused(address, reason)
        try:
            facts = path.stat()
        except OSError as error:
            return Refused(address, Reason.of(SourceUnreadable(why=error.strerror or "?")))
        etag = f"{facts.st_size}-{facts.st_mtime_ns}"
        known = self.seen.get(address)
        if known is not None and known.etag == etag:
            return Unchanged(address)
        if facts.st_size > self.largest:
            return Refused(address, Reason.of(TooLarge(limit=f"{self.largest >> 20} MB")))
        return Item(
            address=address,
            path=readable(f"{self.root.name}/{path.relative_to(self.root)}"),
            fetch=_copy(path, self.root),
            etag=etag,
            modified=datetime.fromtimestamp(facts.st_mtime, UTC).isoformat(),
            title=readable(path.stem),
        )

    def _refusal(self, path: Path, is_link: bool) -> Reason | None:
        try:
            target = path.resolve() if is_link else path
            if not target.is_relative_to(self.root):
                return LINK_OUTSIDE
            if is_link and target.is_dir():
                return LINKED_FOLDER
            return None if target.is_file() else NOT_A_FILE
        except (OSError, RuntimeError):  # a loop of links
            return NOT_A_FILE

    def _address(self, path: Path) -> str:
        return told(str(path.relative_to(self.root)))


def _copy(path: Path, root: Path) -> Callable[[Path], Awaitable[None]]:
    async def fetch(target: Path) -> None:
        await asyncio.to_thread(_copied, path, root, target)

    return fetch


def _copied(path: Path, root: Path, target: Path) -> None:
    """Copy a file, if what was opened still lies below the root: a link may have taken its place meanwhile."""
    with open(path, "rb", opener=_open) as source:
        opened = Path(os.path.realpath(f"/proc/self/fd/{source.fileno()}"))
        if not stat.S_ISREG(os.fstat(source.fileno()).st_mode) or not opened.is_relative_to(root):
            raise SourceUnreadable(why=LINK_OUTSIDE.en)
        with target.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)  # never wait for a pipe's other end
