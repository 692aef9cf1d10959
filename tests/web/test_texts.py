"""Both catalogues say the same things, and every text is used."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from samverk import web
from samverk.answers.model import FEEDBACK_REASONS
from samverk.assistants.comparison import CONTACT, FIELDS
from samverk.assistants.gallery import TABS
from samverk.assistants.prompts import LONGEST
from samverk.core.levels import Level
from samverk.core.schedules import Every
from samverk.gateway.breakers import State
from samverk.gateway.budgets import PERIODS, SUBJECTS, UNITS
from samverk.identity.principal import PERMISSIONS, Role
from samverk.knowledge.narrowing import TYPES
from samverk.knowledge.source_views import SyncState
from samverk.knowledge.unreadable import REASONS
from samverk.knowledge.views import Filter
from samverk.library.cards import ABILITIES, USES, StopCode
from samverk.library.providers import names as provider_names
from samverk.masking.settings import STYLES
from samverk.web.assistants.publishing import REACHES
from samverk.web.chat.citations import CHECKING, VERDICTS
from samverk.web.chat.turns import ADVICE
from samverk.web.help.introduction import STEPS
from samverk.web.home.finding import SORTS
from samverk.web.knowledge.sources import DAYS
from samverk.web.knowledge.sources import SHOWN as SYNC_SHOWN
from samverk.web.labels import FAMILIES, KEYS, OWN
from samverk.web.masking.sheet import HOW
from samverk.web.masking.sheet import LEVELS as MASKING_LEVELS
from samverk.web.models.adding import PRICES
from samverk.web.models.cards import KINDS, LEVELS
from samverk.web.models.facts import FACTS, MORE
from samverk.web.organisation.costs import KINDS as COST_KINDS
from samverk.web.organisation.frame import TABS as ORGANISATION_TABS
from samverk.web.texts import preferred, texts

ROOM = Path(web.__file__).parent
SV, EN = texts("sv"), texts("en")

ERRORS = ("400", "403", "404", "409", "410", "413", "429", "500", "502", "503", "stale", "policy", "other")

# Keys that are put together from a value: each with the values that can come.
PUT_TOGETHER = {
    "frame.theme.": ("light", "dark", "auto"),
    "role.": tuple(role.value for role in Role),
    "waiting.": (
        *("answer", "draft", "key", "certificate_ends", "certificate_ended"),
        *(f"{key}.{n}" for key in ("unread", "invitations") for n in ("one", "other")),
    ),
    "search.sort.": ("commands", *SORTS),
    "document_type.": tuple(TYPES),
    "source.every.": ("asked", *Every),
    "source.day.": DAYS,
    "sync.state.": get_args(SyncState),
    "sync.outcome.": (*(shown or "all" for shown in SYNC_SHOWN), "kept"),
    "sync.count.": tuple(f"{shown}.{n}" for shown in (*SYNC_SHOWN[1:], "unchanged") for n in ("one", "other")),
    "command.": ("light", "dark", "language", "log_out"),
    "models.try.act.": ("speak", "transcribe"),
    "models.try.label.": ("chat", "embeddings", "rerank", "speak", "image"),
    "models.try.send.": ("chat", "embeddings", "rerank", "speak", "transcribe", "image"),
    "models.try.sample.": ("chat", "embeddings", "rerank", "speak", "transcribe", "image"),
    "meaning.": ("untried", "few", "wins", "loses"),
    "meaning.state.": ("making", "made", "failed"),
    "coverage.": ("newest", "middle", "oldest"),
    "intro.": tuple(f"{step}.{part}" for step in STEPS for part in ("title", "text", "more")),
    "accessible.problem.": ("missing", "long"),
    "frame.nav.": (
        "start",
        "assistants",
        "conversations",
        "knowledge",
        "prompts",
        "masking",
        "models",
        "organisation",
        "help",
    ),
    "hosting.": ("own", "sweden", "eu", "third_country"),
    "level.": tuple(level.slug for level in Level),
    "role_means.": tuple(Role),
    "scope.": tuple(scope.replace(":", "_") for scope in PERMISSIONS),
    "scope_means.": tuple(scope.replace(":", "_") for scope in PERMISSIONS),
    "state.": ("waiting", "expiring", "expired", "revoked", "accepted", "living"),
    "organisation.tab.": tuple(ORGANISATION_TABS),
    "groups.used.": ("assistants", "collections", "keys"),
    "invitations.when.": ("waiting", "expiring", "expired", "revoked", "accepted"),
    "welcome.closed.": ("expired", "revoked", "accepted"),
    "looks.sample.": ("light", "dark"),
    "looks.scheme.": ("light", "dark"),
    "looks.measured.": ("paper", "button", "soft"),
    "signin.way.": ("local",),
    "log_page.column.": ("at", "actor", "action", "sentence"),
    "verdict.": (*VERDICTS, CHECKING),
    "verdict_means.": VERDICTS,
    "feedback.reasons.": FEEDBACK_REASONS,
    "label.": KEYS,
    "label_finds.": KEYS,
    "label_family.": (*FAMILIES, OWN),
    "mask_settings.level.": MASKING_LEVELS,
    "mask_settings.style.": STYLES,
    "mask_settings.means.": STYLES,
    "masking.level_is.": MASKING_LEVELS,
    "masking.level_means.": MASKING_LEVELS,
    "masking.how_is.": HOW,
    "masking.how_means.": HOW,
    "masking.means.": HOW,
    "refused.advice.": (*ADVICE.values(), "assistant", "protected", "protected_who"),
    "course.": ("mask", "reroute"),
    "trace.action.": ("allow", "mask", "reroute", "deny", "none"),
    "trace.not_answered.": ("nothing_found", "abstained", "unsure", "ungrounded", "other"),
    "trace.step.": ("search", "compose", "answer"),
    "models.kind.": KINDS,
    "models.new.": PRICES,
    "budget.subject.": SUBJECTS,
    "costs.period.": PERIODS,
    "costs.unit.": UNITS,
    "costs.kind.": COST_KINDS,
    "costs.group.": ("group", "key", "assistant"),
    "costs.": ("nearly", "spent"),
    "budget.period.": PERIODS,
    "models.ability.": ABILITIES,
    "models.use.": tuple(sorted(USES)),
    "models.provider.": provider_names(),
    "models.stopped.": get_args(StopCode),
    "models.stopped_why.": get_args(StopCode),
    "models.after_certificate.": ("ends_soon", "ended"),
    "models.lasted.": ("on", "until", "on_until"),
    "models.energy.": ("1000_tokens", "minute", "image"),
    "models.health.": get_args(State),
    "models.price_": ("minute", "image"),
    "models.fact.": (*FACTS, *MORE, "name", "version", "slug", "uses", "origin"),
    "models.level_is.": LEVELS,
    "models.personal.": ("allow", "mask", "deny"),
    "models.outcome.": ("answers", "instead", "nobody"),
    "models.certificate.": ("ends_soon", "ended"),
    "prompts.problem.": (*(f"{name}_long" for name in LONGEST), "title_missing", "text_missing", "text_fields"),
    "gallery.tab.": TABS,
    "gallery.lead.": TABS,
    "gallery.none.": TABS,
    "builder.field.": (*FIELDS, *(f"contact_{part}" for part in CONTACT)),
    "builder.language.": ("sv", "en"),
    "builder.audience.": ("staff", "citizen"),
    "builder.audience_means.": ("staff", "citizen"),
    "publish.reach.": REACHES,
    "publish.means.": REACHES,
    "todo.": (*(REASONS.keys() - {"encrypted", "damaged", "office_missing"}), "internal", "storage_failed"),
    "knowledge.status.": ("read", "reading", "not_read", "refused", "unchanged"),
    "knowledge.filter.": get_args(Filter),
    "knowledge.level.": tuple(level.slug for level in Level),
    "upload.": (
        *("waiting", "sending", "checking", "stopped", "lost", "too_large", "again", "summary", "left_out"),
        *("more_rows", "done"),
    ),
    "export.": ("answer", "conversation", "running", "stopped", "failed"),
    "error.title.": ERRORS,
    "error.do.": ERRORS,
}


NOTES = {"note": 3, "noted": 2}  # where the action stands


def noted() -> set[str]:
    """Every change that the code writes into the journal: the action of each `note(session, org, by, action, …)`.

    Where a function notes what it is told to, its callers name the action: `noted(session, org, action, …)`.
    """
    found: set[str] = set()
    for path in ROOM.parent.rglob("*.py"):
        tree = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        told = {argument.arg for node in tree if isinstance(node, ast.FunctionDef) for argument in node.args.args}
        for call in tree:
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in NOTES):
                continue
            if len(call.args) <= NOTES[call.func.id]:
                continue  # another function of that name
            argument = call.args[NOTES[call.func.id]]
            actions = _actions(argument, tree)
            passed_on = isinstance(argument, ast.Name) and argument.id in told
            assert actions or passed_on, f"{path}:{call.lineno} notes a change that is named nowhere in the file"
            found |= actions
    return found


def _actions(argument: ast.expr, tree: list[ast.AST]) -> set[str]:
    """The actions that an argument can be: literals in it, or in what is assigned to its name."""
    values = [argument]
    if isinstance(argument, ast.Name):
        assigned = [node for node in tree if isinstance(node, ast.Assign)]
        values = [node.value for node in assigned if ast.dump(node.targets[0]) == ast.dump(_stored(argument))]
    literals = [node.value for value in values for node in ast.walk(value) if isinstance(node, ast.Constant)]
    return {str(value) for value in literals if re.fullmatch(r"[a-z_]+\.[a-z_]+", str(value))}


def _stored(name: ast.Name) -> ast.Name:
    return ast.Name(name.id, ast.Store())


def used() -> set[str]:
    """Every key that templates and code name."""
    sources = [*(ROOM / "templates").rglob("*.html"), *ROOM.rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    keys = set(re.findall(r"""["']((?:[a-z_]+\.)+[a-z_]+)["']""", text))
    counted = set(re.findall(r"""\.count\(\s*["']([a-z_.]+)["']""", text))
    told = {f"said.{key}" for key in re.findall(r"""Said\(\s*["']([a-z_.]+)["']""", text)}
    whole = {form for key in told for form in ((key,) if SV.has(key) else (f"{key}.one", f"{key}.other"))}
    whole |= {f"log.{action}" for action in noted()} | {f"log_thing.{action.split('.')[0]}" for action in noted()}
    whole |= {prefix + value for prefix, values in PUT_TOGETHER.items() for value in values}
    for prefix in PUT_TOGETHER:
        assert f'"{prefix}"' in text, f"{prefix} is put together nowhere"
    return (keys & SV.keys()) | {f"{key}.{n}" for key in counted for n in ("one", "other")} | whole


def test_both_languages_have_the_same_keys() -> None:
    assert SV.keys() == EN.keys()


def test_every_text_is_used_and_none_is_missing() -> None:
    assert used() == SV.keys()


def test_every_key_that_is_asked_for_exists() -> None:
    templates = "\n".join(path.read_text(encoding="utf-8") for path in (ROOM / "templates").rglob("*.html"))
    asked = re.findall(r"""\bt\(\s*["']([a-z_.]+)["']\s*[,)]""", templates)
    assert asked
    assert set(asked) <= SV.keys()


@pytest.mark.parametrize("key", sorted(SV.keys()))
def test_the_same_facts_fill_both(key: str) -> None:
    assert re.findall(r"\{(\w+)\}", SV._catalogue[key]) == re.findall(r"\{(\w+)\}", EN._catalogue[key])


def test_numbers_dates_and_money_are_written_as_people_do() -> None:
    moment = datetime(2026, 3, 1, 12, 5, tzinfo=UTC)
    assert SV.moment(moment) == "1 mars 2026 13:05"
    assert EN.date(moment) == "1 March 2026"
    assert SV.number(1234.5) == "1\xa0234,5"
    assert SV.money(1_500_000, "SEK") == "1,50\xa0kr"
    assert SV.money(1_234, "SEK").startswith("0,001234")
    assert SV.seconds(4210) == "4,2 s"
    assert SV.count("live.reading", 1) == "Läser 1 stycke …"
    assert EN.count("live.reading", 2) == "Reading 2 passages …"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "sv"),
        ("en", "en"),
        ("de, en;q=0.5, sv;q=0.9", "sv"),
        ("de", "sv"),
        ("en-GB,en;q=0.9", "en"),
        ("x;q=é", "sv"),
    ],
)
def test_the_browser_says_which_language(header: str, language: str) -> None:
    assert preferred(header) == language
