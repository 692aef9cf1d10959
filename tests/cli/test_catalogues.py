"""A region publishes its model cards and a municipality follows them, each by commands alone."""

import json
import stat
from pathlib import Path

import pytest
from tests.cli.test_commands import Ended, run

CARD = {"slug": "mellan", "name": "Mellan", "hosting": "sweden", "approved_for": 2, "certified_by": "Exempelregionen"}
ORG = ("--org", "bjorksta")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert run(tmp_path, "org", "create", "bjorksta").code == 0
    return tmp_path


def published(home: Path, sequence: int, *cards: dict[str, object]) -> tuple[str, str]:
    """The public key, and the file of an edition."""
    key = home / "region.key"
    if not key.exists():
        (home / "public").write_text(run(home, "catalogue", "keygen", str(key)).out.strip())
    (home / "cards.json").write_text(json.dumps(cards))
    out = str(home / f"catalogue-{sequence}.json")
    by = ("--key", str(key), "--publisher", "Exempelregionen", "--sequence", str(sequence))
    ended = run(home, "catalogue", "sign", str(home / "cards.json"), *by, "--out", out)
    assert ended.code == 0, ended
    return (home / "public").read_text(), out


def good(ended: Ended) -> Ended:
    assert ended.code == 0, ended
    return ended


def test_a_private_key_is_its_owner_s_alone_and_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "region.key"
    public = good(run(tmp_path, "catalogue", "keygen", str(file))).out.strip()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().strip() not in (public, "")
    assert "region.key" in run(tmp_path, "catalogue", "keygen", str(file)).line
    assert "skriva" in run(tmp_path, "catalogue", "keygen", str(tmp_path / "nej" / "key")).line


def test_a_municipality_follows_adopts_tightens_and_hears_of_changes(home: Path) -> None:
    public, first = published(home, 1, CARD)
    told = good(run(home, "catalogue", "verify", first, "--public-key", public, "--json")).json
    assert (told["sequence"], told["cards"][0]["slug"]) == (1, "mellan")
    good(run(home, "catalogue", "subscribe", "region", *ORG, "--public-key", public))
    assert good(run(home, "catalogue", "update", "region", *ORG, "--file", first)).out == "+ mellan\n"
    good(run(home, "catalogue", "adopt", "region", "mellan", *ORG, "--url", "http://127.0.0.1:1/v1", "--key", "sk-x"))
    tightened = good(run(home, "model", "tighten", "mellan", *ORG, "--approved-for", "internal", "--demand", "Läs"))
    assert "internal" in tightened.err
    shown = good(run(home, "model", "show", "mellan", *ORG))
    assert "sk-x" not in shown.out
    assert (shown.json["approved_for"], shown.json["adopted"]["approved_for"]) == (1, 2)
    assert (shown.json["origin"]["name"], shown.json["endpoints"][0]["has_key"]) == ("region", True)

    _, second = published(home, 2, {**CARD, "approved_for": 3}, {**CARD, "slug": "annan"})
    assert good(run(home, "catalogue", "update", "region", *ORG, "--file", second)).out.splitlines() == [
        "+ annan",
        "~ mellan",
        '    approved_for: "sensitive" → "secret"',
    ]
    changes = good(run(home, "catalogue", "changes", "region", *ORG, "--json")).json
    assert changes["changed"][0]["looser"] == ["approved_for"]
    assert "äldre" in run(home, "catalogue", "update", "region", *ORG, "--file", first).line
    assert "äldre" in good(run(home, "catalogue", "list", *ORG)).out

    _, third = published(home, 3, {**CARD, "slug": "annan"})
    assert "- mellan" in good(run(home, "catalogue", "update", "region", *ORG, "--file", third)).out
    assert "mellan" not in good(run(home, "model", "list", *ORG)).out
    assert "tillbakadragen" in good(run(home, "model", "list", *ORG, "--all")).out
    assert "katalog" in run(home, "model", "test", "mellan", *ORG).line
    good(run(home, "catalogue", "leave", "region", *ORG))
    assert good(run(home, "catalogue", "list", *ORG, "--json")).json == []


@pytest.mark.parametrize(
    "words",
    [
        ("catalogue", "verify", "finns-inte", "--public-key", "ab"),
        ("catalogue", "subscribe", "Stor", *ORG, "--public-key", "00" * 32),
        ("catalogue", "subscribe", "region", *ORG, "--public-key", "00"),
        ("catalogue", "subscribe", "region", *ORG, "--from", "fil.json", "--public-key", "00" * 32),
        ("catalogue", "update", "region", *ORG),
        ("catalogue", "adopt", "region", "mellan", *ORG),
        ("model", "retire", "finns-inte", *ORG),
        ("model", "certify", "extractive", *ORG, "--by", "X", "--approved-for", "open", "--until", "snart"),
    ],
)
def test_what_cannot_be_done_is_one_line(home: Path, words: tuple[str, ...]) -> None:
    assert run(home, *words).line.startswith("samverk: ")


def test_cards_that_make_no_sense_are_not_signed(home: Path) -> None:
    published(home, 1, CARD)
    by = ("--key", str(home / "region.key"), "--publisher", "X", "--sequence", "1", "--out", str(home / "ut.json"))
    for cards in ('{"slug": 1}', '[{"slug": "Stor"}]', "nej", json.dumps([CARD, CARD])):
        (home / "cards.json").write_text(cards)
        assert run(home, "catalogue", "sign", str(home / "cards.json"), *by).line
    assert not (home / "ut.json").exists()


def test_a_model_of_one_s_own_from_its_card_to_its_retirement(home: Path) -> None:
    file = home / "card.json"
    file.write_text(json.dumps({**CARD, "price_in": 1_500_000, "certified_until": "2020-01-01"}))
    url = ("--url", "http://127.0.0.1:1/v1")
    good(run(home, "model", "add", "egen", *ORG, *url, "--card", str(file), "--key", "sk-y"))
    shown = good(run(home, "model", "show", "egen", *ORG)).json
    assert (shown["price_in"], shown["approved_for"], shown["adopted"]["approved_for"]) == (1_500_000, 0, 2)
    renewed = ("--by", "Vi", "--approved-for", "internal", "--on", "2026-01-01", "--until", "9999-12-31")
    good(run(home, "model", "certify", "egen", *ORG, *renewed))
    good(run(home, "model", "endpoint", "add", "egen", *ORG, "--url", "http://127.0.0.1:2/v1", "--order", "1"))
    places = good(run(home, "model", "endpoint", "list", "egen", *ORG, "--json")).json
    assert [(one["url"], one["order"], one["has_key"]) for one in places] == [
        ("http://127.0.0.1:1/v1", 0, True),
        ("http://127.0.0.1:2/v1", 1, False),
    ]
    good(run(home, "model", "endpoint", "key", "egen", places[1]["id"], *ORG, "--key", "sk-z"))
    good(run(home, "model", "endpoint", "remove", "egen", places[0]["id"], *ORG))
    shown = good(run(home, "model", "show", "egen", *ORG))
    assert shown.json["approved_for"] == 1
    assert shown.json["earlier_certificates"][0]["by"] == "Exempelregionen"
    assert not [secret for secret in ("sk-y", "sk-z") if secret in shown.out]
    assert run(home, "model", "test", "egen", *ORG).code == 4
    assert good(run(home, "model", "test", "extractive", *ORG)).out.strip()
    good(run(home, "model", "retire", "egen", *ORG))
    assert "egen" not in good(run(home, "model", "list", *ORG)).out
    good(run(home, "model", "restore", "egen", *ORG))
    assert "egen" in good(run(home, "model", "list", *ORG)).out
