"""A JSON object whose fields are read by type: what is wrong is refused by the field's name, never later. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from samverk.api.refusals import WrongField

_LONGEST_NAME = 200  # characters of a field's name that are told back
_WANTED = {
    "text": ("det ska vara text", "it must be text"),
    "flag": ("det ska vara sant eller falskt", "it must be true or false"),
    "object": ("det ska vara ett objekt", "it must be an object"),
    "list": ("det ska vara en lista med minst ett värde", "it must be a list of at least one value"),
    "needed": ("det saknas", "it is missing"),
    "empty": ("det får inte vara tomt", "it must not be empty"),
}


def wrong(param: str, wanted: str) -> WrongField:
    """The refusal of a field that is not what is wanted: a key of the table of wishes."""
    return WrongField(param[:_LONGEST_NAME], *_WANTED[wanted])


class Fields:
    """A JSON object at a place in the request. A field that is null counts as not given. Every reader raises WrongField."""

    __slots__ = ("values", "where")

    def __init__(self, values: Mapping[str, Any], where: str = "") -> None:
        self.values = values
        self.where = where

    def path(self, name: str) -> str:
        """The field as a refusal names it: `messages[0].content`."""
        return f"{self.where}.{name}" if self.where else name

    def get(self, name: str) -> Any:
        """A field as it was sent."""
        return self.values.get(name)

    def text(self, name: str, unless_given: str = "") -> str:
        """A text."""
        value = self.values.get(name)
        if value is None:
            return unless_given
        if not isinstance(value, str):
            raise wrong(self.path(name), "text")
        return value

    def needed(self, name: str) -> str:
        """A text that must be there and hold something."""
        if self.values.get(name) is None:
            raise wrong(self.path(name), "needed")
        if not (value := self.text(name)):
            raise wrong(self.path(name), "empty")
        return value

    def flag(self, name: str, *, unless_given: bool = False) -> bool:
        """True or false."""
        value = self.values.get(name)
        if value is None:
            return unless_given
        if not isinstance(value, bool):
            raise wrong(self.path(name), "flag")
        return value

    def count(self, name: str, most: int, unless_given: int = 1) -> int:
        """A whole number from 1 to `most`."""
        value = self.values.get(name)
        if value is None:
            return unless_given
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            why = f"det ska vara ett heltal från 1 till {most}", f"it must be a whole number from 1 to {most}"
            raise WrongField(self.path(name), *why)
        return value

    def choice(self, name: str, known: Collection[str], unless_given: str = "") -> str:
        """One of some words."""
        value = self.values.get(name)
        if value is None:
            return unless_given
        if not isinstance(value, str) or value not in known:
            words = ", ".join(known)
            raise WrongField(self.path(name), f"det ska vara en av {words}", f"it must be one of {words}")
        return value

    def object(self, name: str) -> "Fields":
        """An object; an empty one where it is not given."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, dict):
            raise wrong(self.path(name), "object")
        return Fields(value or {}, self.path(name))

    def items(self, name: str) -> list[Any]:
        """A list of at least one value, of whatever kind."""
        value = self.values.get(name)
        if not isinstance(value, list) or not value:
            raise wrong(self.path(name), "list")
        return value

    def objects(self, name: str) -> Iterator["Fields"]:
        """A list of at least one object."""
        for i, item in enumerate(self.items(name)):
            if not isinstance(item, dict):
                raise wrong(f"{self.path(name)}[{i}]", "object")
            yield Fields(item, f"{self.path(name)}[{i}]")

    def beside(self, own: Collection[str]) -> dict[str, Any]:
        """The fields that are given and are none of these."""
        return {name: value for name, value in self.values.items() if name not in own and value is not None}
