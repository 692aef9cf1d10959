"""Documents that another system sends by itself, through the interface. It is never walked: see `pushing`."""

from collections.abc import AsyncIterator, Mapping

from samverk.knowledge.sources import Field, Mention, Seen, Settings, Tools, Words


class Push:
    """A source that others bring the documents of."""

    kind = "push"
    title = Words("Sänds av ett annat system", "Sent by another system")
    hint = Words(
        "Ett annat system lägger in, ändrar och tar bort dokument genom gränssnittet, med en nyckel som får ändra i "
        "kunskapssamlingar.",
        "Another system adds, changes and removes documents through the interface, with a key that may change knowledge "
        "collections.",
    )
    form = (
        Field(
            "system",
            Words("Vilket system", "Which system"),
            hint=Words("Till exempel Platina eller Public 360.", "For example Platina or Public 360."),
        ),
    )
    walks = False

    def where(self, settings: Settings) -> str:
        """See `Source`."""
        return settings["system"]

    async def check(self, settings: Settings, secret: str, tools: Tools) -> None:
        """See `Source`. There is nothing that could be wrong."""

    async def walk(
        self, settings: Settings, secret: str, seen: Mapping[str, Seen], tools: Tools
    ) -> AsyncIterator[Mention]:
        """See `Source`: nothing is there to be fetched."""
        nothing: tuple[Mention, ...] = ()
        for mention in nothing:
            yield mention


SOURCE = Push
