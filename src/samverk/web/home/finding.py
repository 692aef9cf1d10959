"""What a search finds, a sort at a time: each a function from what is sought to a few hits. Knows no request."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from samverk.answers.conversations import Wish
from samverk.answers.model import ConversationInfo
from samverk.assistants import overview as assistants
from samverk.http.rooms import Rooms
from samverk.identity.principal import Principal
from samverk.knowledge import overview as knowledge
from samverk.knowledge.views import CollectionInfo
from samverk.web.chat.asking import chat_path
from samverk.web.help.sections import found as found_help
from samverk.web.places import PLACES
from samverk.web.texts import Texts


@dataclass(frozen=True, slots=True)
class Seeker:
    """Who seeks what, where: `readable` are the collections that they may read."""

    rooms: Rooms
    who: Principal
    texts: Texts
    query: str
    readable: Sequence[CollectionInfo] = ()

    @property
    def words(self) -> list[str]:
        """The words of the query, casefolded."""
        return self.query.casefold().split()

    def is_in(self, *texts: str) -> bool:
        """Whether the texts together hold every word."""
        text = "\n".join(texts).casefold()
        return all(word in text for word in self.words)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found: where it is, or, for a command, the button of the frame that does it (`press`)."""

    text: str
    address: str = ""
    note: str = ""
    press: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of a sort; `more`: there is more than what is shown."""

    sort: str
    hits: list[Hit] = field(default_factory=list)
    more: bool = False


async def find(seeker: Seeker, sorts: Iterable[str], limit: int) -> list[Group]:
    """The hits of these sorts, at most `limit` of each; of an empty query, the pages alone."""
    groups = []
    if seeker.query:
        seeker = replace(seeker, readable=await seeker.rooms.knowledge.collections(seeker.who))
    for sort in sorts if seeker.query else ["pages"]:
        hits = await _FIND[sort](seeker, limit + 1)
        if hits:
            groups.append(Group(sort, hits[:limit], len(hits) > limit))
    return groups


def commands(seeker: Seeker) -> list[Group]:
    """What the palette can do beside going somewhere."""
    known = [Hit(seeker.texts("command.new"), "/assistenter")]
    known += [Hit(seeker.texts("command." + name), press=press) for name, press in _PRESSES.items()]
    hits = [hit for hit in known if seeker.is_in(hit.text)]
    return [Group("commands", hits)] if hits else []


_PRESSES = {
    "light": ".theme.to-light",
    "dark": ".theme.to-dark",
    "language": '[data-preferences] [name="language"]',
    "log_out": "[data-leave] button",
}


async def _assistants(seeker: Seeker, limit: int) -> list[Hit]:
    every = await assistants.usable(seeker.rooms.db, seeker.who)
    named = [one for one in every if seeker.is_in(one.name)]
    described = [one for one in every if not seeker.is_in(one.name) and seeker.is_in(one.name, one.description)]
    return [Hit(one.name, chat_path("", one.slug), one.description) for one in (named + described)[:limit]]


async def _conversations(seeker: Seeker, limit: int) -> list[Hit]:
    listing = await seeker.rooms.conversations.look(seeker.who, Wish(query=seeker.query))

    def note(one: ConversationInfo) -> str:
        return " · ".join(text for text in (one.assistant["name"], seeker.texts.date(one.updated_at)) if text)

    return [Hit(one.title, f"/samtal/{one.id}", note(one)) for one in listing.items[:limit]]


async def _collections(seeker: Seeker, limit: int) -> list[Hit]:
    hits = (one for one in seeker.readable if seeker.is_in(one.name, one.description))
    return [
        Hit(one.name, f"/kunskap/{one.slug if one.own else one.full_ref}", one.description)
        for one in islice(hits, limit)
    ]


async def _documents(seeker: Seeker, limit: int) -> list[Hit]:
    found = await knowledge.titled(seeker.rooms.db, seeker.who, seeker.readable, seeker.words, limit)
    return [Hit(one.title or one.path, f"/dokument/{one.id}", one.collection) for one in found]


async def _prompts(seeker: Seeker, limit: int) -> list[Hit]:
    prompts = seeker.rooms.prompts
    own = await prompts.list(seeker.who, "own", seeker.query, limit=limit)
    shared = await prompts.list(seeker.who, "shared", seeker.query, limit=limit)
    every = {one.id: one for one in (*own.prompts, *shared.prompts)}.values()
    return [Hit(one.title, f"/mallar/{one.id}", one.description) for one in islice(every, limit)]


async def _models(seeker: Seeker, limit: int) -> list[Hit]:
    cards = [adopted.card for adopted in await seeker.rooms.library.models(seeker.who.org_id)]
    hits = [card for card in cards if seeker.is_in(card.name, card.slug, card.vendor)]
    return [Hit(card.name, f"/modeller/{card.slug}", card.vendor) for card in hits[:limit]]


async def _help(seeker: Seeker, limit: int) -> list[Hit]:
    found = found_help(seeker.texts.language, seeker.query, staff=True)
    return [Hit(section.title, f"/hjalp#{section.id}") for section in found[:limit]]


async def _pages(seeker: Seeker, limit: int) -> list[Hit]:
    open_to = [place for place in PLACES if not place.permission or seeker.who.may(place.permission)]
    hits = [Hit(seeker.texts("frame.nav." + place.key), place.path) for place in open_to]
    return [hit for hit in hits if seeker.is_in(hit.text)][: limit if seeker.query else None]


_FIND: dict[str, Callable[[Seeker, int], Awaitable[list[Hit]]]] = {
    "pages": _pages,
    "assistants": _assistants,
    "conversations": _conversations,
    "collections": _collections,
    "documents": _documents,
    "prompts": _prompts,
    "models": _models,
    "help": _help,
}
SORTS: Sequence[str] = tuple(_FIND)
