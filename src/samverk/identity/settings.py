"""How an organisation looks and what it keeps, as the rooms above see it. Pure shapes."""

from dataclasses import dataclass, field

from samverk.identity.tables import OrganisationSettings

CONTACT = ("unit", "phone", "email", "url", "note")


@dataclass(frozen=True, slots=True)
class Look:
    """The look of an organisation. `colour` is `#rrggbb` or empty, `logo` the digest that names its logo or empty."""

    colour: str = ""
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Habits:
    """What an organisation keeps for how long, and whom people can turn to.

    `contact` is empty, or has every name of CONTACT; what is not said there is "".
    """

    retention_days: int | None = None
    session_hours: int | None = None
    contact: dict[str, str] = field(default_factory=dict)


def look_of(row: OrganisationSettings | None) -> Look:
    """The look that a row describes; without one, the plain look."""
    return Look(row.colour, row.logo_digest) if row else Look()


def habits_of(row: OrganisationSettings | None) -> Habits:
    """The habits that a row describes; without one, those of the installation."""
    return Habits(row.retention_days, row.session_hours, _contact(row.contact or {})) if row else Habits()


def _contact(said: dict[str, str]) -> dict[str, str]:
    return {name: said.get(name, "") for name in CONTACT} if any(said.values()) else {}
