"""What an address or a field says, as the value that it means: ids and numbers. What means nothing is None. Pure."""

from uuid import UUID

from starlette.requests import Request

from samverk.core.errors import Invalid, NotFound


def id_in(text: str) -> UUID | None:
    """The id that a text is."""
    try:
        return UUID(text)
    except ValueError:
        return None


def form_id(text: str) -> UUID:
    """The id that a form of ours was drawn with. Raises Invalid for what is none."""
    found = id_in(text)
    if found is None:
        raise Invalid(why="id")
    return found


def known_id(text: str, what: str) -> UUID:
    """The id that a text is. Raises NotFound for what is none."""
    found = id_in(text)
    if found is None:
        raise NotFound(what)
    return found


def number_in(text: str, most_digits: int = 7) -> int | None:
    """The whole number that a text is, from 0 and with at most so many digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most_digits else None


def page_number(request: Request) -> int:
    """Which page of a list is asked for (`sida`), from 1."""
    return max(1, number_in(request.query_params.get("sida", "")) or 1)
