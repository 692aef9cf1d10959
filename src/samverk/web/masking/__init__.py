"""The area where anybody who is logged in masks a text of their own, and puts the values back in an answer."""

from starlette.routing import BaseRoute

from samverk.web.areas import shown
from samverk.web.masking import keys, text


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    return [
        *shown(text.HOME, text.show, text.send),
        *shown(f"{keys.HOME}/{{key}}", keys.show, keys.put_back),
        *shown(f"{keys.HOME}/{{key}}/ta-bort", keys.ask_end, keys.end),
    ]
