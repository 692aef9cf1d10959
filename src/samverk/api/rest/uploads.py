"""Files in a multipart request, written to a folder while they come: never whole in memory. Knows no document."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from samverk.api.refusals import WrongField
from samverk.core.blobs import StorageFailed
from samverk.core.errors import Invalid, SamverkError, TooLarge

MOST_FILES = 100
_WRAPPING = 1 << 18  # bytes of headers and boundaries that are allowed beside the files
_FORGOTTEN_SECONDS = 24 * 3600
_FIELD = b"files"


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file as it was sent: the name that it came with, and where its content lies for now."""

    name: str
    path: Path


class NotMultipart(Invalid):
    """The body is no multipart form."""

    sv = "Filer skickas som multipart/form-data."
    en = "Files are sent as multipart/form-data."


@asynccontextmanager
async def received_files(request: Request, most_bytes: int, folder: Path) -> AsyncIterator[list[ReceivedFile]]:
    """The files of a request, in a place below `folder` that is gone at the end.

    Raises TooLarge as soon as more than `most_bytes` are announced or have come, NotMultipart, WrongField, StorageFailed.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise NotMultipart
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > most_bytes + _WRAPPING:
        raise _too_large(most_bytes)
    place = await asyncio.to_thread(_make, folder)
    try:
        form = _Form(place)
        try:
            await _read(request, form, options[b"boundary"], most_bytes)
        finally:
            form.close()
        if not form.complete:  # broken off: what came of the last file is not the file
            raise NotMultipart
        if not form.files:
            raise WrongField("files", "ingen fil skickades", "no file was sent")
        yield form.files
    finally:
        await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)


def _make(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        return Path(tempfile.mkdtemp(dir=folder))
    except OSError as error:
        raise StorageFailed(why=error.strerror or "?") from error


def _sweep(folder: Path) -> None:
    """Remove what processes that were killed left behind."""
    for left in folder.iterdir():
        with suppress(FileNotFoundError):  # somebody was faster
            if time.time() - left.stat().st_mtime > _FORGOTTEN_SECONDS:
                shutil.rmtree(left)


async def _read(request: Request, form: "_Form", boundary: bytes, most_bytes: int) -> None:
    came = 0
    try:
        parser = MultipartParser(boundary, form.callbacks())  # type: ignore[arg-type]
        async for chunk in request.stream():
            came += len(chunk)
            if came > most_bytes + _WRAPPING:
                raise _too_large(most_bytes)
            await asyncio.to_thread(parser.write, chunk)
        parser.finalize()
    except FormParserError as error:
        raise NotMultipart from error
    except OSError as error:
        raise StorageFailed(why=error.strerror or "?") from error


def _too_large(most_bytes: int) -> SamverkError:
    return TooLarge(limit=f"{most_bytes >> 20} MB")


@dataclass
class _Form:
    """The parts of a form as the parser tells of them: those named `files` become files, others are refused."""

    place: Path
    files: list[ReceivedFile] = field(default_factory=list)
    complete: bool = False
    _open: BinaryIO | None = None
    _name: bytes = b""
    _value: bytes = b""
    _disposition: bytes = b""

    def callbacks(self) -> dict[str, object]:
        """What the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_part_end": self.close,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._name = self._value = self._disposition = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        self._name = self._value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        if options.get(b"name") != _FIELD or b"filename" not in options:
            raise WrongField(
                "files", "varje del ska vara en fil med namnet files", "each part must be a file named files"
            )
        if len(self.files) == MOST_FILES:
            raise WrongField("files", f"högst {MOST_FILES} filer åt gången", f"at most {MOST_FILES} files at a time")
        path = self.place / str(len(self.files))
        self._open = path.open("wb")
        self.files.append(ReceivedFile(_decoded(options[b"filename"]), path))

    def _data(self, data: bytes, start: int, end: int) -> None:
        assert self._open is not None
        self._open.write(data[start:end])

    def _end(self) -> None:
        self.complete = True

    def close(self) -> None:
        """End the part that is open."""
        if self._open is not None:
            self._open.close()
            self._open = None


def _decoded(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("latin-1")
