"""What a form says on the page that follows it: "Samtalet är borttaget. [Ångra]". Kept in a cookie for one page.

Only keys of the catalogue and plain facts travel, so whatever stands in the cookie, nothing but our own sentences are shown.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response

from samverk.http.sessions import drop_cookie, read_cookie, safe_next, set_cookie
from samverk.web.texts import Texts

SAID_COOKIE = "samverk-said"
_LONGEST = 3_000
_FACT_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: its key below `said.` in the catalogue, the facts that fill it, and the form that takes it back.

    A text with plural forms is told by the fact `n`, a whole number. `undo` is the path that the form is sent to with `fields`;
    empty where nothing can be undone.
    """

    key: str
    facts: dict[str, Any] = field(default_factory=dict)
    undo: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def sentence(self, words: Texts) -> str:
        """What is said; nothing where the catalogue has no such text or the facts do not fill it."""
        key = f"said.{self.key}"
        try:
            if words.has(f"{key}.other"):
                return words.count(key, **self.facts)
            return words(key, said=self.key, **self.facts)  # always with a fact: a text that wants one is not told raw
        except (KeyError, TypeError, ValueError, IndexError):
            return ""


def say(request: Request, response: Response, what: Said) -> Response:
    """Have it said on the page that the response leads to. Returns the response."""
    facts = {
        name: value if isinstance(value, int) else str(value)[:_FACT_CHARACTERS] for name, value in what.facts.items()
    }
    text = quote(orjson.dumps([what.key, facts, what.undo, what.fields]).decode(), safe="")
    if len(text) <= _LONGEST:
        set_cookie(request, response, SAID_COOKIE, text, 60)
    return response


def said(request: Request) -> Said | None:
    """What the form before had to say. Anything that is not ours is nothing."""
    cookie = read_cookie(request, SAID_COOKIE)
    if not cookie or len(cookie) > _LONGEST:
        return None
    try:
        key, facts, undo, fields = orjson.loads(unquote(cookie))
        return Said(str(key), dict(facts), safe_next(undo, default=""), {str(k): str(v) for k, v in fields.items()})
    except (ValueError, TypeError, AttributeError):
        return None


def clear(request: Request, response: Response) -> None:
    """It has been said."""
    if read_cookie(request, SAID_COOKIE):
        drop_cookie(request, response, SAID_COOKIE)
