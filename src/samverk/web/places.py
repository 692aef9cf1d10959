"""The places of the main menu, and who may go there. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """An area of the pages: its key below `frame.nav.`, where it begins, and the permission that it asks for (empty: none)."""

    key: str
    path: str
    permission: str = ""


PLACES = (
    Place("start", "/"),
    Place("assistants", "/assistenter"),
    Place("conversations", "/samtal"),
    Place("knowledge", "/kunskap", "knowledge:read"),
    Place("prompts", "/mallar", "chat"),
    Place("masking", "/maskera", "chat"),
    Place("models", "/modeller"),
    Place("organisation", "/organisation", "admin"),
    Place("help", "/hjalp"),
)
CITIZENS = (Place("assistants", "/"), Place("conversations", "/samtal"), Place("help", "/hjalp"))
