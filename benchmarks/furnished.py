"""An organisation for the benchmark of the door, made by the platform's own code, with everything on that users have on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samverk.app.platform import running
from samverk.core.levels import Level
from samverk.core.settings import Settings
from samverk.gateway.budgeting import NewBudget
from samverk.gateway.budgets import Subject
from samverk.gateway.limiting import NamedLimit
from samverk.gateway.limits import EVERY, Limit
from samverk.gateway.plans import chosen
from samverk.identity.principal import system
from samverk.library.cards import ModelCard
from samverk.library.ports import Endpoint
from samverk.masking.settings import MaskingSettings, OwnPattern

ORG, GROUP = "bench", "utveckling"
PATTERN = OwnPattern("ELEVKORT", "Elevkort", r"\bEK-[0-9]{6}\b", "Elevkortet EK-123456 gäller.")
SECRET = "k" * 43
MODELS = ("quick", "long", "slow")
AMOUNT = 10**15  # millionths, or tokens
ON = (
    "a key",
    "the policy",
    "records",
    "budgets in money and tokens of the organisation, the key and its group by month and day",
    "limits of the key and of each model",
    "a plan with a mark-up",
    "breakers, retries and fallback",
    "personal data looked for and masked, a pattern of the organisation's own",
)


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
    """An organisation with its models, approved below SENSITIVE, a key, and budgets, limits and patterns that nothing passes."""
    made = Furnished(home, url, "")
    async with running(made.settings, work=False) as platform:
        rooms = platform.rooms
        org = await rooms.identity.create_org(ORG, "Björksta kommun")
        by = system(org.id)
        for name in MODELS:
            await rooms.library.adopt(org.id, _card(name), Endpoint("openai_compatible", name, upstream), "bench")
        await rooms.identity.groups.create(by, GROUP.capitalize())
        key, secret = await rooms.identity.create_key(ORG, "bench", ["chat"], [GROUP])
        await rooms.gateway.plans.set(by, chosen("standard"))
        for budget in _budgets(str(key.id)):
            await rooms.gateway.budgets.set(by, budget)
        for subject, name in (("key", str(key.id)), ("model", EVERY)):
            await rooms.gateway.limits.set(by, NamedLimit(subject, name, Limit(1_000_000, 1_000_000_000, 5_000)))
        await rooms.masking.change(by, MaskingSettings(patterns=(PATTERN,)))
    return Furnished(home, url, secret)


def _card(name: str) -> ModelCard:
    return ModelCard(
        slug=name,
        name=name,
        vendor="Exempel AB",
        hosting="eu",
        approved_for=Level.INTERNAL,
        price_in=2_000_000,
        price_out=6_000_000,
    )


def _budgets(key: str) -> list[NewBudget]:
    """One in money and one in tokens for everybody whom a call burdens."""
    burdened: list[tuple[Subject, str]] = [("organisation", ""), ("key", key), ("group", GROUP)]
    return [
        budget
        for subject, name in burdened
        for budget in (
            NewBudget(subject, name, "month", "money", AMOUNT),
            NewBudget(subject, name, "day", "tokens", AMOUNT, ""),
        )
    ]


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
        standings = await platform.rooms.gateway.budgets.list(org.id)
        held = await platform.ledger.accounts(org.id, [one.budget.account(one.began) for one in standings])
    closed = [entry.body for entry in entries if entry.event == "closed"]
    left = sum(body["outcome"] == "left_open" for body in closed)
    opened = sum(entry.event == "opened" for entry in entries)
    wrong = [
        f"{name}: used {account.used}, held {account.held}, told by the records at least {_told(name, closed)}"
        for name, account in held.items()
        if account.held or account.used < _told(name, closed) or (not left and account.used != _told(name, closed))
    ]
    return Books(opened, left, broken, len(standings), wrong)


def _told(account: str, closed: Sequence[Mapping[str, Any]]) -> int:
    """What the records that tell it come to in an account's unit; one that was left open does not."""
    if ":money:" in account:
        return sum(body.get("cost") or 0 for body in closed)
    return sum((body.get("tokens_in") or 0) + (body.get("tokens_out") or 0) for body in closed)
