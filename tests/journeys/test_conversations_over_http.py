"""Conversations without a browser: nobody reaches another's by any address, and what is sent is answered as it should be."""

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import orjson
import pytest

from samverk.identity.principal import Role
from tests.journeys.site import PASSWORD, PEOPLE, Site
from tests.journeys.talks import PARKING, forget, person, talk
from tests.journeys.test_over_http import Client


@pytest.fixture
def member(site: Site) -> Iterator[Client]:
    client = Client(site)
    client.log_in()
    yield client
    for role in (Role.MEMBER, Role.BUILDER):
        forget(site, person(site, role))


@pytest.fixture(scope="module")
def others(site: Site) -> list[Client]:
    """A colleague, and a member of another organisation."""
    cy = "cy.falk@granby.example"
    site.run(site.rooms.identity.create_user("granby", cy, "Cy Falk", Role.ADMIN, [], PASSWORD))
    clients = [Client(site), Client(site)]
    clients[0].log_in(PEOPLE[Role.BUILDER][0])
    clients[1].log_in(cy)
    return clients


def post(client: Client, path: str, **fields: str) -> tuple[int, str]:
    """Status, and where it leads."""
    status, headers, _ = client.send("POST", path, {"csrf": client.token("/samtal"), **fields})
    return status, headers.get("location", "")


def titles(client: Client, path: str = "/samtal") -> list[str]:
    """The titles on the list."""
    return re.findall(
        r'<a id="t\d+" href="/(?:fraga/bjorksta/)?samtal/[^"]+" dir="auto">([^<]*)</a>', client.send("GET", path)[2]
    )


def test_no_address_reaches_anothers(site: Site, member: Client, others: list[Client]) -> None:
    maja = person(site)
    ordinary, temporary = talk(site, maja, PARKING, title="Majas"), talk(site, maja, PARKING, temporary=True)
    folder = site.run(site.rooms.conversations.make_folder(maja, "Majas mapp"))
    site.run(site.rooms.conversations.move(maja, [ordinary], folder))
    for other in others:
        asked = [
            f"/samtal/{ordinary}",
            f"/samtal/{ordinary}/namn",
            f"/samtal/{ordinary}/mapp",
            f"/samtal?mapp={folder}",
        ]
        asked += [f"/samtal/mappar/{folder}", f"/samtal/mappar/{folder}/radera"]
        for path in asked:
            assert other.send("GET", path)[0] == 404, path
        for path, fields in {
            f"/samtal/{ordinary}/namn": {"title": "Stulet"},
            f"/samtal/{ordinary}/fast": {"pinned": "yes"},
            f"/samtal/{ordinary}/radera": {},
            f"/samtal/{ordinary}/mapp": {"folder": ""},
            f"/samtal/{temporary}/avsluta": {},
            "/samtal/valda": {"act": "delete", str(ordinary): "chosen"},
            "/samtal/aterstall": {"ids": ordinary.hex},
            f"/samtal/mappar/{folder}": {"name": "Stulen"},
            f"/samtal/mappar/{folder}/radera": {},
        }.items():
            assert post(other, path, **fields)[0] == 404, path
        assert "Majas" not in other.send("GET", "/samtal?q=parkeringstillstånd".replace("å", "%C3%A5"))[2]
        assert orjson.loads(other.send("GET", "/samtal/alla.json")[2]) == []
    assert titles(member) == ["Majas"]
    assert member.send("GET", f"/samtal/{temporary}")[0] == 200
    assert titles(member, f"/samtal?mapp={folder}") == ["Majas"]


def test_another_ones_folder_is_no_place_to_put_ones_own(site: Site, member: Client, others: list[Client]) -> None:
    mine = talk(site, person(site), PARKING)
    theirs = site.run(site.rooms.conversations.make_folder(person(site, Role.BUILDER), "Eriks"))
    for path, fields in {
        f"/samtal/{mine}/mapp": {"folder": str(theirs)},
        "/samtal/valda": {"act": "move", "folder": str(theirs), str(mine): "chosen"},
    }.items():
        assert post(member, path, **fields)[0] == 404


@pytest.mark.parametrize("name", ["namn", "fast", "radera", "mapp", "avsluta"])
def test_guessed_ids_are_not_found(member: Client, name: str) -> None:
    assert post(member, f"/samtal/{uuid4()}/{name}", title="x", name="x", pinned="yes")[0] == 404
    assert member.send("POST", f"/samtal/inget-id/{name}", {})[0] == 404


def test_forms_without_the_token_change_nothing(site: Site, member: Client) -> None:
    mine = talk(site, person(site), PARKING, title="Kvar")
    for path in (f"/samtal/{mine}/radera", f"/samtal/{mine}/avsluta", "/samtal/valda", "/samtal/mappar/ny"):
        assert member.send("POST", path, {str(mine): "chosen", "name": "x"})[0] == 403
    assert titles(member) == ["Kvar"]


@pytest.mark.parametrize(
    "path",
    ["?mapp=x", "?efter=x", "?efter=2026-01-01_x", "?efter=2026-01-01T00:00:00_" + "0" * 32, "?assistent=finns-inte"],
)
def test_addresses_that_mean_nothing(member: Client, path: str) -> None:
    assert member.send("GET", f"/samtal{path}")[0] == 404


def test_nothing_chosen_nothing_done_and_a_form_sent_twice(site: Site, member: Client) -> None:
    assert post(member, "/samtal/valda", act="delete") == (303, "/samtal")
    mine = talk(site, person(site), PARKING)
    assert post(member, f"/samtal/{mine}/radera")[0] == 303
    assert post(member, f"/samtal/{mine}/radera")[0] == 404
    for _ in range(2):
        assert post(member, "/samtal/aterstall", ids=mine.hex)[0] == 303
    assert titles(member) == [PARKING[0]]


def test_forms_lead_back_to_our_own_pages_only(site: Site, member: Client) -> None:
    mine = talk(site, person(site), PARKING)
    for target, leads in {
        "/samtal?q=x": f"/samtal?q=x#samtal-{mine}",
        "//evil.example": f"/samtal#samtal-{mine}",
    }.items():
        assert post(member, f"/samtal/{mine}/fast", pinned="yes", next=target) == (303, leads)


def test_a_title_that_will_not_do_is_shown_again(site: Site, member: Client) -> None:
    mine = talk(site, person(site), PARKING)
    for wrong, reason in {" ": "Skriv ett namn.", "å" * 301: "300 tecken"}.items():
        fields = {"csrf": member.token("/samtal"), "title": wrong}
        status, _, text = member.send("POST", f"/samtal/{mine}/namn", fields)
        assert status == 400
        assert reason in text
        assert wrong.strip() in text
    assert post(member, f"/samtal/{mine}/namn", title="<b>å</b>" + "ö" * 292)[0] == 303
    assert titles(member) == ["&lt;b&gt;å&lt;/b&gt;" + "ö" * 292]


def test_everything_as_a_file(site: Site, member: Client) -> None:
    talk(site, person(site), PARKING, ("Och <sedan>?", 'Sedan "är" det klart.'))
    status, headers, text = member.send("GET", "/samtal/alla.json")
    assert status == 200
    assert "attachment" in headers["content-disposition"]
    (one,) = orjson.loads(text)
    assert [turn["question"] for turn in one["turns"]] == [PARKING[0], "Och <sedan>?"]
    assert one["assistant"] == "Tillståndshjälpen"


def test_who_logs_out_leaves_no_temporary_conversation(site: Site, member: Client) -> None:
    temporary = talk(site, person(site), PARKING, temporary=True)
    member.send("POST", "/logga-ut", {"csrf": member.token("/samtal")})
    member.log_in()
    assert member.send("GET", f"/samtal/{temporary}")[0] == 404


def test_a_citizen_has_the_list_and_no_folders(site: Site) -> None:
    citizen, other = Client(site), Client(site)
    home = "/fraga/bjorksta"
    asked = {"csrf": citizen.token(f"{home}/parkering"), "question": "Hur lång tid tar ett beslut?"}
    _, headers, _ = citizen.send("POST", f"{home}/parkering", asked)
    talk = headers["location"].partition("#")[0]
    id = UUID(talk.rpartition("/")[2].partition("?")[0])
    assert titles(citizen, f"{home}/samtal") == ["Hur lång tid tar ett beslut?"]
    page = citizen.send("GET", f"{home}/samtal")[2]
    assert "mapp" not in page
    token = {"csrf": citizen.token(f"{home}/samtal")}
    for path in (f"{home}/samtal/{id}/fast", f"{home}/samtal/{id}/mapp", f"{home}/samtal/mappar/ny"):
        assert citizen.send("POST", path, token)[0] == 404
    other.token(f"{home}/parkering")
    for path in (f"{home}/samtal/{id}/namn", f"{home}/samtal/{id}/radera"):
        assert other.send("POST", path, {"csrf": other.token(f"{home}/parkering"), "title": "x"})[0] == 404
    assert citizen.send("POST", f"{home}/samtal/{id}/namn", {**token, "title": "Min fråga"})[0] == 303
    assert titles(citizen, f"{home}/samtal?q=beslut") == ["Min fråga"]
    status, headers, _ = citizen.send("POST", f"{home}/samtal/{id}/radera", token)
    assert (status, headers["location"]) == (303, f"{home}/samtal")
    assert f'action="{home}/samtal/aterstall"' in citizen.send("GET", f"{home}/samtal")[2]
    assert titles(citizen, f"{home}/samtal") == []
