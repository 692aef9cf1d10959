"""The door that the tests of this room come to."""

import pytest

from samverk.core.database import Database
from samverk.library.fake import FakeProvider, Script
from samverk.library.ports import Finish
from tests.gateway.door import Door, opened_door


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider(
        {
            "slow": Script(("ett ", "två ", "tre "), Finish("stop", 7, 3), pause=0.05),
            "echo": lambda request: Script((request.messages[-1].text[:5], request.messages[-1].text[5:])),
        }
    )


@pytest.fixture
async def door(databases: tuple[Database, Database], provider: FakeProvider) -> Door:
    return await opened_door(databases, provider)
