"""The files of a conversation as its page shows them. Knows no form: `attaching` has what people do with them."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from starlette.requests import Request

from samverk.assistants.model import Assistant
from samverk.core.errors import Invalid, NotFound
from samverk.http.rooms import rooms_of
from samverk.identity.principal import Principal
from samverk.knowledge.attached import MOST_FILES, Attached


class NotAttachedYet(Invalid):
    """A question was sent with files that were chosen and not attached."""

    sv = "Filerna är inte bifogade än. Välj dem igen, tryck på Bifoga och skicka sedan frågan."
    en = "The files are not attached yet. Choose them again, press Attach, and then send the question."


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a conversation as the page shows them: those that came, those refused and why, the one just removed."""

    state: Attached | None = None
    refused: tuple[str, ...] = ()
    removed: tuple[str, str] | None = None  # the id and the name


def may_attach(who: Principal, assistant: Assistant) -> bool:
    """Whether files can be attached: by the staff, to an assistant for the staff."""
    return who.is_staff and assistant.body.audience == "staff"


async def files_of(
    request: Request, who: Principal, assistant: Assistant | None, attached: UUID | None
) -> Files | None:
    """What the page of a conversation shows of its files; nothing where none can be attached."""
    if assistant is None or not may_attach(who, assistant):
        return None
    try:
        return Files(await rooms_of(request).attachments.state(who, attached) if attached else None)
    except NotFound:
        return Files()


@cache
def _accepted() -> str:
    """What the file chooser offers."""
    from samverk.knowledge import sandbox  # loaded when the first page with the control is drawn

    return ",".join(sorted(sandbox.readable_suffixes()))


def context(files: Files | None) -> dict[str, Any]:
    """What the template of the control needs."""
    return {"files": files, "accepted": _accepted() if files else "", "most_files": MOST_FILES}
