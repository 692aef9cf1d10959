"""What an organisation can choose of masking, and whether a choice can be kept. Pure; the service stores it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol, get_args
from uuid import UUID

from samverk.core.errors import Invalid
from samverk.core.journal import Actor
from samverk.masking.pseudonyms import Style

STYLES: tuple[Style, ...] = get_args(Style)

MOST_PATTERNS = 50
NAME_CHARACTERS = 60
PATTERN_CHARACTERS = 300
EXAMPLE_CHARACTERS = 500
_LABEL = re.compile(r"[A-Z]{2,20}")


class Steward(Actor, Protocol):
    """Who changes how an organisation masks; a principal is one."""

    @property
    def org_id(self) -> UUID:
        """The organisation."""
        ...

    def require(self, permission: str) -> None:
        """Raise NotAllowed without the permission."""
        ...


@dataclass(frozen=True, slots=True)
class OwnPattern:
    """A sort of id that is the organisation's own. `example` is a text in which `pattern` finds one.

    `label` is its sort as it stands in tokens: `ELEVKORT` gives `[ELEVKORT_1]`. Several patterns may share a label.
    """

    label: str
    name: str
    pattern: str
    example: str


@dataclass(frozen=True, slots=True)
class MaskingSettings:
    """How an organisation masks. `off` are labels that are not looked for; `careful` masks also what is less sure.

    `style` is what values are replaced by: readable tokens (`[PERSON_1]`), or made-up values that look real.
    """

    off: tuple[str, ...] = ()
    patterns: tuple[OwnPattern, ...] = ()
    careful: bool = True
    style: Style = "token"

    def body(self) -> dict[str, Any]:
        """The choice as it is stored."""
        return asdict(self)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "MaskingSettings":
        """The choice that `body` was made of."""
        patterns = tuple(OwnPattern(**pattern) for pattern in body["patterns"])
        return cls(tuple(body["off"]), patterns, body["careful"], body["style"])


def check_shape(wanted: MaskingSettings, labels: Collection[str]) -> None:
    """Raise Invalid, with the field as `param`, for what cannot be kept. `labels` are those of the recognisers that there are."""
    own = {pattern.label for pattern in wanted.patterns}
    for label in wanted.off:
        if label not in labels and label not in own:
            raise _invalid("off", f"Sorten {label} finns inte.", f"The sort {label} does not exist.")
    if wanted.style not in STYLES:
        raise _invalid("style", "Välj ett av de sätt som finns.", "Choose one of the ways that there are.")
    if len(wanted.patterns) > MOST_PATTERNS:
        raise _invalid(
            "patterns",
            f"Ni kan ha högst {MOST_PATTERNS} egna mönster.",
            f"You can have at most {MOST_PATTERNS} patterns of your own.",
        )
    names: set[str] = set()
    for at, pattern in enumerate(wanted.patterns):
        _check_pattern(f"patterns[{at}]", pattern, labels)
        if pattern.name in names:
            raise _invalid(
                f"patterns[{at}].name",
                f"Två mönster heter {pattern.name}. Ge det ena ett annat namn.",
                f"Two patterns are called {pattern.name}. Give one of them another name.",
            )
        names.add(pattern.name)


def _check_pattern(where: str, pattern: OwnPattern, labels: Collection[str]) -> None:
    if not _LABEL.fullmatch(pattern.label):
        raise _invalid(
            f"{where}.label",
            "Skriv beteckningen med 2–20 stora bokstäver A–Z, till exempel ELEVKORT.",
            "Write the label with 2–20 capital letters A–Z, such as ELEVKORT.",
        )
    if pattern.label in labels:
        raise _invalid(
            f"{where}.label",
            f"Beteckningen {pattern.label} är upptagen. Välj en egen.",
            f"The label {pattern.label} is taken. Choose one of your own.",
        )
    for name, longest in _LENGTHS.items():
        said = getattr(pattern, name)
        if not said.strip() or len(said) > longest:
            raise _invalid(
                f"{where}.{name}", f"Skriv 1–{longest} tecken i fältet.", f"Write 1–{longest} characters in the field."
            )


_LENGTHS = {"name": NAME_CHARACTERS, "pattern": PATTERN_CHARACTERS, "example": EXAMPLE_CHARACTERS}


def _invalid(param: str, sv: str, en: str) -> Invalid:
    return Invalid(sv=sv, en=en, param=param)
