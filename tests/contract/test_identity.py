"""The contract of those who vouch for people, over the fake and every provider in the folder."""

import pytest

from samverk.core.database import Database
from samverk.identity import providers
from samverk.identity.fake import FakeIdentity
from samverk.identity.ports import IdentityProvider, Known
from samverk.identity.service import Identity

SUBJECT, SECRET = "anna.ek@exempel.example", "ett långt lösenord å ä ö"


@pytest.fixture(params=["fake", *providers.names()])
async def provider(request: pytest.FixtureRequest, db: Database) -> IdentityProvider:
    if request.param == "fake":
        return FakeIdentity({SUBJECT: SECRET})
    identity = Identity(db)
    await identity.create_org("ekby", "Ekby kommun")
    await identity.create_user("ekby", SUBJECT, "Anna Ek", password=SECRET)
    return providers.load(request.param, db)


async def test_the_right_secret_is_vouched_for(provider: IdentityProvider) -> None:
    assert await provider.vouch(SUBJECT, SECRET) == Known(provider.issuer, SUBJECT)


@pytest.mark.parametrize(
    ("subject", "secret"),
    [
        (SUBJECT, ""),
        (SUBJECT, SECRET + " "),
        (SUBJECT, SECRET.upper()),
        (SUBJECT, "x" * 100_000),
        ("nobody@exempel.example", SECRET),
        ("", ""),
        ("' or 1=1 --", SECRET),
        ("\x00", "\x00"),
    ],
)
async def test_nobody_else_is(provider: IdentityProvider, subject: str, secret: str) -> None:
    assert await provider.vouch(subject, secret) is None
