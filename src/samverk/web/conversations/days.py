"""A list by when its entries were used: today, yesterday, each day of the last month, then months. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from samverk.answers.model import ConversationInfo
from samverk.web.texts import TIME_ZONE, Texts

DAYS = 30  # that are told apart; older ones by month


@dataclass(frozen=True, slots=True)
class Group:
    """Conversations under one heading, in the order in which they came. `exact`: they are of one day."""

    heading: str
    items: tuple[ConversationInfo, ...]
    exact: bool


def by_day(items: Iterable[ConversationInfo], now: datetime, words: Texts) -> list[Group]:
    """The conversations, the latest first, in groups; days are days in Sweden."""
    groups = []
    for (heading, exact), some in groupby(items, lambda info: _heading(info.updated_at, now, words)):
        groups.append(Group(heading, tuple(some), exact))
    return groups


def _heading(used: datetime, now: datetime, words: Texts) -> tuple[str, bool]:
    zone = ZoneInfo(TIME_ZONE)
    ago = (now.astimezone(zone).date() - used.astimezone(zone).date()).days
    if ago <= 0:
        return words("conversations.today"), True
    if ago == 1:
        return words("conversations.yesterday"), True
    if ago <= DAYS:
        return _capital(words.day(used)), True
    return _capital(words.month(used)), False


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
