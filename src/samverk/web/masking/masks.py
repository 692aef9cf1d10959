"""From a text to what is found in it, and from a sheet to its masked text, as the reader's organisation has chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

from samverk.core.errors import Language
from samverk.http.rooms import Rooms
from samverk.identity.principal import Principal
from samverk.masking.publishing import publish
from samverk.masking.service import Masker
from samverk.web.labels import own_names
from samverk.web.masking.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Bench:
    """What a page needs to mask with: the organisation's masker, and the language of what is written instead of values."""

    masker: Masker
    language: Language = "sv"

    @property
    def own(self) -> Mapping[str, str]:
        """The organisation's own labels, with their names."""
        return own_names(self.masker.settings)

    @property
    def level(self) -> str:
        """How thoroughly the organisation has its texts searched."""
        return "careful" if self.masker.settings.careful else "balanced"

    async def searched(self, sheet: Sheet) -> Sheet:
        """The sheet with what is found in its text."""
        [found] = await self.masker.found([sheet.text], careful=sheet.careful)
        return sheet.searched(found)

    async def masked(self, sheet: Sheet, key: str = "") -> str:
        """The text as the sheet has it masked. With a key, the values are kept under it; without, nothing is kept."""
        if sheet.how == "tokens":
            return (await self.masker.mask([sheet.text], key, spans=[sheet.found])).texts[0]
        return publish(sheet.text, sheet.found, sheet.how, language=self.language)

    async def speaks_of_protection(self, text: str) -> bool:
        """Whether the text seems to be about somebody with a protected identity."""
        return (await self.masker.look([], [text])).protected


async def bench(rooms: Rooms, who: Principal, language: Language) -> Bench:
    """What the reader's organisation masks with."""
    return Bench(await rooms.masking.bound(who.org_id), language)
