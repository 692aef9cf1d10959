"""The shapes that several routes speak in. Knows how a value is written, nothing of where it comes from."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from samverk.core.levels import Level

LevelName = Literal["open", "internal", "sensitive", "secret"]

_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def _storable(text: str) -> str:
    """The text, unless it holds what no database takes: NUL, or half a character (JSON can write a lone surrogate)."""
    if _UNSTORABLE.search(text):
        raise ValueError("it holds a character that cannot be stored")
    return text


Text = Annotated[str, AfterValidator(_storable)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_storable)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
Label = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,20}$")]
CollectionName = Annotated[str, StringConstraints(pattern=r"^([a-z0-9-]{1,64}/)?[a-z0-9-]{1,64}$")]


class Sent(BaseModel):
    """What a client sends: a field that we do not know is a mistake that it wants to hear of."""

    model_config = ConfigDict(extra="forbid")


class Reason(BaseModel):
    """Why something is as it is: a stable code and a sentence in both languages."""

    code: str
    sv: str
    en: str


def level_of(name: LevelName) -> Level:
    """The level with this name."""
    return Level.parse(name)


def name_of(level: Level) -> LevelName:
    """The name of a level."""
    names: tuple[LevelName, ...] = ("open", "internal", "sensitive", "secret")
    return names[level]
