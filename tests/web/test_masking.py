"""Masking a text of one's own: what the form carries, what a person changes in it, keys that put back; and the settings."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace

import httpx2 as httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.platform import Served, served

from samverk.answers.model import Answer
from samverk.assistants.model import AssistantBody, Contact
from samverk.core.errors import Denied, Invalid
from samverk.core.ids import new_id
from samverk.identity.principal import Role, system
from samverk.masking.engine import Engine
from samverk.masking.ports import Span
from samverk.masking.settings import MaskingSettings
from samverk.web.chat.turns import turn_of
from samverk.web.labels import LABELS, family, told, word
from samverk.web.masking import view
from samverk.web.masking.sheet import LONGEST, MOST_CHANGES, NotInText, NoWords, Sheet
from samverk.web.organisation.masking import EXAMPLES
from samverk.web.texts import texts

SV, EN = texts("sv"), texts("en")
PASSWORD = "en lång nog fras"
PERSON, NUMBER, MAIL = "Anna Ek", "890201-2387", "anna.ek@bjorksta.example"
TEXT = f"{PERSON} ({NUMBER}) ringde.\nSvara {MAIL}. anna  ek väntar."


def _sheet(text: str = TEXT, **labels: str) -> Sheet:
    """A text in which words are found: `PERSON="Anna Ek"`."""
    spans = sorted((text.index(words), text.index(words) + len(words), label) for label, words in labels.items())
    return Sheet(text).searched(Span(*span) for span in spans)


def _sent(sheet: Sheet) -> Sheet:
    """The sheet after a round in the form."""
    return Sheet.of({"text": sheet.text.replace("\n", "\r\n"), "level": sheet.level, "how": sheet.how, **sheet.fields})


def _masks(sheet: Sheet) -> list[tuple[str, str]]:
    return [(sheet.words(span), span.label) for span in sheet.found]


class TestSheet:
    """What a person changes, without a server."""

    def test_words_are_added_wherever_they_stand_whatever_their_case_and_blanks(self) -> None:
        sheet = _sheet().added("Anna Ek", "PERSON", "", True)
        assert _masks(sheet) == [("Anna Ek", "PERSON"), ("anna  ek", "PERSON")]

    def test_words_within_other_words_are_left(self) -> None:
        assert _masks(_sheet("Eken vid Ek").added("Ek", "PERSON", "", True)) == [("Ek", "PERSON")]

    def test_one_place_alone(self) -> None:
        at = TEXT.index("anna  ek")
        sheet = _sheet().added("anna ek", "PERSON", f"{at}-{at + 8}", False)
        assert [span.start for span in sheet.found] == [at]

    def test_what_is_added_grows_to_what_it_overlaps(self) -> None:
        sheet = _sheet("Anna Maria Ek", PERSON="Anna Maria").added("Maria Ek", "PERSON", "", True)
        assert _masks(sheet) == [("Anna Maria Ek", "PERSON")]

    def test_the_same_words_as_something_else(self) -> None:
        sheet = _sheet(PERSON=PERSON).added(PERSON, "ADDRESS", "0-7", False)
        assert _masks(sheet) == [(PERSON, "ADDRESS")]
        assert _masks(sheet.undone()) == [(PERSON, "PERSON")]

    def test_dropped_here_or_everywhere(self) -> None:
        sheet = _sheet().added("Anna Ek", "PERSON", "", True)
        assert _masks(sheet.dropped("0-7", False)) == [("anna  ek", "PERSON")]
        assert _masks(sheet.dropped("0-7", True)) == []

    def test_each_change_is_undone_after_a_round_in_the_form(self) -> None:
        before = _sheet(PERSON=PERSON, EMAIL=MAIL)
        after = _sent(before.dropped("0-7", True)).added(NUMBER, "PERSONNUMMER", "", True)
        assert _masks(after) == [(NUMBER, "PERSONNUMMER"), (MAIL, "EMAIL")]
        back = _sent(_sent(after).undone()).undone()
        assert _masks(back) == _masks(before)
        assert back.undone() == back

    def test_changes_are_made_again_in_what_is_found_anew(self) -> None:
        sheet = _sheet(PERSON=PERSON).dropped("0-7", True).added(NUMBER, "PERSONNUMMER", "", True)
        again = sheet.searched([Span(0, 7, "PERSON"), Span(TEXT.index(MAIL), TEXT.index(MAIL) + len(MAIL), "EMAIL")])
        assert _masks(again) == [(NUMBER, "PERSONNUMMER"), (MAIL, "EMAIL")]

    def test_words_that_are_not_there_or_masked_already_are_told_of(self) -> None:
        for words in ("Bo Alm", NUMBER):
            with pytest.raises(NotInText):
                _sheet(PERSONNUMMER=NUMBER).added(words, "PERSONNUMMER", "", True)
        with pytest.raises(NoWords):
            _sheet().added("  ", "PERSON", "", True)

    @pytest.mark.parametrize(
        "spans", ["0-0-PERSON", "5-3-PERSON", "0-999-PERSON", "4-9-A.0-2-A", "0-4-A.3-5-A", "x", "0-4-a<"]
    )
    def test_places_that_are_none_are_refused(self, spans: str) -> None:
        with pytest.raises(Invalid):
            Sheet.of({"text": "0123456789", "spans": spans})
        with pytest.raises(Invalid):
            Sheet.of({"text": "0123456789", "spans": "", "changes": f"{spans}*"})

    @given(text=st.text(max_size=40), cuts=st.lists(st.integers(0, 40), max_size=8))
    def test_pieces_are_the_text_and_the_form_brings_the_spans_back(self, text: str, cuts: list[int]) -> None:
        text = text.replace("\r", "\n").replace("\x00", "")
        places = sorted({min(cut, len(text)) for cut in cuts})
        spans = [Span(a, b, "PERSON") for a, b in zip(places[::2], places[1::2], strict=False) if a < b]
        sheet = Sheet(text).searched(spans)
        assert "".join(piece.text for piece in view.pieces(sheet)) == text
        assert _sent(sheet) == sheet

    def test_many_changes_keep_the_latest(self) -> None:
        sheet = _sheet(PERSON=PERSON)
        for _ in range(MOST_CHANGES):
            sheet = sheet.added(NUMBER, "PERSONNUMMER", "", True).undone()
            sheet = sheet.dropped("0-7", True).added(PERSON, "PERSON", "", False)
        assert len(sheet.changes) == MOST_CHANGES

    def test_what_is_found_often_stands_once_in_the_list(self) -> None:
        sheet = _sheet().added("Anna Ek", "PERSON", "", True).added(NUMBER, "PERSONNUMMER", "", True)
        assert [(find.words, find.times) for find in view.finds(sheet)] == [(PERSON, 2), (NUMBER, 1)]
        assert view.counts(sheet) == [("PERSON", 2), ("PERSONNUMMER", 1)]


def test_each_label_has_a_word_a_family_and_an_example() -> None:
    assert tuple(dict.fromkeys(LABELS)) == LABELS
    assert set(LABELS) == set(Engine().labels), "a new recogniser wants its family in web/labels.py"
    assert EXAMPLES.keys() == set(LABELS)
    assert word(SV, "PERSONNUMMER") == "personnummer" and family("PERSONNUMMER") == "number"
    assert word(SV, "ELEVKORT", {"ELEVKORT": "elevkort"}) == "elevkort" and family("ELEVKORT") == "own"


def test_reasons_name_sorts_as_people_do() -> None:
    reason = {"code": "personal_data", "sv": "Personuppgifter hittades: EMAIL, PERSON.", "en": "Found: EMAIL, OWN_ID."}
    assert told(reason, SV) == "Personuppgifter hittades: e-postadress, namn."
    assert told(reason, EN) == "Found: e-mail address, own id."
    assert told({**reason, "code": "approved"}, EN) == "Found: EMAIL, OWN_ID."


class Browser:
    """Somebody who is logged in, without script."""

    def __init__(self, platform: Served, email: str) -> None:
        self.http = httpx.Client(
            base_url=platform.url, timeout=60, headers={"Accept": "text/html"}, follow_redirects=True
        )
        self.token = self._token(self.http.get("/logga-in").text)
        self.http.post("/logga-in", data={"csrf": self.token, "email": email, "password": PASSWORD})
        self.token = self._token(self.http.get("/hjalp").text)

    @staticmethod
    def _token(page: str) -> str:
        found = re.search(r'name="csrf" value="(\w+)"', page)
        assert found
        return found[1]

    def send(self, path: str = "/maskera", **fields: str) -> httpx.Response:
        """A form."""
        return self.http.post(path, data={"csrf": self.token, **fields})

    def press(self, page: str, act: str, **fields: str) -> httpx.Response:
        """A button of the page of masking, with all that its form carries."""
        carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        level, how = re.findall(r'<option value="(\w+)" selected', page)[:2]
        return self.send(**{"text": TEXT, "level": level, "how": how, **carried, "act": act, **fields})


def masked(page: str) -> str:
    """The masked text on the page."""
    found = re.search(r'<textarea id="masked"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found, page[:2000]
    return found[1]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("platform")) as up:
        for email, role in (("karin@bjorksta.example", Role.ADMIN), ("maja@bjorksta.example", Role.MEMBER)):
            up.run(up.rooms.identity.create_user("bjorksta", email, email.split("@")[0], role, [], PASSWORD))
        yield up


@pytest.fixture(scope="module")
def member(platform: Served) -> Browser:
    return Browser(platform, "maja@bjorksta.example")


@pytest.fixture(scope="module")
def admin(platform: Served) -> Browser:
    return Browser(platform, "karin@bjorksta.example")


def test_a_text_is_masked_changed_and_saved_without_script(member: Browser) -> None:
    page = member.send(text=TEXT, act="find").text
    assert NUMBER not in masked(page) and MAIL not in masked(page)
    assert f'data-label="EMAIL">{MAIL}<span class="tag">' in page
    place = re.search(r'data-place="([\d-]+)" data-label="EMAIL"', page)
    assert place
    page = member.press(page, f"drop:{place[1]}", everywhere="yes").text
    assert MAIL in masked(page)
    page = member.press(page, "add", words="väntar", label="ADDRESS", everywhere="yes").text
    assert "väntar" not in masked(page) and "[ADDRESS_1]" in masked(page)
    page = member.press(page, "undo").text
    assert "väntar" in masked(page)
    file = member.press(page, "download")
    assert file.headers["content-disposition"].startswith("attachment") and file.headers["cache-control"] == "no-store"
    assert MAIL in file.text and NUMBER not in file.text


def test_ways_of_publishing_show_nothing_that_can_be_put_back(member: Browser) -> None:
    for how in ("generalise", "black", "replace"):
        page = member.send(text=TEXT, act="find", how=how).text
        assert NUMBER not in masked(page) and "[PERSON" not in masked(page)
        assert 'value="keep"' not in page


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"text": "  "}, 400, "Skriv eller klistra in en text först."),
        ({"text": "x" * (LONGEST + 1)}, 413, "100\xa0001 tecken"),
        ({"text": TEXT, "spans": "9-2-PERSON"}, 400, "går inte att använda"),
        ({"text": TEXT, "act": "add", "words": "Bo Alm", "label": "PERSON"}, 400, "Orden finns inte i texten"),
        ({"text": TEXT, "act": "add", "words": "ringde", "label": "NONE"}, 400, "går inte att använda"),
        ({"text": TEXT, "act": "drop:1-2"}, 400, "går inte att använda"),
    ],
)
def test_what_cannot_be_done_is_said(member: Browser, fields: dict[str, str], status: int, told: str) -> None:
    answer = member.send(**fields)
    assert answer.status_code == status
    assert told in answer.text


def test_a_long_text_is_masked(member: Browser) -> None:
    line = f"{PERSON}, {NUMBER}, {MAIL}, hör till ärendet om bygglov på fastigheten intill.\n"
    text = line * (LONGEST // len(line))
    page = member.send(text=text, act="find").text
    assert NUMBER not in masked(page) and "show_more" not in page
    page = member.press(page, "add", text=text, words="bygglov", label="ADDRESS", everywhere="yes").text
    assert "bygglov" not in masked(page)


def test_nothing_of_the_text_is_logged(
    member: Browser, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        member.press(member.send(text=TEXT, act="find").text, "keep", everywhere="yes")
    said = caplog.text + "".join(capsys.readouterr())
    assert NUMBER not in said and MAIL not in said


def test_a_key_puts_values_back_for_its_owner_until_it_is_ended(member: Browser, admin: Browser) -> None:
    page = member.press(member.send(text=TEXT, act="find").text, "keep").text
    found = re.search(r'href="(/maskera/nycklar/[\w-]+)"', page)
    assert found
    key, answer = found[1], masked(page).replace("ringde", "ringer")
    assert NUMBER in member.send(key, answer=answer).text
    invented = member.send(key, answer="[PERSONNUMMER_77]").text
    assert "<code>[PERSONNUMMER_77]</code>" in invented
    assert admin.http.get(key).status_code == 404
    assert admin.send(f"{key}/ta-bort").status_code == 404
    assert "Nyckeln är borttagen." in member.send(f"{key}/ta-bort").text
    assert member.http.get(key).status_code == 404


def test_the_organisations_settings_are_respected_and_logged(member: Browser, admin: Browser, platform: Served) -> None:
    here = "/organisation/maskering"
    assert member.http.get(here).status_code == 403
    on = {f"look.{label}": "on" for label in LABELS if label != "EMAIL"}
    assert "Maskeringen är ändrad." in admin.send(here, level="careful", style="token", **on).text
    try:
        assert MAIL in masked(member.send(text=TEXT, act="find").text)
        assert "Maskeringen letar inte längre efter e-postadress." in admin.http.get("/organisation/logg").text
    finally:
        admin.send(here, level="careful", style="token", **on, **{"look.EMAIL": "on"})
    assert MAIL not in masked(member.send(text=TEXT, act="find").text)


PATTERN = {"name": "elevkort", "label": "elevkort", "pattern": r"\bELEV-\d{4}\b", "example": "ELEV-1234"}


def test_a_pattern_of_ones_own_is_tried_kept_used_removed_and_had_back(member: Browser, admin: Browser) -> None:
    here = "/organisation/maskering"
    tried = admin.send(f"{here}/ny", **PATTERN, sample="Kort ELEV-9999 och ELEV-1.", act="try").text
    assert '<mark class="in-own">ELEV-9999</mark>' in tried and "ELEV-1.</mark>" not in tried
    assert "Mönstret elevkort är sparat." in admin.send(f"{here}/ny", **PATTERN, act="save").text
    page = member.send(text="Kortet ELEV-5678 saknas.", act="find").text
    assert "[ELEVKORT_1]" in masked(page) and "Elevkort" in page
    gone = admin.send(f"{here}/0/ta-bort").text
    assert "Mönstret elevkort är borttaget." in gone and f'action="{here}/aterstall"' in gone
    assert "Mönstret elevkort är sparat." in admin.send(f"{here}/aterstall", **PATTERN).text
    admin.send(f"{here}/0/ta-bort")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"pattern": "(a"}, "pattern-error"),
        ({"pattern": "a*"}, "pattern-error"),
        ({"pattern": "(?=a)"}, "pattern-error"),
        ({"example": "inget här"}, "example-error"),
        ({"label": "PERSON"}, "label-error"),
        ({"label": "1x"}, "label-error"),
        ({"name": ""}, "name-error"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_told_of_beside_its_field(
    admin: Browser, wrong: dict[str, str], told: str
) -> None:
    answer = admin.send("/organisation/maskering/ny", **{**PATTERN, **wrong}, act="save")
    assert answer.status_code == 400
    assert f'id="{told}"' in answer.text


def test_settings_as_they_come_are_left_as_they_were(platform: Served) -> None:
    settings = platform.run(platform.rooms.masking.settings(platform.a.id))
    assert replace(settings, careful=True) == MaskingSettings()


@pytest.fixture(scope="module")
def chats(platform: Served) -> None:
    """An assistant whose model may have personal data, and one whose model may not."""
    by = system(platform.a.id)
    for slug, model in (("tillaten", "chatty"), ("oppen", "open-only")):
        body = AssistantBody(name=slug.capitalize(), models=(model,), contact=Contact(unit="Kontaktcenter"))
        platform.run(platform.rooms.assistants.save(platform.a.id, slug, body, by))


def test_a_mere_name_is_held_back_only_where_the_policy_acts_on_it(member: Browser, chats: None) -> None:
    question = "Vad sa Anna Ek om parkeringen?"
    allowed = member.send("/assistenter/tillaten", question=question)
    assert "/samtal/" in str(allowed.url)
    denied = member.send("/assistenter/oppen", question=question)
    assert denied.status_code == 422
    assert "<li>Namn: <mark>Anna Ek</mark></li>" in denied.text


def test_other_personal_data_is_named_in_words_wherever_it_goes(member: Browser, chats: None) -> None:
    page = member.send("/assistenter/tillaten", question=f"Anna Ek, {MAIL}, ringde").text
    assert f"<li>E-postadress: <mark>{MAIL}</mark></li>" in page and "<li>Namn: <mark>" in page


def test_a_protected_identity_is_help_that_says_whom_to_turn_to(member: Browser, chats: None) -> None:
    question = f"Anna Ek, {NUMBER}, har skyddad identitet. Var bor hon?"
    page = member.send("/assistenter/tillaten", question=question, personal="send").text
    assert "skyddade personuppgifter" in page and "Kontaktcenter" in page
    assert 'name="personal"' not in page


def test_a_refusal_for_a_protected_identity_gives_that_advice_alone() -> None:
    reasons = [{"code": code, "sv": code, "en": code} for code in ("personal_data", "protected_identity")]
    error = {"code": Denied.code, "sv": "Nej.", "en": "No.", "reasons": reasons}
    answer = Answer(new_id(), new_id(), {}, {}, "secret", "?", "", False, "failed", (), error=error)
    course = turn_of(answer, SV, "").course
    assert course is not None
    assert course.advice == ("protected", "protected_who")
    assert course.reasons == ("protected_identity",)
