"""Conversations that somebody of the site has had, written as the services would write them."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from samverk.answers import store
from samverk.answers.tables import Conversation, Folder, Run
from samverk.core.ids import new_id, now
from samverk.core.scope import Scope
from samverk.identity.principal import Principal, Role
from tests.journeys.site import PASSWORD, PEOPLE, Site

PARKING = ("Hur lång tid tar beslutet?", "**Beslut** om parkeringstillstånd fattas inom fyra veckor.")


_KNOWN: dict[tuple[str, Role], Principal] = {}  # logging in is slow on purpose


def person(site: Site, role: Role = Role.MEMBER) -> Principal:
    """The principal of one of the site's people."""
    if (site.url, role) not in _KNOWN:
        secret, who = site.run(site.rooms.identity.log_in(PEOPLE[role][0], PASSWORD, "test", "bjorksta"))
        site.run(site.rooms.identity.log_out(secret))
        _KNOWN[site.url, role] = who
    return _KNOWN[site.url, role]


def talk(
    site: Site,
    by: Principal,
    *said: tuple[str, str],
    title: str = "",
    age: timedelta = timedelta(),
    temporary: bool = False,
) -> UUID:
    """A conversation of questions and answers, last used so long ago."""
    return site.run(_talk(site, by, said, title or said[0][0], now() - age, temporary))


async def _talk(
    site: Site, by: Principal, said: tuple[tuple[str, str], ...], title: str, at: datetime, temporary: bool
) -> UUID:
    assistant = await site.rooms.assistants.get(by, "tillstand" if by.is_staff else "parkering")
    row = Conversation(
        org_id=by.org_id,
        id=new_id(),
        owner=by.owner,
        assistant_id=assistant.id,
        title=title,
        created_at=at,
        updated_at=at,
        temporary=temporary,
        terms="",
    )
    async with site.rooms.db.write(Scope(by.org_id)) as session:
        session.add(row)
        await session.flush()
        for question, answer in said:
            run = Run(
                org_id=by.org_id,
                id=new_id(),
                conversation_id=row.id,
                owner=by.owner,
                question=question,
                answer=answer,
                answered=True,
                status="done",
                worker="w",
                after_id=row.head_id,
                created_at=at,
            )
            session.add(run)
            row.head_id, row.terms = run.id, store.with_terms(row.terms, f"{question} {answer} {title}")
    return row.id


def forget(site: Site, by: Principal) -> None:
    """Somebody begins anew: without conversations and folders."""

    async def every() -> list[UUID]:
        async with site.rooms.db.write(Scope(by.org_id)) as session:
            await session.execute(delete(Folder).where(Folder.owner == by.owner))
            return list(await session.scalars(select(Conversation.id).where(Conversation.owner == by.owner)))

    site.run(site.rooms.conversations.erase(by.org_id, site.run(every())))
