"""Lists in pages: a limit, and a cursor that says after which item the next page begins. Pure."""

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from samverk.api.refusals import WrongField

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=200, description="How many items a page holds at most.")]
Cursor = Annotated[str | None, Query(max_length=3000, description="`next_cursor` of the page before.")]


class Page(BaseModel, Generic[T]):
    """A page of a list. `next_cursor` is null on the last one."""

    data: list[T]
    next_cursor: str | None


def cursor_of(place: str) -> str:
    """A cursor for a place in the list; what it says is our own business."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place_of(cursor: str) -> str:
    """The place that a cursor stands for. Raises WrongField."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise wrong_cursor() from error


def wrong_cursor() -> WrongField:
    """The refusal of a cursor that we did not give."""
    return WrongField("cursor", "den kommer inte från en tidigare sida", "it does not come from an earlier page")


def page(items: Iterable[T], key: Callable[[T], str], limit: int, cursor: str | None) -> tuple[list[T], str | None]:
    """The items of a page in the order of their keys, and the cursor of the next page."""
    after = place_of(cursor) if cursor is not None else None
    ordered = sorted(items, key=key)
    rest = [item for item in ordered if after is None or key(item) > after]
    return rest[:limit], cursor_of(key(rest[limit - 1])) if len(rest) > limit else None
