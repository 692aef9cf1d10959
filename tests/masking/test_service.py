"""Masking as an organisation has chosen it: what is looked for, what is remembered, and who may change it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence

import pytest

from samverk.core import fresh
from samverk.core.database import Database
from samverk.core.errors import Invalid, NotAllowed
from samverk.core.ids import new_id
from samverk.core.journal import Journal
from samverk.core.vault import Vault
from samverk.identity.principal import Kind, Principal, Role, system
from samverk.masking.engine import CAREFUL, Engine
from samverk.masking.memo import Memo
from samverk.masking.ports import Span
from samverk.masking.service import LONG, Masking
from samverk.masking.settings import MaskingSettings, OwnPattern

ORG, OTHER = new_id(), new_id()
STEWARD = Principal(Kind.MEMBER, ORG, "1", "Siv", Role.STEWARD)
CARD = OwnPattern("ELEVKORT", "Elevkort", r"EK-\d{6}", "Kortet EK-123456 är spärrat.")


class Word:
    """Finds one word; counts its readings, and remembers in which threads they were done."""

    def __init__(self, label: str, word: str, score: float = 1.0) -> None:
        self.label, self.word, self.score = label, word, score
        self.threads: list[int] = []

    def find(self, text: str) -> list[Span]:
        self.threads.append(threading.get_ident())
        at = text.find(self.word)
        return [Span(at, at + len(self.word), self.label, self.score)] if at >= 0 else []


@pytest.fixture
def name() -> Word:
    return Word("PERSON", "Anna")


@pytest.fixture
def masking(db: Database, name: Word) -> Masking:
    engine = Engine([name, Word("PHONE", "0123-45 67 89"), Word("DOB", "i mars", score=CAREFUL)], [])
    return Masking(db, Vault("k"), engine)


@pytest.fixture
async def elsewhere(database_urls: tuple[str, str], name: Word) -> AsyncIterator[Masking]:
    db = Database(database_urls[0])
    yield Masking(db, Vault("k"), Engine([name], []))
    await db.close()


async def labels(masking: Masking, text: str, off: Sequence[str] = ()) -> list[str]:
    return [span.label for span in (await masking.bound(ORG, off)).find(text)]


async def test_as_it_comes_everything_is_looked_for_and_masked_with_care(masking: Masking) -> None:
    assert await masking.settings(ORG) == MaskingSettings()
    masker = await masking.bound(ORG)
    said = "Anna ringde 0123-45 67 89, född i mars"
    assert [span.label for span in masker.find(said)] == ["PERSON", "PHONE"]
    assert [span.label for span in masker.find(said, careful=True)] == ["PERSON", "PHONE", "DOB"]
    [text] = (await masker.mask([said])).texts
    assert "Anna" not in text
    assert "i mars" not in text


async def test_an_organisation_switches_sorts_off_and_an_assistant_more(masking: Masking) -> None:
    await masking.change(STEWARD, MaskingSettings(off=("PHONE",)))
    said = "Anna har 0123-45 67 89"
    assert await labels(masking, said) == ["PERSON"]
    assert await labels(masking, said, off=("PERSON",)) == []
    other = await masking.bound(OTHER)
    assert [span.label for span in other.find(said)] == ["PERSON", "PHONE"], "another organisation's choice is its own"


async def test_own_patterns_are_found_masked_and_put_back(masking: Masking) -> None:
    await masking.change(STEWARD, MaskingSettings(patterns=(CARD,)))
    masker = await masking.bound(ORG)
    masked = await masker.mask(["Kort EK-654321 saknas"])
    assert masked.texts == ["Kort [ELEVKORT_1] saknas"]
    assert masked.table.unmask("[ELEVKORT_1]").text == "EK-654321"
    assert "ELEVKORT" in masker.labels
    await masking.change(STEWARD, MaskingSettings(patterns=(CARD,), off=("ELEVKORT",)))
    assert await labels(masking, "Kort EK-654321 saknas") == []


async def test_balanced_masking_leaves_what_is_less_sure(masking: Masking) -> None:
    await masking.change(STEWARD, MaskingSettings(careful=False))
    [text] = (await (await masking.bound(ORG)).mask(["Anna, född i mars"])).texts
    assert text.endswith(", född i mars")


async def test_surrogates_look_real_and_are_put_back(masking: Masking) -> None:
    await masking.change(STEWARD, MaskingSettings(style="surrogate"))
    masked = await (await masking.bound(ORG)).mask(["Anna kom."])
    assert "Anna" not in masked.texts[0]
    assert "[" not in masked.texts[0]
    assert masked.table.unmask(masked.texts[0]).text == "Anna kom."


async def test_a_change_counts_everywhere_at_once_or_soon(
    masking: Masking, elsewhere: Masking, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await elsewhere.settings(ORG)).off == ()
    await masking.change(STEWARD, MaskingSettings(off=("PERSON",)))
    assert (await masking.settings(ORG)).off == ("PERSON",)
    monkeypatch.setattr(fresh, "SECONDS", 0.0)
    assert (await elsewhere.settings(ORG)).off == ("PERSON",)


async def test_only_who_looks_after_the_models_changes_it(masking: Masking) -> None:
    for role in (Role.MEMBER, Role.BUILDER):
        with pytest.raises(NotAllowed):
            await masking.change(Principal(Kind.MEMBER, ORG, "2", "Bo", role), MaskingSettings(off=("PERSON",)))
    assert (await masking.settings(ORG)).off == ()


@pytest.mark.parametrize(
    ("wanted", "param"),
    [
        (MaskingSettings(off=("NOTHING",)), "off"),
        (MaskingSettings(style="other"), "style"),  # type: ignore[arg-type]
        (MaskingSettings(patterns=(CARD, CARD)), "patterns[1].name"),
        (MaskingSettings(patterns=(OwnPattern("PERSON", "Namn", "x", "x"),)), "patterns[0].label"),
        (MaskingSettings(patterns=(OwnPattern("elev_1", "Elev", "x", "x"),)), "patterns[0].label"),
        (MaskingSettings(patterns=(OwnPattern("ELEV", " ", "x", "x"),)), "patterns[0].name"),
        (MaskingSettings(patterns=(OwnPattern("ELEV", "Elev", "x" * 301, "x"),)), "patterns[0].pattern"),
        (MaskingSettings(patterns=(OwnPattern("ELEV", "Elev", "(", "x"),)), "patterns[0].pattern"),
        (MaskingSettings(patterns=(OwnPattern("ELEV", "Elev", "x*", "x"),)), "patterns[0].pattern"),
        (MaskingSettings(patterns=(OwnPattern("ELEV", "Elev", "y", "x"),)), "patterns[0].example"),
    ],
)
async def test_what_cannot_be_used_is_refused_with_its_field(
    masking: Masking, wanted: MaskingSettings, param: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await masking.change(STEWARD, wanted)
    assert refused.value.facts["param"] == param
    assert refused.value.sv != refused.value.en
    assert await masking.settings(ORG) == MaskingSettings()


async def test_each_change_stands_in_the_log(masking: Masking, db: Database) -> None:
    full = MaskingSettings(off=("PHONE",), patterns=(CARD,), careful=False, style="surrogate")
    await masking.change(STEWARD, full)
    await masking.change(STEWARD, full)
    longer = OwnPattern(CARD.label, CARD.name, r"EK-?\d{6}", CARD.example)
    await masking.change(STEWARD, MaskingSettings(patterns=(longer,)))
    await masking.change(STEWARD, MaskingSettings())
    noted = [(change.actor_name, change.action) for change in await Journal(db).read(ORG)]
    first = {"switched_off", "pattern_added", "balanced", "surrogates"}
    second = {"switched_on", "pattern_changed", "careful", "tokens"}
    assert {action for _, action in noted[5:]} == {f"masking.{name}" for name in first}
    assert {action for _, action in noted[1:5]} == {f"masking.{name}" for name in second}
    assert noted[0] == ("Siv", "masking.pattern_removed")
    assert len(noted) == 9


async def test_a_text_that_comes_again_is_read_once(masking: Masking, name: Word) -> None:
    for _ in range(3):
        masker = await masking.bound(ORG)
        await masker.look(["Anna kom."])
        await masker.mask(["Anna kom."], "talk")
    assert len(name.threads) == 1, "for both thresholds at once"
    await (await masking.bound(ORG, ("PHONE",))).look(["Anna kom."])
    assert len(name.threads) == 2, "another choice may find something else"


async def test_long_texts_keep_nobody_waiting(masking: Masking, name: Word) -> None:
    masker = await masking.bound(ORG)
    await masker.found(["Anna"])
    await masker.found([f"Anna {'x' * LONG}"])
    here = threading.get_ident()
    assert [thread == here for thread in name.threads] == [True, False]


def test_the_memo_forgets_the_oldest_and_holds_no_text() -> None:
    memo = Memo(most=9)
    keys = [memo.key("reader", f"hemlig text {n}") for n in range(4)]
    memo.put(keys[0], ((Span(0, 6, "X"),), ()))
    memo.put(keys[1], ())
    assert memo.get(keys[0])
    memo.put(keys[2], ())
    assert [memo.get(key) is not None for key in keys] == [True, False, True, False]
    assert "hemlig" not in repr(vars(memo))
    assert memo.key("reader", "b") != memo.key("reader", "a") != memo.key("other", "a")
    assert Memo().key("r", "a") != Memo().key("r", "a"), "nobody can look a text up by its digest"
    assert memo.key("r", "\ud800")


async def test_protected_identity_is_seen_where_somebody_is_near(masking: Masking) -> None:
    masker = await masking.bound(ORG)
    telling = "Anna har skyddade personuppgifter sedan i våras."
    assert (await masker.look([], [telling])).protected
    assert not (await masker.look([telling], [])).protected
    assert (await (await masking.bound(ORG, ("PERSON",))).look([], [telling])).protected, "it cannot be switched off"
    for harmless in ("Anna har tagit emot blanketten.", "Så ansöker man om skyddade personuppgifter."):
        assert not (await masker.look([], [harmless])).protected


async def test_a_stopped_call_is_noted_without_content(masking: Masking, db: Database) -> None:
    await masking.note_stopped(ORG, system(ORG), "assistant:regler")
    [change] = await Journal(db).read(ORG)
    assert (change.action, change.facts) == ("masking.stopped", {"purpose": "assistant:regler"})


async def test_what_is_redacted_cannot_be_put_back(masking: Masking) -> None:
    masker = await masking.bound(ORG)
    assert masker.redacted("Ring Anna på 0123-45 67 89.") == "Ring [PERSON] på [PHONE]."


async def test_many_at_once_in_one_scope_all_come_through(masking: Masking) -> None:
    masker = await masking.bound(ORG)
    texts = (await asyncio.gather(*(masker.mask(["Anna"], "talk") for _ in range(12))))[0].texts
    assert texts == ["[PERSON_1]"]
