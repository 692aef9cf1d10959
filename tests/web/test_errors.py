"""Every error has a page that says what happened and what to do, in either language, and never what was not meant to be said."""

import asyncio
import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from samverk.core.errors import NotAllowed, NotSignedIn, TooMany
from samverk.core.settings import Settings
from samverk.http.errors import Failure, describe
from samverk.http.rooms import Rooms
from samverk.http.sessions import Stale
from samverk.identity.principal import Kind, Principal, Role
from samverk.web.pages import error_page
from samverk.web.texts import LANGUAGES, texts

NOTHING: Any = None
ROOMS = Rooms(Settings(secret_key="k" * 43), *[NOTHING] * (len(dataclasses.fields(Rooms)) - 1))


def request(method: str = "GET", path: str = "/x", **headers: str) -> Request:
    raw = [
        (name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "localhost", **headers}.items()
    ]
    app = SimpleNamespace(state=SimpleNamespace(rooms=ROOMS))
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": raw, "app": app}
    return Request({**scope, "scheme": "http", "server": ("localhost", 80), "path_params": {}})


def drawn(failure: Failure, **headers: str) -> str:
    response = asyncio.run(error_page(request(**headers), failure))
    assert response.status_code == failure.status
    return bytes(response.body).decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 413, 418, 429, 500, 502, 503, 504])
def test_every_status_says_what_to_do(status: int, language: str) -> None:
    failure = Failure(status, "code", "<b>Det hände.</b>", "<b>It happened.</b>", "a1b2c3d4" if status >= 500 else None)
    html = drawn(failure, accept_language=language)
    words = texts(language)  # type: ignore[arg-type]
    assert html.count("<h1>") == 1
    assert "&lt;b&gt;" in html
    assert f'lang="{language}"' in html
    assert words("error.home") in html
    assert ("a1b2c3d4" in html) is (status >= 500)


def test_what_is_lacking_is_known_to_the_page() -> None:
    member = Principal(Kind.MEMBER, NOTHING, "a", "Anna", Role.MEMBER)
    with pytest.raises(NotAllowed) as refused:
        member.require("admin")
    assert describe(refused.value).permission == "admin"
    assert describe(NotAllowed()).permission == ""


def test_an_old_form_and_too_many_attempts_say_so() -> None:
    assert texts("sv")("error.title.stale") in drawn(describe(Stale()))
    html = drawn(describe(TooMany(seconds=42)))
    assert "42 sekunder" in html


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://localhost/samtal?q=a", "/samtal?q=a"),
        ("http://evil.example/samtal", ""),
        ("http://localhost//evil.example", ""),
        ("http://localhost/x", ""),
        ("", ""),
    ],
)
def test_the_way_back_is_within_our_pages(referer: str, back: str) -> None:
    html = drawn(describe(NotAllowed()), referer=referer)
    assert (f'href="{back}"' in html) is bool(back)
    assert "evil" not in html


def test_who_must_log_in_comes_back_to_where_the_form_stood() -> None:
    failure = describe(NotSignedIn())
    sent = request("POST", "/hjalp/tillganglighet", referer="http://localhost/hjalp/tillganglighet")
    assert asyncio.run(error_page(sent, failure)).headers["location"] == "/logga-in?next=/hjalp/tillganglighet"
    assert asyncio.run(error_page(request("POST", "/a"), failure)).headers["location"] == "/logga-in"
    assert asyncio.run(error_page(request(path="/a"), failure)).headers["location"] == "/logga-in?next=/a"
