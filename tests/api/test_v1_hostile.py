"""Whatever is sent to `/v1`, the answer is a refusal that names what is wrong, or an answer: never a fault of ours."""

import socket
import time
from typing import Any

import httpx2 as httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samverk.api.v1 import OPERATIONS, arrived
from tests.api.test_v1_kinds import _models
from tests.platform import Served

__all__ = ["_models"]

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
ANY = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
PART = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["text", "image_url", "input_text", "input_image", "output_text", "refusal"])
        | st.sampled_from(["image", "tool_use", "tool_result", "thinking"])
        | SCALARS
    },
    optional=dict.fromkeys(
        (
            "text",
            "image_url",
            "refusal",
            "detail",
            "file_id",
            "source",
            "id",
            "name",
            "input",
            "tool_use_id",
            "content",
        ),
        ANY,
    ),
)
ITEM = st.fixed_dictionaries(
    {},
    optional={
        "role": st.sampled_from(["user", "assistant", "system", "developer", "tool"]) | ANY,
        "type": st.sampled_from(["message", "function_call", "function_call_output", "reasoning"]) | ANY,
        "content": st.text(max_size=20) | st.lists(PART, max_size=3) | ANY,
        "call_id": st.text(max_size=5) | ANY,
        "name": st.text(max_size=5) | ANY,
        "arguments": st.text(max_size=5) | ANY,
        "output": st.text(max_size=5) | st.lists(PART, max_size=2) | ANY,
        "tool_calls": ANY,
    },
)
TOOL = st.fixed_dictionaries(
    {"type": st.just("function") | ANY}, optional={"name": ANY, "function": ANY, "parameters": ANY}
)
NAMES = (
    "n",
    "stream",
    "stream_options",
    "temperature",
    "tool_choice",
    "response_format",
    "metadata",
    "reasoning",
    "text",
    "store",
)
NAMES += (
    "voice",
    "prompt",
    "size",
    "dimensions",
    "encoding_format",
    "include",
    "max_output_tokens",
    "instructions",
    "logprobs",
)
SAID = st.fixed_dictionaries({}, optional={"level": st.sampled_from(["open", "internal"]) | ANY, "masking": ANY})
MODELS = ("chatty", "vektorer", "rost", "bilder", "assistant:regelhjalpen", "assistant:", "finns-inte", "\x00")
BODY = st.fixed_dictionaries(
    {},
    optional={
        "model": st.sampled_from(MODELS) | ANY,
        "messages": st.lists(ITEM, min_size=1, max_size=3) | ANY,
        "input": st.text(max_size=20) | st.lists(ITEM | st.text(max_size=5), min_size=1, max_size=3) | ANY,
        "tools": st.lists(TOOL, max_size=2) | ANY,
        "samverk": SAID | ANY,
        "max_tokens": st.just(50) | ANY,
        "system": st.text(max_size=20) | st.lists(PART, max_size=2) | ANY,
        **dict.fromkeys(NAMES, ANY),
    },
)
POSTED = [path for method, path in OPERATIONS if method == "POST"]
JSON_PATHS = [path for path in POSTED if not path.endswith(("transcriptions", "translations"))]
HURRIED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def key(platform: Served) -> dict[str, str]:
    return {"Authorization": f"Bearer {platform.a.keys['chat']}"}


def check(response: httpx.Response, sent: object) -> None:
    if response.status_code == 200:
        return
    assert 400 <= response.status_code < 500, (sent, response.text)
    error = response.json()["error"]
    assert error["message"], sent
    assert error["message_sv"], sent
    assert error["type"] != "server_error", sent


@pytest.fixture(scope="module")
def http(platform: Served) -> Any:
    with httpx.Client(base_url=platform.url, headers=key(platform), timeout=30) as client:
        yield client


@pytest.mark.parametrize("path", JSON_PATHS)
@HURRIED
@given(body=BODY)
def test_any_json_is_answered_or_refused(http: httpx.Client, path: str, body: dict[str, Any]) -> None:
    try:
        content = orjson.dumps(body)
    except TypeError:  # numbers that no JSON of ours can write
        return
    check(http.post(path, content=content), body)


@pytest.mark.parametrize("path", JSON_PATHS)
@HURRIED
@given(content=st.binary(max_size=200))
def test_any_bytes_are_refused(http: httpx.Client, path: str, content: bytes) -> None:
    response = http.post(path, content=content)
    assert response.status_code == 400, content


FORM = st.dictionaries(
    st.sampled_from(
        ["model", "response_format", "temperature", "language", "samverk[level]", "samverk[masking]", "stream"]
    )
    | st.text(min_size=1, max_size=8),
    st.sampled_from(["rost", "verbose_json", "srt", "0.5", "true", "open"]) | st.text(max_size=10),
    max_size=5,
)


@HURRIED
@given(fields=FORM, sound=st.binary(max_size=50), name=st.text(min_size=1, max_size=12))
def test_any_form_is_answered_or_refused(http: httpx.Client, fields: dict[str, str], sound: bytes, name: str) -> None:
    try:
        sent = http.build_request("POST", "/v1/audio/transcriptions", data=fields, files={"file": (name, sound)})
    except (UnicodeEncodeError, ValueError):
        return
    check(http.send(sent), fields)


DEEP = b"[" * 500 + b"]" * 500
MESSAGE = b'"messages":[{"role":"user","content":"hej"}]'


@pytest.mark.parametrize("model", [b"chatty", b"assistant:regelhjalpen"])
@pytest.mark.parametrize(
    "field", ["metadata", "temperature", "tools", "response_format", "samverk", "reasoning", "text", "x"]
)
def test_what_is_nested_too_deeply_is_no_fault_of_ours(http: httpx.Client, model: bytes, field: str) -> None:
    messages = b'"max_tokens":9,' + MESSAGE
    for path, said in (
        ("/v1/chat/completions", MESSAGE),
        ("/v1/responses", b'"input":"hej"'),
        ("/v1/messages", messages),
    ):
        for deep in (DEEP, b'{"a":' + DEEP + b"}"):
            content = b'{"model":"%s",%s,"%s":%s}' % (model, said, field.encode(), deep)
            check(http.post(path, content=content), field)


def test_a_body_that_never_ends_is_given_up(platform: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrived, "PATIENCE_SECONDS", 0.3)
    host, port = platform.url.removeprefix("http://").split(":")
    for path, kind in (
        ("/v1/chat/completions", "application/json"),
        ("/v1/audio/transcriptions", "multipart/form-data; boundary=x"),
    ):
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {key(platform)['Authorization']}\r\n"
        with socket.create_connection((host, int(port)), timeout=60) as line:
            line.sendall(f"{head}Content-Type: {kind}\r\nContent-Length: 1000\r\n\r\n".encode() + b"--x\r\n")
            answer = line.recv(65536)
        assert answer.startswith(b"HTTP/1.1 408"), answer


def test_who_leaves_in_the_middle_of_a_body_is_no_fault(platform: Served, caplog: pytest.LogCaptureFixture) -> None:
    host, port = platform.url.removeprefix("http://").split(":")
    head = f"POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nAuthorization: {key(platform)['Authorization']}\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n".encode() + b'{"a')
    time.sleep(0.3)
    with httpx.Client(base_url=platform.url, headers=key(platform)) as http:
        assert http.get("/v1/models").status_code == 200
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
