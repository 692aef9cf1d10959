"""The level of information, after the KLASSA model of the Swedish municipalities."""

from enum import IntEnum


class Level(IntEnum):
    """How much harm comes if the information reaches somebody it should not. Higher is more sensitive."""

    OPEN = 0
    INTERNAL = 1
    SENSITIVE = 2
    SECRET = 3

    @property
    def slug(self) -> str:
        """The name in code and interfaces: `open`, `internal`, `sensitive`, `secret`."""
        return self.name.lower()

    @classmethod
    def parse(cls, text: str) -> "Level":
        """The level with this slug. Raises ValueError for anything else."""
        try:
            return cls[text.upper()]
        except KeyError:
            raise ValueError(f"unknown level: {text!r}") from None
