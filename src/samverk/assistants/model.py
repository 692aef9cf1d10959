"""What an assistant is: an immutable, versioned body, and who may use it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from samverk.core.levels import Level
from samverk.identity.principal import Principal

_CAME_LATER = ("masking_off", "keep_content")


class Contact(BaseModel):
    """Whom to ask when the sources are silent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: str
    phone: str = ""
    email: str = ""
    url: str = ""
    note: str = ""


class AssistantBody(BaseModel):
    """What a version holds. `collections` are slugs, or `organisation/slug` for one that is shared with us.

    `masking_off` are sorts of personal data that are not looked for in what this assistant is asked. Only with `keep_content`
    what it is asked and answers is kept beside the record of calls, where its organisation keeps that at all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=120)
    description: str = ""
    instructions: str = ""
    models: tuple[str, ...] = ("extractive",)
    collections: tuple[str, ...] = ()
    level: Level = Level.OPEN
    audience: Literal["citizen", "staff"] = "staff"
    groups: tuple[str, ...] = ()
    tone: str = ""
    language: Literal["sv", "en"] = "sv"
    sample_questions: tuple[str, ...] = ()
    contact: Contact | None = None
    masking: bool = False
    masking_off: tuple[str, ...] = ()
    keep_content: bool = False

    def body(self) -> dict[str, Any]:
        """The version as it is stored and travels. A field that came later is left out while it says nothing: what was kept
        before it came is still the same."""
        said = self.model_dump(mode="json")
        return {name: value for name, value in said.items() if value or name not in _CAME_LATER}


@dataclass(frozen=True, slots=True)
class Assistant:
    """An assistant in its current version; as a draft, `version` is 0 and `body` what it may become.

    With an `owner` it is that principal's alone.
    """

    id: UUID
    slug: str
    version: int
    version_id: UUID
    body: AssistantBody
    owner: str | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.body.name


def may_use(principal: Principal, assistant: Assistant) -> bool:
    """Whether this principal may ask the assistant: its owner a private one, else everybody those for citizens and the named
    groups those for staff."""
    return is_for(principal, assistant.owner, assistant.body.audience, assistant.body.groups)


def is_for(principal: Principal, owner: str | None, audience: str, groups: Sequence[str]) -> bool:
    """What `may_use` says, from the facts alone."""
    if not principal.may("chat"):
        return False
    if owner is not None:
        return owner == principal.owner
    return audience == "citizen" or principal.in_any(tuple(groups))
