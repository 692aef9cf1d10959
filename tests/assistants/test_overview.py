"""What is new among the assistants, and whose drafts wait."""

from datetime import timedelta

from samverk.assistants.model import AssistantBody
from samverk.assistants.overview import drafts, published, usable
from samverk.assistants.service import Assistants
from samverk.assistants.tables import AssistantDraft
from samverk.core.database import Database
from samverk.core.ids import now
from samverk.core.scope import Scope
from samverk.identity.principal import Kind, Principal, Role, system
from samverk.identity.service import Identity


async def _erik(db: Database, role: Role = Role.BUILDER) -> Principal:
    org = (await Identity(db).create_org("ekby", "Ekby")).id
    return Principal(Kind.MEMBER, org, "erik", "Erik", role)


async def test_new_is_what_i_may_use_and_was_put_in_force_since(db: Database) -> None:
    erik, assistants = await _erik(db), Assistants(db)
    by = system(erik.org_id)
    await assistants.save(erik.org_id, "hr", AssistantBody(name="HR"), by)
    await assistants.save(erik.org_id, "hr", AssistantBody(name="HR", tone="kort"), by)
    await assistants.save(erik.org_id, "soc", AssistantBody(name="Soc", groups=("socialsekreterare",)), by)
    known = await usable(db, erik)
    assert [one.assistant() for one in known] == await assistants.list(erik)
    (news,) = published(known, now() - timedelta(days=30))
    assert (news.slug, news.name, news.version) == ("hr", "HR", 2)
    assert published(known, now() + timedelta(seconds=1)) == []


async def test_my_drafts_wait_for_me_alone_and_only_while_i_build(db: Database) -> None:
    erik = await _erik(db)
    made = [
        await Assistants(db).save(erik.org_id, slug, AssistantBody(name=slug), system(erik.org_id))
        for slug in ("min", "annans")
    ]
    async with db.write(Scope(erik.org_id)) as session:
        for assistant, owner in zip(made, (erik.owner, "member:annan"), strict=True):
            body = AssistantBody(name=f"Ny {assistant.slug}").body()
            session.add(
                AssistantDraft(
                    org_id=erik.org_id, assistant_id=assistant.id, body=body, updated_by=owner, updated_by_name="X"
                )
            )
    assert [(draft.slug, draft.name) for draft in await drafts(db, erik)] == [("min", "Ny min")]
    member = Principal(Kind.MEMBER, erik.org_id, "erik", "Erik", Role.MEMBER)
    assert await drafts(db, member) == []
