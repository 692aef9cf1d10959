"""Masking over HTTP: a program masks what it sends elsewhere, and puts the values back in what it gets."""

from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest

from samverk.identity.principal import system
from samverk.masking.settings import MaskingSettings, OwnPattern
from tests.platform import Served

SAID = "Skriv till anna@bjorksta.example 🙂 eller bo@bjorksta.example."


def client(platform: Served, secret: str) -> httpx.Client:
    return httpx.Client(base_url=f"{platform.url}/api", headers={"Authorization": f"Bearer {secret}"}, timeout=30)


@pytest.fixture
def http(platform: Served) -> Iterator[httpx.Client]:
    with client(platform, platform.a.keys["all"]) as one:
        yield one


def mask(http: httpx.Client, **body: Any) -> Any:
    response = http.post("/mask", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def unmask(http: httpx.Client, **body: Any) -> Any:
    response = http.post("/unmask", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_text_is_masked_with_what_was_found_and_put_back(http: httpx.Client) -> None:
    told = mask(http, text=SAID)
    [text] = told["texts"]
    assert text["masked"] == "Skriv till [EMAIL_1] 🙂 eller [EMAIL_2]."
    assert [(SAID[span["start"] : span["end"]], span["label"]) for span in text["spans"]] == [
        ("anna@bjorksta.example", "EMAIL"),
        ("bo@bjorksta.example", "EMAIL"),
    ]
    assert all(0.5 <= span["score"] <= 1 for span in text["spans"])
    answer = "Till [email_1]: hej. Kopia till [EMAIL_9]."
    assert unmask(http, text=answer, scope=told["scope"])["texts"] == [
        {"text": "Till anna@bjorksta.example: hej. Kopia till [EMAIL_9].", "invented": ["[EMAIL_9]"]}
    ]


def test_texts_that_belong_together_share_their_tokens(http: httpx.Client) -> None:
    first = mask(http, texts=["anna@bjorksta.example", "bo@bjorksta.example, anna@bjorksta.example"], scope="job-1")
    assert [text["masked"] for text in first["texts"]] == ["[EMAIL_1]", "[EMAIL_2], [EMAIL_1]"]
    assert mask(http, text="bo@bjorksta.example", scope="job-1")["texts"][0]["masked"] == "[EMAIL_2]"
    assert mask(http, text="bo@bjorksta.example", scope="job-2")["texts"][0]["masked"] == "[EMAIL_1]"
    back = unmask(http, texts=["[EMAIL_1]", "[EMAIL_2]"], scope="job-1")["texts"]
    assert [text["text"] for text in back] == ["anna@bjorksta.example", "bo@bjorksta.example"]


def test_an_ended_scope_puts_nothing_back(http: httpx.Client) -> None:
    mask(http, text="anna@bjorksta.example", scope="job-3")
    assert http.delete("/scopes/job-3").status_code == 204
    assert http.delete("/scopes/job-3").status_code == 404
    assert http.post("/unmask", json={"text": "[EMAIL_1]", "scope": "job-3"}).status_code == 404


def test_a_scope_is_its_key_s_own(platform: Served, http: httpx.Client) -> None:
    mask(http, text="anna@bjorksta.example", scope="job-4")
    with client(platform, platform.a.keys["chat"]) as colleague, client(platform, platform.b.keys["all"]) as stranger:
        for other in (colleague, stranger):
            assert other.post("/unmask", json={"text": "[EMAIL_1]", "scope": "job-4"}).status_code == 404
            assert other.delete("/scopes/job-4").status_code == 404
            assert mask(other, text="bo@granby.example", scope="job-4")["texts"][0]["masked"] == "[EMAIL_1]"
    assert unmask(http, text="[EMAIL_1]", scope="job-4")["texts"][0]["text"] == "anna@bjorksta.example"


def test_the_pseudonyms_of_a_conversation_are_no_key_s_to_read(http: httpx.Client, platform: Served) -> None:
    run = http.post("/runs", json={"assistant": "regelhjalpen", "question": "Vad gäller?"}).json()
    name = f"conversation:{run['conversation']}"

    async def masked() -> None:
        await (await platform.rooms.masking.bound(platform.a.id)).mask(["anna@bjorksta.example"], name)

    platform.run(masked())
    assert http.post("/unmask", json={"text": "[EMAIL_1]", "scope": name}).status_code == 404


@pytest.mark.parametrize("how", ["generalise", "black", "replace"])
def test_what_is_irreversible_leaves_no_scope(http: httpx.Client, how: str) -> None:
    told = mask(http, text=SAID, irreversible=how)
    assert told["scope"] is None
    assert "anna@" not in told["texts"][0]["masked"]
    assert told["texts"][0]["masked"].startswith("Skriv till ")


def test_a_program_chooses_sorts_and_style(http: httpx.Client) -> None:
    said = "Nummer 19121212-1212, anna@bjorksta.example"
    assert mask(http, text=said, labels=["EMAIL"])["texts"][0]["masked"] == "Nummer 19121212-1212, [EMAIL_1]"
    assert mask(http, text=said, labels=[])["texts"][0]["masked"] == said
    made_up = mask(http, text=said, style="surrogate")
    [text] = made_up["texts"]
    assert "anna@" not in text["masked"]
    assert "[" not in text["masked"]
    assert unmask(http, text=text["masked"], scope=made_up["scope"])["texts"][0]["text"] == said


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "a", "texts": ["a"]},
        {"texts": []},
        {"text": "a", "scope": "../x"},
        {"text": "a", "labels": ["NOTHING"]},
        {"text": "a", "scope": "job", "irreversible": "black"},
        {"text": "a", "style": "other"},
        {"text": "a\u0000"},
    ],
)
def test_what_cannot_be_used_is_refused(http: httpx.Client, body: dict[str, Any]) -> None:
    response = http.post("/mask", json=body)
    assert response.status_code == 400, response.text
    assert response.json()["error"]["message_sv"]


def test_the_organisation_s_own_choice_holds(platform: Served, http: httpx.Client) -> None:
    card = OwnPattern("ELEVKORT", "Elevkort", r"EK-\d{6}", "EK-123456")
    admin = system(platform.a.id)
    platform.run(platform.rooms.masking.change(admin, MaskingSettings(off=("EMAIL",), patterns=(card,))))
    try:
        told = mask(http, text="EK-654321, anna@bjorksta.example", labels=["ELEVKORT", "EMAIL"])
        assert told["texts"][0]["masked"] == "[ELEVKORT_1], anna@bjorksta.example"
    finally:
        platform.run(platform.rooms.masking.change(admin, MaskingSettings()))
