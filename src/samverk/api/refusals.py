"""The errors that the interfaces add to the family."""

from samverk.core.errors import Invalid, NotFound


class WrongField(Invalid):
    """A field of the request cannot be used as it is."""

    sv = "Fältet {param} går inte att använda: {why_sv}."
    en = "The field {param} cannot be used: {why_en}."

    def __init__(self, param: str, why_sv: str, why_en: str) -> None:
        """`param` names the field, as in `messages[0].content`."""
        super().__init__(param=param, why_sv=why_sv, why_en=why_en)


class NotJson(Invalid):
    """The body is no JSON object."""

    sv = "Det som skickades är inte ett JSON-objekt i UTF-8."
    en = "What was sent is not a JSON object in UTF-8."


class UnknownModel(NotFound):
    """There is no such model or assistant for this key."""

    code = "model_not_found"

    def __init__(self, name: str) -> None:
        super().__init__("model", name)
