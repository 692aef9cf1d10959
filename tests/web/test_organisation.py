"""What the log says of a change, and what a brand's colours become; no browser needed."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from samverk.core.journal import Change
from samverk.identity.colours import palette
from samverk.web.organisation.dress import _sheet
from samverk.web.organisation.log import _csv, by_day, sentence, things
from samverk.web.texts import texts

SV, EN = texts("sv"), texts("en")


def _change(action: str, at: datetime | None = None, **facts: Any) -> Change:
    return Change(uuid4(), at or datetime(2026, 3, 1, 12, 5, tzinfo=UTC), "member:1", "Karin", action, facts)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            _change("member.changed", name="Bo", role="admin", was="member"),
            "Gav Bo rollen administratör i stället för medlem.",
        ),
        (_change("group.renamed", was="Trafik", name="Vägar"), "Bytte namn på gruppen Trafik till Vägar."),
        (_change("signin.ended", n=1234), "Loggade ut alla i organisationen. Antal inloggningar: 1\xa0234."),
        (_change("member.ended", name="{x.__class__}"), "Avslutade medlemskapet för {x.__class__}."),
        (_change("member.ended"), "member.ended"),
        (_change("space.launched", rocket="Ariane", n=6), "space.launched (rocket: Ariane, n: 6)"),
    ],
)
def test_a_change_is_a_sentence_or_its_code_and_facts(change: Change, told: str) -> None:
    assert sentence(change, SV) == told


def test_changes_stand_below_their_day_in_swedish_time() -> None:
    late = _change("member.ended", datetime(2026, 3, 1, 23, 30, tzinfo=UTC), name="Bo")
    early = _change("member.ended", name="Eva")
    days = by_day([late, early], SV)
    assert [(date, [time for _, time, _ in changes]) for date, changes in days] == [
        ("2 mars 2026", ["00:30"]),
        ("1 mars 2026", ["13:05"]),
    ]


def test_a_cell_that_a_spreadsheet_would_run_stays_a_text() -> None:
    assert _csv(["=1+1", "a;b", ""], SV).decode() == '\'=1+1;"a;b";\r\n'
    assert _csv(["@x", "a,b"], EN).decode() == '\'@x,"a,b"\r\n'


def test_what_can_change_has_words_in_both_languages() -> None:
    assert things(SV) == things(EN)
    assert {"member", "group", "key", "look", "retention", "assistant", "collection"} <= things(SV)


def test_the_sheet_sets_both_schemes_under_the_selectors_of_the_pages() -> None:
    both, sheet = palette("#8a1538"), _sheet("#8a1538")
    assert f":root{{--brand:{both.light.brand};" in sheet
    assert sheet.count(f"--brand:{both.dark.brand};--on-brand:{both.dark.on_brand};--brand-soft:{both.dark.soft}") == 2
    assert both.light.brand == "#8a1538"
