"""The one error family. Knows nothing of HTTP: `status` is a number that the edges may use as they like.

Every error carries a stable `code` and a message for the person, in Swedish and English. A message never holds
secrets or another organisation's data, so it is always safe to show.
"""

from typing import Literal

Language = Literal["sv", "en"]


class SamverkError(Exception):
    """Something went wrong that a person can be told about.

    Subclasses set `code`, `status` and the two messages; `{name}` in a message is filled from the keyword arguments. Where that
    does not say enough, both messages are given as they are.
    """

    code = "error"
    status = 500
    sv = "Något gick fel hos oss. Försök igen om en stund."
    en = "Something went wrong on our side. Please try again in a while."

    def __init__(self, *, sv: str | None = None, en: str | None = None, **facts: object) -> None:
        self.sv = sv or type(self).sv.format(**facts)
        self.en = en or type(self).en.format(**facts)
        self.facts = facts
        super().__init__(self.en)

    def message(self, language: Language = "sv") -> str:
        """The message in the person's language."""
        return self.sv if language == "sv" else self.en


class Invalid(SamverkError):
    """What was sent cannot be used as it is."""

    code = "invalid"
    status = 400
    sv = "Det som skickades går inte att använda: {why}"
    en = "What was sent cannot be used: {why}"


# What can be missing, as a person calls it.
THINGS = {
    "organisation": ("Organisationen", "The organisation"),
    "assistant": ("Assistenten", "The assistant"),
    "collection": ("Kunskapssamlingen", "The collection"),
    "document": ("Dokumentet", "The document"),
    "source": ("Källan", "The source"),
    "sync": ("Synkningen", "The sync"),
    "passage": ("Stycket", "The passage"),
    "vectors": ("Vektorerna från", "The vectors of"),
    "conversation": ("Samtalet", "The conversation"),
    "answer": ("Svaret", "The answer"),
    "model": ("Modellen", "The model"),
    "budget": ("Budgeten", "The budget"),
    "limit": ("Gränsen", "The limit"),
    "endpoint": ("Adressen till modellen", "The model's endpoint"),
    "content": ("Det sparade innehållet", "The kept content"),
    "catalogue": ("Katalogen", "The catalogue"),
    "key": ("Nyckeln", "The key"),
    "member": ("Medlemmen", "The member"),
    "group": ("Gruppen", "The group"),
    "invitation": ("Inbjudan", "The invitation"),
    "folder": ("Mappen", "The folder"),
    "prompt": ("Mallen", "The prompt"),
    "version": ("Versionen", "The version"),
    "page": ("Sidan", "The page"),
    "file": ("Filen", "The file"),
    "scope": ("Maskeringsnyckeln", "The masking scope"),
}


class NotFound(SamverkError):
    """It does not exist, or is not for this caller: the two look alike from outside, on purpose."""

    code = "not_found"
    status = 404
    sv = "{thing_sv} finns inte, eller så har du inte tillgång till det som efterfrågas."
    en = "{thing_en} does not exist, or you do not have access to it."

    def __init__(self, what: str, name: str = "") -> None:
        """`what` is a key of THINGS; `name` is what the caller asked for, repeated so that a slip of the pen is seen."""
        sv, en = (f"{thing} {name}".rstrip() for thing in THINGS[what])
        super().__init__(what=what, name=name, thing_sv=sv, thing_en=en)


class NotAllowed(SamverkError):
    """The caller is known, and may not do this."""

    code = "not_allowed"
    status = 403
    sv = "Du har inte behörighet att göra det här."
    en = "You are not allowed to do this."


class NotSignedIn(SamverkError):
    """The caller is not known."""

    code = "not_signed_in"
    status = 401
    sv = "Du behöver logga in."
    en = "You need to log in."


class Conflict(SamverkError):
    """Something with that name exists already, or somebody was faster."""

    code = "conflict"
    status = 409
    sv = "Det krockar med något som redan finns: {what}"
    en = "It collides with something that exists already: {what}"


class TooLarge(SamverkError):
    """More was sent than is accepted."""

    code = "too_large"
    status = 413
    sv = "Det är för stort. Högst {limit} tas emot."
    en = "It is too large. At most {limit} is accepted."


class TooMany(SamverkError):
    """Too many attempts in a short time."""

    code = "too_many"
    status = 429
    sv = "För många försök. Vänta {seconds} sekunder och försök igen."
    en = "Too many attempts. Wait {seconds} seconds and try again."


class ModelFailed(SamverkError):
    """The model could not be reached, or answered with something that is not an answer."""

    code = "model_failed"
    status = 502
    sv = "Modellen {model} svarade inte som den ska: {why}"
    en = "The model {model} did not answer as it should: {why}"


class Denied(SamverkError):
    """The policy refuses the call."""

    code = "policy_denied"
    status = 403
    sv = "Reglerna tillåter inte det här anropet: {why_sv}"
    en = "The policy does not allow this call: {why_en}"
