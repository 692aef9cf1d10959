"""Use cases of the organisations themselves: made and found, how they look, what they keep, how long a log-in lasts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotFound
from samverk.core.ids import new_id, now
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.identity import colours, logos, store
from samverk.identity.principal import ADMIN, Principal
from samverk.identity.settings import CONTACT, Habits, Look, habits_of, look_of
from samverk.identity.slugs import check_slug, name_of
from samverk.identity.tables import LoginSession, Organisation, OrganisationSettings

LONGEST_RETENTION = 3650  # days


class TooPale(Invalid):
    """The colour cannot be read on white. `ratio` is its contrast, `nearest` the closest colour that can."""

    sv = "Färgen {colour} är för ljus: kontrasten mot vitt är {ratio} till 1 och behöver vara minst 4,5 till 1."
    en = (
        "The colour {colour} is too pale: its contrast against white is {ratio} to 1 and needs to be at least 4.5 to 1."
    )

    def __init__(self, colour: str, ratio: float, nearest: str) -> None:
        shown = f"{int(ratio * 100) / 100:.2f}"  # cut, not rounded: 4.499 must not look like enough
        super().__init__(
            sv=type(self).sv.format(colour=colour, ratio=shown.replace(".", ",")),
            en=type(self).en.format(colour=colour, ratio=shown),
            param="colour",
            colour=colour,
            ratio=ratio,
            nearest=nearest,
        )


@dataclass(frozen=True, slots=True)
class Appearance:
    """How an organisation wants to look. `colour` is `#rrggbb` or empty; `logo` None leaves the logo, b"" takes it away."""

    name: str
    colour: str
    contact: Mapping[str, str]
    logo: bytes | None = None


class Organisations:
    """The organisations on this platform and their settings. `hours` is the installation's length of a log-in."""

    def __init__(self, db: Database, hours: int) -> None:
        self._db = db
        self._hours = hours

    async def create(self, slug: str, name: str, kind: str = "municipality") -> Organisation:
        """A new organisation. Raises Invalid for a slug that cannot stand in an address, Conflict if it exists."""
        check_slug(slug)
        async with self._db.write(Scope.platform()) as session:
            if await store.organisation(session, slug):
                raise Conflict(what=slug)
            org = Organisation(id=new_id(), slug=slug, name=name, kind=kind)
            session.add(org)
        return org

    async def by_slug(self, slug: str) -> Organisation:
        """The organisation with this slug. Raises NotFound."""
        async with self._db.read(Scope.platform()) as session:
            org = await store.organisation(session, slug)
        if org is None:
            raise NotFound("organisation", slug)
        return org

    async def by_id(self, org_id: UUID) -> Organisation:
        """The organisation with this id. Raises NotFound."""
        async with self._db.read(Scope.platform()) as session:
            org = await session.get(Organisation, org_id)
        if org is None:
            raise NotFound("organisation")
        return org

    async def all(self) -> list[Organisation]:
        """Every organisation on this platform, by name."""
        async with self._db.read(Scope.platform()) as session:
            return list(await session.scalars(select(Organisation).order_by(Organisation.name)))

    async def appearance(self, org_id: UUID) -> tuple[Organisation, Look]:
        """The organisation and how it looks, for the frame of every page. Raises NotFound."""
        async with self._db.read(Scope(org_id)) as session:
            org = await session.get(Organisation, org_id)
            settings = await session.get(OrganisationSettings, org_id)
        if org is None:
            raise NotFound("organisation")
        return org, look_of(settings)

    async def habits(self, org_id: UUID) -> Habits:
        """What the organisation keeps for how long, and whom people can turn to."""
        async with self._db.read(Scope(org_id)) as session:
            return habits_of(await session.get(OrganisationSettings, org_id))

    async def logo(self, org_id: UUID) -> tuple[bytes, str, str]:
        """The logo, its media type and its digest. Raises NotFound where there is none."""
        async with self._db.read(Scope(org_id)) as session:
            query = select(OrganisationSettings).options(undefer(OrganisationSettings.logo))
            row = await session.scalar(query)
        if row is None or not row.logo:
            raise NotFound("file")
        return row.logo, row.logo_type, row.logo_digest

    async def change_appearance(self, by: Principal, wanted: Appearance) -> None:
        """Look like this from now on. Raises Invalid for a name, colour, logo or address that cannot be used, TooPale."""
        by.require(ADMIN)
        wanted = checked(wanted)
        async with self._db.write(Scope(by.org_id)) as session:
            org = await session.get(Organisation, by.org_id, with_for_update=True)
            if org is None:
                raise NotFound("organisation")
            row = await _settings(session, by.org_id)
            if org.name != wanted.name:
                note(session, by.org_id, by, "organisation.renamed", was=org.name, name=wanted.name)
                org.name = wanted.name
            if row.colour != wanted.colour:
                row.colour = wanted.colour
                if row.colour:
                    note(session, by.org_id, by, "look.coloured", colour=row.colour)
                else:
                    note(session, by.org_id, by, "look.uncoloured")
            if row.contact != wanted.contact and (row.contact or any(wanted.contact.values())):
                row.contact = dict(wanted.contact)
                note(session, by.org_id, by, "look.contact")
            if wanted.logo is not None:
                _hang(row, wanted.logo)
                note(session, by.org_id, by, "look.logo")
            row.updated_at = now()

    async def change_retention(self, by: Principal, days: int | None) -> None:
        """Keep conversations this many days after their last use; None until their owner deletes them. Raises Invalid."""
        by.require(ADMIN)
        check_retention(days)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _settings(session, by.org_id)
            if row.retention_days != days:
                row.retention_days, row.updated_at = days, now()
                if days is None:
                    note(session, by.org_id, by, "retention.ended")
                else:
                    note(session, by.org_id, by, "retention.changed", days=days)

    async def change_session_hours(self, by: Principal, hours: int) -> None:
        """Let a log-in last this many hours without use, from now on and for those that live. Raises Invalid."""
        by.require(ADMIN)
        if not 1 <= hours <= self._hours:
            raise Invalid(
                sv=f"Ange ett antal timmar mellan 1 och {self._hours}.",
                en=f"Give a number of hours between 1 and {self._hours}.",
                param="hours",
            )
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _settings(session, by.org_id)
            if (row.session_hours or self._hours) == hours:
                return
            row.session_hours, row.updated_at = (None if hours == self._hours else hours), now()
            latest = now() + timedelta(hours=hours)
            ours = update(LoginSession).where(LoginSession.org_id == by.org_id, LoginSession.expires_at > latest)
            await session.execute(ours.values(expires_at=latest))
            note(session, by.org_id, by, "signin.changed", hours=hours)


def check_retention(days: int | None) -> None:
    """Raise Invalid for a number of days that conversations cannot be kept."""
    if days is not None and not 1 <= days <= LONGEST_RETENTION:
        raise Invalid(
            sv=f"Ange ett antal dagar mellan 1 och {LONGEST_RETENTION}.",
            en=f"Give a number of days between 1 and {LONGEST_RETENTION}.",
            param="days",
        )


def checked(wanted: Appearance) -> Appearance:
    """The appearance as it would be kept. Raises Invalid, TooPale."""
    name, colour = name_of(wanted.name), wanted.colour.strip().lower()
    if colour and not colours.is_colour(colour):
        raise Invalid(
            sv="Skriv färgen som # och sex tecken, till exempel #00557f.",
            en="Write the colour as # and six characters, such as #00557f.",
            param="colour",
        )
    if colour and not colours.is_readable(colour):
        raise TooPale(colour, colours.contrast(colour, colours.PAPER), colours.nearest(colour))
    if wanted.logo:
        logos.kind_of(wanted.logo)
    return Appearance(name, colour, _contact(wanted.contact), wanted.logo)


def _contact(given: Mapping[str, str]) -> dict[str, str]:
    contact = {name: given.get(name, "").strip()[:500] for name in CONTACT}
    if contact["email"] and "@" not in contact["email"]:
        raise Invalid(
            sv="Skriv en e-postadress, eller lämna fältet tomt.",
            en="Write an e-mail address, or leave the field empty.",
            param="contact-email",
        )
    if contact["url"] and not contact["url"].startswith("https://"):
        raise Invalid(
            sv="Skriv webbadressen med https:// först.", en="Begin the web address with https://.", param="contact-url"
        )
    return contact


def _hang(row: OrganisationSettings, logo: bytes) -> None:
    row.logo = logo or None
    row.logo_type = logos.kind_of(logo) if logo else ""
    row.logo_digest = digest(logo)[:16] if logo else ""


async def _settings(session: AsyncSession, org_id: UUID) -> OrganisationSettings:
    """The organisation's row, locked; made where there is none."""
    row = await session.get(OrganisationSettings, org_id, with_for_update=True)
    if row is None:
        row = OrganisationSettings(org_id=org_id, colour="", logo_type="", logo_digest="")
        session.add(row)
        await session.flush()
    return row
