"""A multipart form, its files written to a folder while they come: never whole in memory. Knows no document.

Files come in parts of one name, `files` unless another is given; every other part is a field of text.
"""

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

from samverk.core.blobs import StorageFailed
from samverk.core.errors import Invalid, TooLarge

FILES = "files"  # the name of the parts that are files
MOST_FILES = 100
_MOST_FIELDS = 50
_FIELD_BYTES = 1 << 18  # of all fields of text together
_WRAPPING = 1 << 18  # bytes of headers and boundaries that are allowed beside the files
_HEADER_BYTES = 1 << 10  # and for each file
_FORGOTTEN_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file as it was sent: the name and type that it came with, and where its content lies for now."""

    name: str
    path: Path
    mime: str = ""


@dataclass(frozen=True, slots=True)
class ReceivedForm:
    """What was sent: the fields of text in their order, and the files in theirs."""

    pairs: list[tuple[str, str]]
    files: list[ReceivedFile]

    @property
    def fields(self) -> dict[str, str]:
        """The fields by name; of one that comes twice, the last."""
        return dict(self.pairs)


class NotMultipart(Invalid):
    """The body is no multipart form, or was broken off."""

    sv = "Filerna kom inte fram hela. Försök igen; filer skickas som multipart/form-data."
    en = "The files did not arrive whole. Try again; files are sent as multipart/form-data."


class NoFile(Invalid):
    """The form holds no file."""

    sv = "Ingen fil skickades. Välj minst en fil."
    en = "No file was sent. Choose at least one file."

    def __init__(self) -> None:
        super().__init__(param=FILES)


class TooManyFiles(Invalid):
    """More files than are accepted at a time."""

    sv = "Högst {most} filer tas emot åt gången. Skicka dem i omgångar."
    en = "At most {most} files are accepted at a time. Send them in parts."

    def __init__(self, most: int) -> None:
        super().__init__(most=most, param=FILES)


@asynccontextmanager
async def received_form(
    request: Request, most_bytes: int, folder: Path, most_files: int = MOST_FILES, named: str = FILES
) -> AsyncIterator[ReceivedForm]:
    """The form of a request, the files in its parts of this name in a place below `folder` that is gone at the end.

    A file input that was left empty is no file. Raises TooLarge as soon as more than `most_bytes` are announced or have
    come, NotMultipart, TooManyFiles, StorageFailed.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise NotMultipart
    most = most_bytes + _WRAPPING + most_files * _HEADER_BYTES
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > most:
        raise _too_large(most_bytes)
    place = await asyncio.to_thread(_make, folder)
    try:
        form = _Form(place, most_files, named.encode())
        try:
            came = 0
            parser = MultipartParser(options[b"boundary"], form.callbacks())  # type: ignore[arg-type]
            async for chunk in request.stream():
                came += len(chunk)
                if came > most:
                    raise _too_large(most_bytes)
                await asyncio.to_thread(parser.write, chunk)
            parser.finalize()
        except FormParserError as error:
            raise NotMultipart from error
        except OSError as error:
            raise StorageFailed(why=error.strerror or "?") from error
        finally:
            form.close()
        if not form.complete:  # broken off: what came of the last file is not the file
            raise NotMultipart
        yield ReceivedForm([(name, _decoded(bytes(text))) for name, text in form.pairs], form.files)
    finally:
        await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)


@asynccontextmanager
async def received_body(request: Request, most_bytes: int, folder: Path) -> AsyncIterator[Path]:
    """The body of a request as a file below `folder` that is gone at the end. Raises TooLarge, StorageFailed."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > most_bytes:
        raise _too_large(most_bytes)
    place = await asyncio.to_thread(_make, folder)
    try:
        file, came = place / "body", 0
        try:
            with file.open("wb") as target:
                async for chunk in request.stream():
                    came += len(chunk)
                    if came > most_bytes:
                        raise _too_large(most_bytes)
                    await asyncio.to_thread(target.write, chunk)
        except OSError as error:
            raise StorageFailed(why=error.strerror or "?") from error
        yield file
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


def _too_large(most_bytes: int) -> TooLarge:
    return TooLarge(limit=f"{most_bytes >> 20} MB")


@dataclass
class _Form:
    """The parts of a form as the parser tells of them: those of one name become files, others text."""

    place: Path
    most_files: int
    named: bytes
    files: list[ReceivedFile] = field(default_factory=list)
    pairs: list[tuple[str, bytearray]] = field(default_factory=list)
    complete: bool = False
    _open: BinaryIO | None = None
    _text: bytearray | None = None
    _name: bytes = b""
    _value: bytes = b""
    _disposition: bytes = b""
    _type: bytes = b""

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
        self._name = self._value = self._disposition = self._type = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        elif self._name.lower() == b"content-type":
            self._type = self._value
        self._name = self._value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        name, file_name = options.get(b"name"), options.get(b"filename")
        if name is None or (file_name is None) is (name == self.named):
            raise NotMultipart
        if file_name is None:
            if len(self.pairs) == _MOST_FIELDS:
                raise NotMultipart
            self._text = bytearray()
            self.pairs.append((_decoded(name), self._text))
        elif file_name:
            if len(self.files) == self.most_files:
                raise TooManyFiles(self.most_files)
            path = self.place / str(len(self.files))
            self._open = path.open("wb")
            self.files.append(ReceivedFile(_file_name(file_name), path, _decoded(self._type)))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._open is not None:
            self._open.write(data[start:end])
        elif self._text is not None:
            self._text += data[start:end]
            if sum(len(text) for _, text in self.pairs) > _FIELD_BYTES:
                raise TooLarge(limit=f"{_FIELD_BYTES >> 10} kB")
        elif end > start:  # content without a file name
            raise NotMultipart

    def _end(self) -> None:
        self.complete = True

    def close(self) -> None:
        """End the part that is open."""
        self._text = None
        if self._open is not None:
            self._open.close()
            self._open = None


def _decoded(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("latin-1")


def _file_name(name: bytes) -> str:
    """Browsers write a quotation mark in a file's name as %22 (HTML, multipart/form-data encoding)."""
    return _decoded(name).replace("%22", '"')
