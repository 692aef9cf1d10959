"""Use cases of the room: for an organisation and an assistant's choice, find personal data, mask it, and put it back.

Knows nothing of models, nor of what a scope is: an opaque id that whoever masks has named, and that dies when they say so.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from samverk.core.database import Database
from samverk.core.errors import NotFound
from samverk.core.journal import Actor, note
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.masking.choices import Choices, Ready
from samverk.masking.engine import BALANCED, CAREFUL, Engine
from samverk.masking.memo import Memo
from samverk.masking.ports import Span
from samverk.masking.protected import protected
from samverk.masking.pseudonyms import Pseudonyms, Restored, Style
from samverk.masking.settings import MaskingSettings, Steward
from samverk.masking.store import Tables
from samverk.masking.unmasking import StreamUnmasker

_THRESHOLDS = (BALANCED, CAREFUL)
LONG = 20_000  # characters; a longer reading leaves the event loop to others
UNUSED_LASTS = timedelta(days=30)  # of a table whose scope nobody has ended

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Findings:
    """What texts hold: the sorts of personal data, and whether somebody with a protected identity is spoken of."""

    labels: frozenset[str] = frozenset()
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Masked:
    """Masked texts in their order, and the table that puts their values back."""

    texts: list[str]
    table: Pseudonyms

    def unmasker(self, *, json: bool = False) -> StreamUnmasker:
        """Puts the values back in one stream, which with `json` is the inside of JSON."""
        return self.table.stream(json=json)


class Masking:
    """The masking of everybody on this platform. `labels` are the sorts that there is a recogniser for."""

    def __init__(self, db: Database, vault: Vault, engine: Engine | None = None) -> None:
        self._db = db
        self._engine = engine or Engine()
        self._choices = Choices(db, self._engine)
        self._tables = Tables(db, vault)
        self._memo = Memo()
        self.labels = self._engine.labels

    async def settings(self, org_id: UUID) -> MaskingSettings:
        """How the organisation masks."""
        return (await self._choices.of(org_id)).settings

    async def change(self, by: Steward, wanted: MaskingSettings) -> None:
        """Mask so from now on, in every process within two seconds. Raises NotAllowed, Invalid with the field as `param`."""
        await self._choices.change(by, wanted)

    async def bound(self, org_id: UUID, off: Collection[str] = ()) -> "Masker":
        """A masker as the organisation has chosen; the labels in `off` are not looked for either."""
        ready = await self._choices.of(org_id)
        return Masker(org_id, ready, frozenset((*ready.settings.off, *off)), self._engine, self._memo, self._tables)

    async def forget(self, org_id: UUID, scopes: Collection[str]) -> None:
        """Erase the tables of scopes that have ended."""
        await self._tables.forget(org_id, scopes)

    async def end(self, org_id: UUID, scope: str) -> None:
        """Erase the table of a scope for whoever owns it. Raises NotFound where there is none."""
        if not await self._tables.forget(org_id, [scope]):
            raise NotFound("scope")
        await self._db.forget()

    async def sweep(self, org_id: UUID, moment: datetime) -> int:
        """Erase the tables whose scope has not been used for a month. Returns how many."""
        return await self._tables.sweep(org_id, moment - UNUSED_LASTS)

    async def note_stopped(self, org_id: UUID, by: Actor, purpose: str) -> None:
        """Write into the organisation's log that a call was stopped to protect somebody's identity. Nothing of its content."""
        async with self._db.write(Scope(org_id)) as session:
            note(session, org_id, by, "masking.stopped", purpose=purpose)


class Masker:
    """Finds, masks and puts back for one organisation, with one choice of what to look for."""

    def __init__(
        self, org_id: UUID, ready: Ready, off: frozenset[str], engine: Engine, memo: Memo, tables: Tables
    ) -> None:
        self.settings = ready.settings
        self._org_id = org_id
        self._patterns = ready.patterns
        self._off = off
        self._engine = engine
        self._memo = memo
        self._tables = tables
        self._choice = ready.digest
        self.labels = frozenset((*engine.labels, *(pattern.label for pattern in ready.patterns)))

    def find(self, text: str, *, careful: bool = False) -> list[Span]:
        """The personal data in the text, apart and in order; `careful` finds also what is less sure."""
        return self._read(text, CAREFUL if careful else BALANCED, self._off)

    def _read(self, text: str, threshold: float, off: frozenset[str]) -> list[Span]:
        """What the text holds. Who asks whether it may go as it is asks for it masked next, so both are read at once."""
        key = self._memo.key(f"{self._choice} {sorted(off)}", text)
        found = self._memo.get(key)
        if found is None:
            found = tuple(map(tuple, self._engine.find_each(text, _THRESHOLDS, off=off, extra=self._patterns)))
            self._memo.put(key, found)
        return list(found[_THRESHOLDS.index(threshold)])

    async def found(self, texts: Sequence[str], *, careful: bool = False) -> list[list[Span]]:
        """What `find` finds in each text, without keeping others waiting for long ones."""
        return await _aside(texts, lambda: [self.find(text, careful=careful) for text in texts])

    async def look(self, texts: Sequence[str], guarded: Sequence[str] = ()) -> Findings:
        """The sorts of personal data in `texts`; and whether one of `guarded` speaks of a protected identity.

        Nobody has switched that off: a name stands near, whether or not names are looked for.
        """
        telling = [text for text in guarded if _speaks_of_protection(text)]

        def read() -> Findings:
            labels = frozenset(span.label for text in texts for span in self.find(text))
            return Findings(labels, any(protected(text, self._read(text, CAREFUL, frozenset())) for text in telling))

        return await _aside((*texts, *telling), read)

    async def mask(
        self,
        texts: Sequence[str],
        scope: str = "",
        *,
        spans: Sequence[Sequence[Span]] | None = None,
        style: Style | None = None,
    ) -> Masked:
        """The texts with personal data replaced, the same value by the same token in all of the scope.

        Without a scope the table lives in the result alone. `spans` (apart and in order, those of each text) replace what would
        be found. Raises Unlockable where the scope's table was sealed with a key that is gone.
        """
        found = await self.found(texts, careful=self.settings.careful) if spans is None else spans
        style = style or self.settings.style
        if not scope:
            table = Pseudonyms(style=style)
            return Masked(table.mask(texts, found), table)
        stored, masked = await self._tables.change(self._org_id, scope, style, lambda table: table.mask(texts, found))
        return Masked(masked, stored)

    async def unmask(self, texts: Sequence[str], scope: str) -> list[Restored]:
        """The texts with the values of a scope put back. Raises NotFound where nothing was masked in it, Unlockable."""
        table = await self._tables.read(self._org_id, scope)
        if table is None:
            raise NotFound("scope")
        return await _aside(texts, lambda: [table.unmask(text) for text in texts])

    def redacted(self, text: str) -> str:
        """The text with personal data replaced by the name of its sort, "[PERSONNUMMER]". Nothing can be put back."""
        pieces, at = [], 0
        for span in self.find(text, careful=self.settings.careful):
            pieces += [text[at : span.start], f"[{span.label}]"]
            at = span.end
        return "".join([*pieces, text[at:]])


def _speaks_of_protection(text: str) -> bool:
    """Whether words in the text could protect somebody, if only a person's data stood near: it need not be read otherwise."""
    return protected(text, [Span(0, len(text), "PERSONNUMMER")]) is not None


async def _aside(texts: Sequence[str], work: Callable[[], T]) -> T:
    """Do what reads these texts: at once, or in a thread where they are long."""
    return await asyncio.to_thread(work) if sum(map(len, texts)) > LONG else work()
