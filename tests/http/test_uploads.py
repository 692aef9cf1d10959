"""A multipart form: text beside files, names as browsers send them, and what is no form."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2 as httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from samverk.core.errors import SamverkError
from samverk.http.errors import as_json, describe
from samverk.http.uploads import received_form

KIND = {"Content-Type": "multipart/form-data; boundary=x"}


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async def receive(request: Request) -> Response:
        async with received_form(request, 10_000, tmp_path / "uploads", most_files=3) as sent:
            files = [[file.name, file.path.read_text()] for file in sent.files]
            return JSONResponse({"fields": sent.fields, "files": files})

    async def refuse(request: Request, error: Exception) -> Response:
        return as_json(describe(error))

    app = Starlette(routes=[Route("/", receive, methods=["POST"])], exception_handlers={SamverkError: refuse})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


async def test_text_and_files_come_together_and_nothing_is_left(http: httpx.AsyncClient, tmp_path: Path) -> None:
    files = [("files", ("mapp/å.md", b"Hej.")), ("files", ("b.txt", b""))]
    sent = (await http.post("/", data={"csrf": "t", "fråga": "Vad gäller? 🙂"}, files=files)).json()
    assert sent["fields"] == {"csrf": "t", "fråga": "Vad gäller? 🙂"}
    assert sent["files"] == [["mapp/å.md", "Hej."], ["b.txt", ""]]
    assert list((tmp_path / "uploads").iterdir()) == []


async def test_a_file_input_that_was_left_empty_is_no_file(http: httpx.AsyncClient) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename=""\r\n\r\n\r\n--x--\r\n'
    assert (await http.post("/", content=body, headers=KIND)).json() == {"fields": {}, "files": []}


async def test_a_quotation_mark_in_a_name_is_one(http: httpx.AsyncClient) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a %22b%22.md"\r\n\r\nhej\r\n--x--\r\n'
    assert (await http.post("/", content=body, headers=KIND)).json()["files"] == [['a "b".md', "hej"]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"hej", 400),
        (b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\nabc', 400),
        (b'--x\r\nContent-Disposition: form-data; name="other"; filename="a.md"\r\n\r\nabc\r\n--x--\r\n', 400),
        (b'--x\r\nContent-Disposition: form-data; name="files"\r\n\r\nabc\r\n--x--\r\n', 400),
        (b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\na\r\n' * 4 + b"--x--\r\n", 400),
        (b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n' + b"a" * 400_000 + b"\r\n--x--\r\n", 413),
        (b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n' + b"a" * 270_000 + b"\r\n--x--\r\n", 413),
    ],
)
async def test_what_is_no_form_or_too_much_is_refused(
    http: httpx.AsyncClient, tmp_path: Path, body: bytes, status: int
) -> None:
    response = await http.post("/", content=body, headers=KIND)
    assert response.status_code == status
    assert response.json()["error"]["message_sv"]
    uploads = tmp_path / "uploads"
    assert not uploads.exists() or list(uploads.iterdir()) == []
