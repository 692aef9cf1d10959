"""Sources through the interface: added, synced, reported on; and documents that another system sends."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from tests.platform import Served, served


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("sources")
    (home / "delat").mkdir()
    with served(home, source_folders=str(home / "delat"), upload_megabytes=1) as platform:
        yield platform


@pytest.fixture
def http(platform: Served) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=f"{platform.url}/api", headers={"Authorization": f"Bearer {platform.a.keys['write']}"}, timeout=30
    ) as client:
        yield client


def made(http: httpx.Client, kind: str, **settings: str) -> dict[str, Any]:
    response = http.post("/collections/regler/sources", json={"kind": kind, "settings": settings})
    assert response.status_code == 201, response.text
    return dict(response.json())


def ended(http: httpx.Client, sync: str) -> dict[str, Any]:
    for _ in range(600):
        report = http.get(f"/syncs/{sync}").json()
        if report["sync"]["state"] not in {"waiting", "running"} and not report["sync"]["reading"]:
            return dict(report)
        time.sleep(0.05)
    raise AssertionError("it took too long")


def test_a_folder_is_added_synced_paused_removed_and_brought_back(http: httpx.Client, platform: Served) -> None:
    folder = platform.rooms.settings.home / "delat"
    for n in range(3):
        (folder / f"rutin {n}.md").write_text(f"Rutin nummer {n}.", encoding="utf-8")
    source = made(http, "folder", folder=str(folder))
    assert source["where"] == source["name"] == str(folder)
    asked = http.post(f"/sources/{source['id']}/syncs")
    assert asked.status_code == 202
    report = ended(http, asked.json()["id"])
    assert (report["sync"]["state"], report["sync"]["added"], report["total"]) == ("done", 3, 3)
    assert {entry["status"] for entry in report["data"]} == {"read"}
    assert http.get(f"/syncs/{asked.json()['id']}", params={"shown": "removed"}).json()["total"] == 0
    assert http.get(f"/sources/{source['id']}/syncs").json()["total"] == 1
    changed = http.put(
        f"/sources/{source['id']}",
        json={"kind": "push", "name": "Rutiner", "settings": {"folder": str(folder)}, "schedule": {"every": "day"}},
    ).json()
    assert (changed["kind"], changed["name"]) == ("folder", "Rutiner")
    assert changed["schedule"] == {"every": "day", "at": "03:00", "day": 0}
    assert http.post(f"/sources/{source['id']}/pause").json()["next_at"] is None
    assert http.post(f"/sources/{source['id']}/wake").json()["next_at"]
    assert http.delete(f"/sources/{source['id']}", params={"documents": True}).status_code == 204
    assert http.get(f"/sources/{source['id']}").status_code == 404
    assert not [one for one in documents(http) if one.startswith("delat/")]
    assert http.post(f"/sources/{source['id']}/restore").json()["items"] == 3
    assert len([one for one in documents(http) if one.startswith("delat/")]) == 3
    assert http.post(f"/syncs/{asked.json()['id']}/answer", json={"remove": True}).status_code == 409


def documents(http: httpx.Client) -> list[str]:
    return [one["path"] for one in http.get("/collections/regler/documents", params={"limit": 200}).json()["data"]]


def test_another_system_sends_its_documents_and_ends_its_round(http: httpx.Client, tmp_path: Path) -> None:
    source = made(http, "push", system="Diariet")["id"]
    assert http.post(f"/sources/{source}/syncs").status_code == 409
    where = {"path": "beslut/ett.md", "modified": "2026-05-01T12:00:00Z"}
    for text, outcome in (("Beslut ett.", "added"), ("Beslut ett.", "unchanged"), ("Beslut ett, rättat.", "changed")):
        sent = http.put(f"/sources/{source}/documents", params={"address": "dnr-1", **where}, content=text.encode())
        assert sent.json()["outcome"] == outcome
    http.put(f"/sources/{source}/documents", params={"address": "dnr-2", "path": "beslut/två.md"}, content=b"Beslut 2.")
    assert http.post(f"/sources/{source}/complete").json()["state"] == "done"
    assert http.post(f"/sources/{source}/complete").status_code == 409
    http.post(f"/sources/{source}/begin")
    http.put(f"/sources/{source}/documents", params={"address": "dnr-2", "path": "beslut/två.md"}, content=b"Beslut 2.")
    done = http.post(f"/sources/{source}/complete").json()
    assert (done["removed"], done["unchanged"]) == (1, 1)
    assert http.post(f"/syncs/{done['id']}/restore").status_code == 200
    assert "beslut/ett.md" in documents(http)
    for _ in range(2):
        assert http.delete(f"/sources/{source}/documents", params={"address": "dnr-2"}).status_code == 204
    assert "beslut/två.md" not in documents(http)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"kind": "carrier-pigeon"}, "kind"),
        ({"kind": "push"}, "system"),
        ({"kind": "folder", "settings": {"folder": "/etc"}}, "folder"),
        ({"kind": "push", "settings": {"system": "x"}, "schedule": {"every": "year"}}, "schedule.every"),
    ],
)
def test_what_is_wrong_is_said_with_its_field(http: httpx.Client, body: dict[str, Any], param: str) -> None:
    refused = http.post("/collections/regler/sources", json=body)
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == param


def test_a_body_that_is_too_large_is_refused_and_leaves_nothing(http: httpx.Client, platform: Served) -> None:
    source = made(http, "push", system="Diariet")["id"]
    refused = http.put(
        f"/sources/{source}/documents", params={"address": "a", "path": "a.md"}, content=b"x" * ((1 << 20) + 1)
    )
    assert refused.status_code == 413
    assert not list((platform.rooms.settings.home / "uploads").iterdir())
