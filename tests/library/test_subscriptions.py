"""Catalogues that organisations follow: what is taken, what is refused, and what becomes of the models meanwhile."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from tests.library.samples import KEYS, OTHERS, card, catalogue

from samverk.core.database import Database
from samverk.core.errors import Invalid, NotFound
from samverk.core.journal import Journal
from samverk.core.levels import Level
from samverk.core.vault import Vault
from samverk.identity.principal import Principal, system
from samverk.identity.service import Identity
from samverk.library.cards import Certification, Tightening
from samverk.library.catalogues import LARGEST_BYTES, Catalogue, CatalogueRefused, Keys, sign
from samverk.library.errors import Looser, NotInUse
from samverk.library.fetching import fetched
from samverk.library.ports import Endpoint
from samverk.library.service import Library

PLACE = Endpoint("openai_compatible", "mellan-7b", "https://modeller.example/v1", "sk-mycket-hemlig")
ADDRESS = "https://modeller.region.example/katalog.json"


class Region:
    """A publisher: what stands at its address, and whether it answers."""

    def __init__(self) -> None:
        self.file: bytes | None = None

    def publish(self, edition: Catalogue, keys: Keys = KEYS) -> None:
        self.file = sign(edition, keys)

    async def fetch(self, address: str) -> bytes:
        assert address == ADDRESS
        if self.file is None:
            raise CatalogueRefused("unreached", "404")
        return self.file


@pytest.fixture
def region() -> Region:
    return Region()


@pytest.fixture
def library(db: Database, region: Region) -> Library:
    return Library(db, Vault("nyckel"), fetch=region.fetch)


@pytest.fixture
async def by(db: Database) -> Principal:
    return system((await Identity(db).create_org("bjorksta", "Björksta")).id)


@pytest.fixture
async def followed(library: Library, region: Region, by: Principal) -> Library:
    """A library that follows the region's catalogue, whose only card is adopted."""
    region.publish(catalogue(1))
    await library.catalogues.subscribe(by, "region", ADDRESS, KEYS.public)
    await library.catalogues.update(by, "region")
    await library.catalogues.adopt(by, "region", "mellan", PLACE)
    return library


async def test_a_card_is_adopted_with_its_origin(followed: Library, by: Principal, db: Database) -> None:
    [subscription] = await followed.catalogues.list(by.org_id)
    assert (subscription.publisher, subscription.sequence, subscription.refused) == ("Exempelregionen", 1, None)
    model = await followed.model(by.org_id, "mellan")
    assert (model.card, model.endpoint) == (card(), PLACE)
    origin = model.adopted.origin
    assert origin is not None
    assert (origin.catalogue, origin.name, origin.sequence) == (subscription.id, "region", 1)
    assert origin.digest == subscription.digest == catalogue(1).digest
    assert not await followed.catalogues.changes(by.org_id, "region")
    again = await followed.catalogues.adopt(by, "region", "mellan")
    assert again.version == 1
    changes = reversed(await Journal(db).read(by.org_id))
    told = [(change.action, change.facts.get("catalogue")) for change in changes]
    assert ("model.adopted", "region") in told
    assert told[0] == ("catalogue.subscribed", "region")
    assert "catalogue.updated" in dict(told)


async def test_nothing_is_used_before_it_is_adopted(library: Library, region: Region, by: Principal) -> None:
    region.publish(catalogue(1, card("a"), card("b")))
    await library.catalogues.subscribe(by, "region", ADDRESS, KEYS.public)
    assert (await library.catalogues.update(by, "region")).added == ("a", "b")
    assert (await library.catalogues.changes(by.org_id, "region")).added == ("a", "b")
    with pytest.raises(NotFound):
        await library.model(by.org_id, "a")
    await library.catalogues.adopt(by, "region", "a")
    with pytest.raises(NotInUse):  # nobody has said where it is reached
        await library.model(by.org_id, "a")
    with pytest.raises(NotFound):
        await library.catalogues.adopt(by, "region", "c")


async def test_what_becomes_stricter_counts_at_once_and_what_becomes_looser_waits(
    followed: Library, region: Region, by: Principal
) -> None:
    region.publish(catalogue(2, card(approved_for=Level.INTERNAL, abilities=["tools"], price_in=7)))
    [changed] = (await followed.catalogues.update(by, "region")).changed
    assert changed.looser == ("abilities",)
    model = await followed.model(by.org_id, "mellan")
    assert (model.card.approved_for, model.card.abilities, model.card.price_in) == (Level.INTERNAL, frozenset(), 0)
    assert model.adopted.newer
    [pending] = (await followed.catalogues.changes(by.org_id, "region")).changed
    assert {one.field for one in pending.fields} == {"approved_for", "abilities", "price_in"}
    adopted = await followed.catalogues.adopt(by, "region", "mellan")
    assert (adopted.version, adopted.newer, adopted.card.abilities) == (2, False, {"tools"})
    assert (await followed.model(by.org_id, "mellan")).endpoint == PLACE


async def test_a_withdrawn_card_stops_new_calls_until_it_is_back(
    followed: Library, region: Region, by: Principal
) -> None:
    region.publish(catalogue(2, card("annan")))
    found = await followed.catalogues.update(by, "region")
    assert (found.added, found.withdrawn) == (("annan",), ("mellan",))
    with pytest.raises(NotInUse) as error:
        await followed.model(by.org_id, "mellan")
    assert error.value.facts["why"] == "withdrawn"
    region.publish(catalogue(3, card()))
    await followed.catalogues.update(by, "region")
    assert (await followed.model(by.org_id, "mellan")).card == card()


async def test_leaving_a_catalogue_stops_its_models_and_frees_their_names(followed: Library, by: Principal) -> None:
    await followed.catalogues.leave(by, "region")
    with pytest.raises(NotInUse):
        await followed.model(by.org_id, "mellan")
    with pytest.raises(NotFound):
        await followed.catalogues.leave(by, "region")
    own = await followed.curation.put(by, card(approved_for=Level.OPEN, certified_by=""))
    assert (own.version, own.origin, own.stopped) == (2, None, None)


async def test_a_card_of_a_catalogue_is_tightened_and_never_replaced(followed: Library, by: Principal) -> None:
    looser = card(approved_for=Level.SECRET)
    for work in (
        followed.curation.put(by, looser, PLACE),
        followed.adopt(by.org_id, looser, PLACE, "somebody"),
        followed.curation.certify(by, "mellan", Certification(by="Vi själva"), Level.SECRET),
    ):
        with pytest.raises(Looser, match="region"):
            await work
    await followed.catalogues.subscribe(by, "annan", "", OTHERS.public)
    await followed.catalogues.update(by, "annan", sign(catalogue(1, looser, publisher="Annan"), OTHERS))
    with pytest.raises(Looser, match="region"):
        await followed.catalogues.adopt(by, "annan", "mellan")
    await followed.curation.tighten(by, "mellan", Tightening(approved_for=Level.INTERNAL))
    assert (await followed.model(by.org_id, "mellan")).card.approved_for is Level.INTERNAL
    await followed.curation.tighten(by, "mellan", Tightening(approved_for=Level.SECRET))
    assert (await followed.model(by.org_id, "mellan")).card.approved_for is Level.SENSITIVE


Spoil = Callable[[Region], None]
REFUSED: dict[str, Spoil] = {
    "unreached": lambda region: setattr(region, "file", None),
    "malformed": lambda region: setattr(region, "file", b"<html>Underhall</html>"),
    "unknown_key": lambda region: region.publish(catalogue(3), OTHERS),
    "bad_signature": lambda region: setattr(
        region, "file", sign(catalogue(3), KEYS).replace(b"Exempel AB", b"Exempel HB")
    ),
    "older": lambda region: region.publish(catalogue(1)),
    "changed": lambda region: region.publish(catalogue(2, card(approved_for=Level.SECRET))),
    "other_publisher": lambda region: region.publish(catalogue(3, publisher="Någon")),
    "too_big": lambda region: setattr(region, "file", b"x" * (LARGEST_BYTES + 1)),
}


@pytest.mark.parametrize("reason", REFUSED)
async def test_a_refused_file_leaves_what_is_and_says_why(
    followed: Library, region: Region, by: Principal, db: Database, reason: str
) -> None:
    region.publish(catalogue(2))
    await followed.catalogues.update(by, "region")
    [before] = await followed.catalogues.list(by.org_id)
    REFUSED[reason](region)
    for _ in range(2):
        with pytest.raises(CatalogueRefused) as error:
            await followed.catalogues.update(by, "region")
        assert error.value.reason == reason
    [after] = await followed.catalogues.list(by.org_id)
    assert after.refused and after.refused["reason"] == reason
    assert (after.sequence, after.digest, after.taken_at) == (before.sequence, before.digest, before.taken_at)
    assert (await followed.model(by.org_id, "mellan")).card == card()
    noted = await Journal(db).read(by.org_id, actions=["catalogue.refused"])
    assert [change.facts for change in noted] == [{"catalogue": "region", "reason": reason}], "once, not each time"
    region.publish(catalogue(2))
    assert not await followed.catalogues.update(by, "region")
    assert (await followed.catalogues.list(by.org_id))[0].refused is None


async def test_a_file_that_is_carried_over_needs_no_address(library: Library, by: Principal) -> None:
    await library.catalogues.subscribe(by, "region", "", KEYS.public)
    with pytest.raises(CatalogueRefused) as error:
        await library.catalogues.update(by, "region")
    assert error.value.reason == "no_address"
    assert (await library.catalogues.update(by, "region", sign(catalogue(4), KEYS))).added == ("mellan",)
    assert (await library.catalogues.cards(by.org_id, "region")) == {"mellan": card()}


async def test_a_publisher_s_new_key_is_taken_by_subscribing_again(
    followed: Library, region: Region, by: Principal
) -> None:
    region.publish(catalogue(2), OTHERS)
    with pytest.raises(CatalogueRefused):
        await followed.catalogues.update(by, "region")
    await followed.catalogues.subscribe(by, "region", ADDRESS, OTHERS.public)
    await followed.catalogues.update(by, "region")
    assert [one.sequence for one in await followed.catalogues.list(by.org_id)] == [2]
    assert (await followed.model(by.org_id, "mellan")).card == card()


@pytest.mark.parametrize(
    ("name", "address", "key"),
    [("", "", KEYS.public), ("Å", "", KEYS.public), ("a", "file:///etc/passwd", KEYS.public), ("a", "", "ab")],
)
async def test_a_subscription_that_cannot_be_is_refused(
    library: Library, by: Principal, name: str, address: str, key: str
) -> None:
    with pytest.raises(Invalid):
        await library.catalogues.subscribe(by, name, address, key)
    assert await library.catalogues.list(by.org_id) == []


async def test_a_subscription_is_its_organisation_s_own(followed: Library, by: Principal, db: Database) -> None:
    granby: UUID = (await Identity(db).create_org("granby", "Granby")).id
    assert await followed.catalogues.list(granby) == []
    with pytest.raises(NotFound):
        await followed.catalogues.cards(granby, "region")
    with pytest.raises(NotFound):
        await followed.catalogues.adopt(system(granby), "region", "mellan")
    await followed.catalogues.subscribe(system(granby), "region", "", OTHERS.public)
    assert [one.public_key for one in await followed.catalogues.list(by.org_id)] == [KEYS.public]


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def get(handler: Handler) -> bytes:
    app = web.Application()
    app.router.add_get("/katalog", handler)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        return await fetched(lambda: session, str(server.make_url("/katalog")))


async def test_a_file_is_fetched_as_it_stands() -> None:
    file = sign(catalogue(), KEYS)

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=file, content_type="application/json")

    assert await get(answer) == file


async def test_a_file_that_has_no_end_is_not_read_to_it() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 100_000)

    with pytest.raises(CatalogueRefused) as error:
        await get(answer)
    assert error.value.reason == "too_big"


async def test_what_does_not_answer_or_says_no_is_unreached() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=404)

    with pytest.raises(CatalogueRefused, match="404"):
        await get(answer)
    async with aiohttp.ClientSession() as session:
        for address in (f"http://127.0.0.1:{unused_port()}/", "http://[", "http:///"):
            with pytest.raises(CatalogueRefused) as error:
                await fetched(lambda: session, address)
            assert error.value.reason == "unreached"
