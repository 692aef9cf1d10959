"""What the library refuses, and why."""

from collections.abc import Mapping

from samverk.core.errors import Invalid, NotFound, SamverkError

_WHY: Mapping[str, tuple[str, str]] = {
    "retired": ("organisationen har tagit den ur bruk", "the organisation has retired it"),
    "withdrawn": (
        "den katalog som kortet kommer från har inte längre med den",
        "the catalogue that its card comes from no longer holds it",
    ),
    "no_endpoint": ("ingen har angett var den nås", "nobody has said where it is reached"),
}


class NotInUse(NotFound):
    """The organisation has adopted the model, and no call is made with it."""

    code = "model_not_in_use"

    def __init__(self, name: str, why: str) -> None:
        """`why` is a `StopCode`."""
        sv, en = _WHY[why]
        SamverkError.__init__(
            self,
            sv=f"Modellen {name} används inte: {sv}.",
            en=f"The model {name} is not in use: {en}.",
            what="model",
            name=name,
            why=why,
        )


class Looser(Invalid):
    """A card that comes from a catalogue may be tightened, and never loosened or replaced by one of one's own."""

    code = "looser"
    status = 409
    sv = "Kortet {name} kommer från katalogen {catalogue}: det går att skärpa, inte att ändra. Ge ett eget kort ett annat namn."
    en = "The card {name} comes from the catalogue {catalogue}: it can be tightened, not changed. Give your own another slug."
