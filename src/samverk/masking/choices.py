"""Use cases of the settings: what an organisation has chosen, ready to be used at every call, and how it is changed."""

import time
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import Invalid
from samverk.core.ids import now
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.masking.engine import Engine
from samverk.masking.patterns import BadPattern, Pattern
from samverk.masking.settings import MaskingSettings, OwnPattern, Steward, check_shape
from samverk.masking.tables import MaskingChoice

PERMISSION = "models:write"  # who says which model may have what also says how masking is done
FRESH_SECONDS = 2.0  # a change counts in every process within this time


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
        self._known: dict[UUID, tuple[float, Ready]] = {}

    async def of(self, org_id: UUID) -> Ready:
        """What the organisation has chosen, at most two seconds old."""
        read_at, ready = self._known.get(org_id, (0.0, _PLAIN))
        if time.monotonic() - read_at < FRESH_SECONDS and org_id in self._known:
            return ready
        return self._keep(org_id, await self._read(org_id))

    async def _read(self, org_id: UUID) -> Ready:
        async with self._db.read(Scope(org_id)) as session:
            row = await session.get(MaskingChoice, org_id)
        if row is None:
            return _PLAIN
        known = self._known.get(org_id)
        settings = MaskingSettings.of(row.body)
        return known[1] if known and known[1].settings == settings else Ready.of(settings)

    def _keep(self, org_id: UUID, ready: Ready) -> Ready:
        self._known[org_id] = (time.monotonic(), ready)
        return ready

    async def change(self, by: Steward, wanted: MaskingSettings) -> None:
        """Mask so from now on. Raises NotAllowed, Invalid with the field as `param`."""
        by.require(PERMISSION)
        check_shape(wanted, self._engine.labels)
        ready = _ready(wanted)
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
        self._keep(by.org_id, ready)


def _ready(wanted: MaskingSettings) -> Ready:
    """The choice, made ready; each pattern has to find something in its example."""
    for at, pattern in enumerate(wanted.patterns):
        try:
            Pattern(pattern.label, pattern.pattern, pattern.example)
        except BadPattern as error:
            field = "example" if error.facts["reason"] == "example" else "pattern"
            raise Invalid(sv=error.sv, en=error.en, param=f"patterns[{at}].{field}") from error
    return Ready.of(wanted)


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
