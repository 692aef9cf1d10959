"""The REST interface over real HTTP: what a program does with an organisation's knowledge and answers."""

import json
import os
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx2 as httpx
import pytest

from tests.platform import QUESTION, Served


@pytest.fixture
def http(platform: Served) -> Iterator[httpx.Client]:
    """A client with a key of Björksta that may do everything."""
    headers = {"Authorization": f"Bearer {platform.a.keys['all']}"}
    with httpx.Client(base_url=f"{platform.url}/api", headers=headers, timeout=30) as client:
        yield client


def until_read(http: httpx.Client, document: str) -> Any:
    for _ in range(200):
        found = http.get(f"/documents/{document}").json()
        if found["status"] != "reading":
            return found
        time.sleep(0.05)
    raise AssertionError("the document was not read in time")


def answered(http: httpx.Client, run: str) -> Any:
    for _ in range(200):
        found = http.get(f"/runs/{run}").json()
        if found["status"] != "running":
            return found
        time.sleep(0.05)
    raise AssertionError("the run did not end in time")


def events_of(text: str) -> list[tuple[int, str, Any]]:
    told = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        if fields:
            told.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return told


def test_the_document_describes_every_operation(platform: Served) -> None:
    response = httpx.get(f"{platform.url}/api/openapi.json")
    document = response.json()
    assert document["openapi"].startswith("3.1")
    operations = [op for path in document["paths"].values() for op in path.values()]
    assert len(operations) >= 20
    for operation in operations:
        assert operation["description"]
        assert operation["security"][0]["key"]
        assert {"400", "401", "403", "404", "413"} <= operation["responses"].keys()
        assert "422" not in operation["responses"]


def test_one_sees_ones_own_organisation(http: httpx.Client, platform: Served) -> None:
    listed = http.get("/organisations").json()["data"]
    assert [org["slug"] for org in listed] == ["bjorksta"]
    assert http.get("/organisations/bjorksta").json()["name"] == "Bjorksta kommun"
    assert http.get("/organisations/granby").status_code == 404


def test_an_assistant_is_made_changed_and_asked(http: httpx.Client) -> None:
    body = {"name": "Avfallshjälpen", "collections": ["regler"], "level": "internal", "contact": {"unit": "Miljö"}}
    made = http.put("/assistants/avfall", json=body).json()
    assert (made["version"], made["level"], made["contact"]["unit"]) == (1, "internal", "Miljö")
    assert http.put("/assistants/avfall", json=body).json()["version"] == 1, "the same body is the same version"
    changed = http.put("/assistants/avfall", json={**body, "tone": "Vänlig"}).json()
    assert changed["version"] == 2
    assert http.get("/assistants/avfall").json() == changed
    assert changed in http.get("/assistants", params={"limit": 200}).json()["data"]
    run = http.post("/runs", json={"assistant": "avfall", "question": "När hämtas hushållsavfall?"})
    assert run.status_code == 201
    assert answered(http, run.json()["id"])["level"] == "internal"


def test_an_assistant_of_parts_that_do_not_exist_is_refused(http: httpx.Client) -> None:
    for body in ({"name": "x", "models": ["gpt-okänd"]}, {"name": "x", "collections": ["okand"]}):
        assert http.put("/assistants/trasdocka", json=body).status_code == 404
    for body in ({}, {"name": ""}, {"name": "x", "level": "top"}, {"name": "x", "colour": "red"}, {"name": "a\x00b"}):
        response = http.put("/assistants/trasdocka", json=body)
        assert response.status_code == 400
        assert response.json()["error"]["param"]
    assert http.put("/assistants/Fel%20Namn", json={"name": "x"}).status_code == 400
    assert http.get("/assistants/trasdocka").status_code == 404


def test_a_document_goes_from_upload_to_answer_and_back(http: httpx.Client) -> None:
    made = http.post("/collections", json={"slug": "skola", "name": "Skola", "level": "open"})
    assert made.status_code == 201
    assert http.post("/collections", json={"slug": "skola", "name": "Skola"}).status_code == 409
    assert http.get("/collections/skola").json() == made.json()
    text = "Skolskjuts beviljas till elever i årskurs 1 till 3 som har mer än två kilometer till skolan."
    files = [("files", ("Skolskjuts åäö.md", text.encode())), ("files", ("trasig.md", b"damaged"))]
    accepted = http.post("/collections/skola/documents", files=files)
    assert accepted.status_code == 202
    ids = {document["path"]: document["id"] for document in accepted.json()["documents"]}
    good, bad = until_read(http, ids["Skolskjuts åäö.md"]), until_read(http, ids["trasig.md"])
    assert (good["status"], good["passages"], good["version"]) == ("read", 1, 1)
    assert (bad["status"], bad["reason"]["code"]) == ("not_read", "damaged")

    search = {"query": "Vem får skolskjuts?", "collections": ["skola", "okand"]}
    found = http.post("/search", json=search).json()
    [hit] = found["hits"]
    assert hit["text"] == text
    assert [item["title"] for item in found["left_out"]] == ["okand"]
    passage = http.get(f"/passages/{hit['passage']}", params={"whole": True}).json()
    assert passage["whole"][passage["start"] : passage["end"]] == passage["text"] == text
    assert passage["path"] == "Skolskjuts åäö.md"
    assert http.get(f"/passages/{hit['passage']}").json()["whole"] is None

    assert http.delete(f"/documents/{good['id']}").status_code == 204
    assert http.get(f"/documents/{good['id']}").status_code == 404
    assert http.get(f"/passages/{hit['passage']}").status_code == 404
    assert http.post("/search", json=search).json()["hits"] == []
    assert http.delete(f"/documents/{good['id']}").status_code == 404
    assert http.post(f"/documents/{good['id']}/restore").json()["status"] == "read"
    assert http.post("/search", json=search).json()["hits"][0]["passage"] == hit["passage"]


def test_the_same_path_is_a_new_version(http: httpx.Client) -> None:
    http.post("/collections", json={"slug": "taxor", "name": "Taxor"})
    for version, text in enumerate((b"Avgiften \xc3\xa4r 100 kronor.", b"Avgiften \xc3\xa4r 120 kronor."), start=1):
        [received] = http.post("/collections/taxor/documents", files={"files": ("taxa.md", text)}).json()["documents"]
        assert until_read(http, received["id"])["version"] == version


def test_documents_come_in_pages(http: httpx.Client) -> None:
    http.post("/collections", json={"slug": "manga", "name": "Många"})
    files = [("files", (f"fil {n:02}.md", f"Text nummer {n}.".encode())) for n in range(7)]
    assert http.post("/collections/manga/documents", files=files).status_code == 202
    seen, cursor, pages = [], None, 0
    while True:
        params = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        page = http.get("/collections/manga/documents", params=params).json()
        seen += [document["path"] for document in page["data"]]
        cursor, pages = page["next_cursor"], pages + 1
        if cursor is None:
            break
    assert seen == [f"fil {n:02}.md" for n in range(7)]
    assert pages == 3
    for wrong in ("!", "ÿ", "gAAA"):
        response = http.get("/collections/manga/documents", params={"cursor": wrong})
        assert (response.status_code, response.json()["error"]["param"]) == (400, "cursor")


def test_what_is_no_upload_is_refused(http: httpx.Client, platform: Served) -> None:
    where = "/collections/regler/documents"
    assert http.post(where, files={"files": ("stor.md", b"a" * 1_400_000)}).status_code == 413

    def endless() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\n'
        for _ in range(200):
            yield b"a" * 10_000

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert http.post(where, content=endless(), headers=kind).status_code == 413
    for content, headers in (
        (b"hej", {}),
        (b"hej", {"Content-Type": "application/json"}),
        (b"hej", {"Content-Type": "multipart/form-data"}),
        (b"hej", kind),
        (b"", kind),
        (b"--x--\r\n", kind),
        (b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\nabc', kind),
        (b'--x\r\nContent-Disposition: form-data; name="other"; filename="a.md"\r\n\r\nabc\r\n--x--\r\n', kind),
        (b'--x\r\nContent-Disposition: form-data; name="files"\r\n\r\nabc\r\n--x--\r\n', kind),
        (b"--x\r\n\r\nabc\r\n--x--\r\n", kind),
        (b'--x\r\nContent-Disposition: form-data; name="files"; filename="../.."\r\n\r\nabc\r\n--x--\r\n', kind),
    ):
        response = http.post(where, content=content, headers=headers)
        assert response.status_code == 400, (content, response.text)
        assert response.json()["error"]["message_sv"]
    assert http.post("/collections/okand/documents", files={"files": ("a.md", b"a")}).status_code == 404
    uploads = platform.rooms.settings.home / "uploads"
    assert list(uploads.iterdir()) == [], "nothing is left behind"
    (uploads / "left").mkdir()
    os.utime(uploads / "left", (0, 0))
    assert http.post(where, content=b"", headers=kind).status_code == 400
    assert list(uploads.iterdir()) == [], "nor by a process that was killed while it received files"
    names = {document["path"] for document in http.get(where).json()["data"]}
    assert names == {"parkering.md", "avfall.md"}


def test_a_run_is_followed_stopped_and_resumed(http: httpx.Client) -> None:
    run = http.post("/runs", json={"assistant": "regelhjalpen", "question": QUESTION}).json()
    told = events_of(http.get(f"/runs/{run['id']}/events").text)
    kinds = [kind for _, kind, _ in told]
    assert [number for number, _, _ in told] == list(range(1, len(told) + 1))
    assert (kinds[0], kinds[1], kinds[-1]) == ("started", "searched", "done")
    assert {"text", "checked"} <= set(kinds)
    resumed = events_of(http.get(f"/runs/{run['id']}/events", headers={"Last-Event-ID": "2"}).text)
    assert resumed == told[2:]
    assert events_of(http.get(f"/runs/{run['id']}/events", params={"after": 2}).text) == told[2:]

    slow = http.post("/runs", json={"assistant": "langsam", "question": QUESTION}).json()
    assert slow["status"] == "running"
    with http.stream("GET", f"/runs/{slow['id']}/events") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        for line in response.iter_lines():
            if line == "event: text":
                break
    assert http.post(f"/runs/{slow['id']}/stop").status_code == 204
    stopped = http.get(f"/runs/{slow['id']}").json()
    assert stopped["status"] == "stopped"
    assert stopped["text"].startswith("ord 0")
    assert http.get(f"/traces/{slow['id']}").status_code == 404


def test_an_answer_with_its_trace_and_what_one_thinks_of_it(http: httpx.Client) -> None:
    run = http.post("/runs", json={"assistant": "regelhjalpen", "question": QUESTION, "level": "internal"}).json()
    answer = answered(http, run["id"])
    cited = next(citation for citation in answer["citations"] if "fyra veckor" in citation["quote"])
    assert (answer["answered"], cited["verdict"], answer["level"]) == (True, "verified", "internal")
    trace = http.get(f"/traces/{answer['trace']}").json()
    assert trace["assistant"]["slug"] == "regelhjalpen"
    assert any(passage["kept"] for passage in trace["passages"])
    for body in ({"good": True}, {"good": False, "reason": "incomplete", "comment": "Vem beslutar?", "consent": True}):
        assert http.put(f"/runs/{run['id']}/feedback", json=body).status_code == 204
    for body in ({}, {"good": True, "reason": "boring"}, {"good": True, "comment": "x" * 3000}):
        assert http.put(f"/runs/{run['id']}/feedback", json=body).status_code == 400


def test_conversations_come_latest_first_in_pages(http: httpx.Client) -> None:
    first = http.post("/runs", json={"assistant": "regelhjalpen", "question": "Hur länge gäller ett tillstånd?"}).json()
    answered(http, first["id"])
    follow = {"assistant": "regelhjalpen", "question": "Vem söker?", "conversation": first["conversation"]}
    second = http.post("/runs", json=follow).json()
    answered(http, second["id"])
    again = {"assistant": "regelhjalpen", "question": "Vem söker?", "replaces": second["id"]}
    third = http.post("/runs", json=again).json()
    answered(http, third["id"])
    whole = http.get(f"/conversations/{first['conversation']}").json()
    assert [turn["id"] for turn in whole["turns"]] == [first["id"], third["id"]]
    assert whole["title"] == "Hur länge gäller ett tillstånd?"
    others = [answered(http, http.post("/runs", json={**follow, "conversation": None}).json()["id"]) for _ in range(4)]
    seen, cursor = [], None
    while True:
        page = http.get("/conversations", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [conversation["id"] for conversation in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen[:5] == [run["conversation"] for run in reversed(others)] + [first["conversation"]]
    assert len(seen) == len(set(seen))


def test_a_failed_run_says_why(http: httpx.Client) -> None:
    run = http.post("/runs", json={"assistant": "trasig", "question": QUESTION}).json()
    answer = answered(http, run["id"])
    assert (answer["status"], answer["error"]["code"]) == ("failed", "model_failed")


@pytest.mark.parametrize(
    ("question", "status"),
    [("", 400), (" ", 400), ("x\x00y", 400), ("ö" * 100_000, 413), ("\ud800", 400)],
)
def test_questions_that_cannot_be_asked(http: httpx.Client, question: str, status: int) -> None:
    for path, body in (
        ("/runs", {"assistant": "regelhjalpen", "question": question}),
        ("/search", {"collections": ["regler"], "query": question}),
    ):
        content = json.dumps(body).encode()
        response = http.post(path, content=content, headers={"Content-Type": "application/json"})
        if question == " " and path == "/search":
            assert response.json()["hits"] == []
        else:
            assert response.status_code == status, path


@pytest.mark.parametrize(
    "question", ["決定は?", "ما هي القواعد؟", "<b onmouseover=x>tillstånd</b>", "\x1b[2J\u202e?", 'AND OR NOT "(*']
)
def test_questions_of_every_kind(http: httpx.Client, question: str) -> None:
    assert http.post("/search", json={"collections": ["regler"], "query": question}).status_code == 200
    run = http.post("/runs", json={"assistant": "regelhjalpen", "question": question})
    assert answered(http, run.json()["id"])["status"] == "done"


def test_wrong_json_and_too_large_bodies(http: httpx.Client) -> None:
    kind = {"Content-Type": "application/json"}
    for content in (b"", b"{", b"[]", b"\xff", b"null", b'{"query": 1, "collections": []}', b"[" * 100_000):
        response = http.post("/search", content=content, headers=kind)
        assert (response.status_code, response.json()["error"]["type"]) == (400, "invalid_request_error"), content[:20]
    assert http.post("/search", content=b" " * 300_000, headers=kind).status_code == 413
    assert http.get("/search").status_code == 405
    assert http.get("/nowhere").json()["error"]["code"] == "not_found"
    assert http.get("/documents/no-id").status_code == 400
    assert http.get("/assistants/a%00b").status_code == 404


def test_a_session_cookie_opens_nothing_here(platform: Served) -> None:
    identity = platform.rooms.identity
    who = ("bjorksta", "karin.ek@bjorksta.example", "Karin Ek")
    platform.run(identity.create_user(*who, password="en lång nog fras"))
    secret, _ = platform.run(identity.log_in(who[1], "en lång nog fras", "127.0.0.1"))
    response = httpx.get(f"{platform.url}/api/assistants", cookies={"samverk-session": secret})
    assert (response.status_code, response.json()["error"]["code"]) == (401, "missing_api_key")


def test_a_key_reads_its_own_runs_only(platform: Served, http: httpx.Client) -> None:
    run = http.post("/runs", json={"assistant": "regelhjalpen", "question": QUESTION}).json()
    other = {"Authorization": f"Bearer {platform.a.keys['chat']}"}
    for path in (f"/runs/{run['id']}", f"/runs/{run['id']}/events", f"/conversations/{run['conversation']}"):
        assert httpx.get(f"{platform.url}/api{path}", headers=other).status_code == 404


def test_what_a_group_alone_may_read_is_not_reached_by_its_id(platform: Served, http: httpx.Client) -> None:
    knowledge, org = platform.rooms.knowledge, platform.a
    platform.run(knowledge.create_collection(org.id, "akter", "Akter", groups=["socialsekreterare"]))
    file = platform.rooms.settings.home / "akt.md"
    file.write_text("Ärende om bistånd.", encoding="utf-8")
    document: UUID = platform.run(knowledge.add(org.id, "akter", "akt.md", file))
    assert http.get(f"/documents/{document}").status_code == 404
    assert http.delete(f"/documents/{document}").status_code == 404
    assert http.post(f"/documents/{document}/restore").status_code == 404
    assert http.get("/collections/akter").status_code == 404
    assert http.get("/collections/akter/documents").status_code == 404
    assert http.post("/collections/akter/documents", files={"files": ("a.md", b"a")}).status_code == 404
    assert http.delete(f"/documents/{uuid4()}").status_code == 404
