"""Use cases of the settings: what an organisation has chosen, ready to be used at every call, and how it is changed."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import Invalid
from samverk.core.fresh import Fresh
from samverk.core.ids import now
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.masking.engine import Engine
from samverk.masking.patterns import BadPattern, Pattern
from samverk.masking.settings import MaskingSettings, OwnPattern, Steward, check_shape
from samverk.masking.tables import MaskingChoice

PERMISSION = "models:write"  # who says which model may have what also says how masking is done


@dataclass(frozen=True, slots=True)
class Ready:
    """An organisation's choice with its patterns ready to read texts. `digest` names the choice."""

    settings: MaskingSettings
    patterns: tuple[Pattern, ...]
    digest: str

    @classmethod
    def of(cls, settings: MaskingSettings) -> "Ready":
        """The choice, made ready. Raises BadPattern."""
        patterns = tuple(Pattern(pattern.label, pattern.pattern) for pattern in settings.patterns)
        return cls(settings, patterns, digest(settings.body()))


_PLAIN = Ready.of(MaskingSettings())


class Choices:
    """What the organisations have chosen."""

    def __init__(self, db: Database, engine: Engine) -> None:
        self._db = db
        self._engine = engine
        self._ready = Fresh(self._read)

    async def of(self, org_id: UUID) -> Ready:
        """What the organisation has chosen, at most two seconds old."""
        return await self._ready.of(org_id)

    async def _read(self, org_id: UUID) -> Ready:
        async with self._db.read(Scope(org_id)) as session:
            row = await session.get(MaskingChoice, org_id)
        if row is None:
            return _PLAIN
        before, settings = self._ready.last(org_id), MaskingSettings.of(row.body)
        return before if before and before.settings == settings else Ready.of(settings)

    async def change(self, by: Steward, wanted: MaskingSettings) -> None:
        """Mask so from now on. Raises NotAllowed, Invalid with the field as `param`."""
        by.require(PERMISSION)
        check_shape(wanted, self._engine.labels)
        _check_patterns(wanted)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await session.get(MaskingChoice, by.org_id, with_for_update=True)
            before = MaskingSettings.of(row.body) if row else MaskingSettings()
            if before == wanted:
                return
            if row is None:
                session.add(MaskingChoice(org_id=by.org_id, body=wanted.body()))
            else:
                row.body, row.updated_at = wanted.body(), now()
            _note_changes(session, by, before, wanted)
        self._ready.changed(by.org_id)


def _check_patterns(wanted: MaskingSettings) -> None:
    """Each pattern has to find something in its example. Raises Invalid."""
    for at, pattern in enumerate(wanted.patterns):
        try:
            Pattern(pattern.label, pattern.pattern, pattern.example)
        except BadPattern as error:
            field = "example" if error.facts["reason"] == "example" else "pattern"
            raise Invalid(sv=error.sv, en=error.en, param=f"patterns[{at}].{field}") from error


def _note_changes(session: AsyncSession, by: Steward, before: MaskingSettings, after: MaskingSettings) -> None:
    org = by.org_id
    for label in sorted({*before.off} - {*after.off}):
        note(session, org, by, "masking.switched_on", label=label)
    for label in sorted({*after.off} - {*before.off}):
        note(session, org, by, "masking.switched_off", label=label)
    was, becomes = _by_name(before), _by_name(after)
    for name in sorted(becomes.keys() - was.keys()):
        note(session, org, by, "masking.pattern_added", name=name)
    for name in sorted(was.keys() - becomes.keys()):
        note(session, org, by, "masking.pattern_removed", name=name)
    for name in sorted(was.keys() & becomes.keys()):
        if was[name] != becomes[name]:
            note(session, org, by, "masking.pattern_changed", name=name)
    if before.careful != after.careful:
        note(session, org, by, "masking.careful" if after.careful else "masking.balanced")
    if before.style != after.style:
        note(session, org, by, "masking.surrogates" if after.style == "surrogate" else "masking.tokens")


def _by_name(settings: MaskingSettings) -> dict[str, OwnPattern]:
    return {pattern.name: pattern for pattern in settings.patterns}
