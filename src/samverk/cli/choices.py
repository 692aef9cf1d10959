"""Choices and options that several commands share."""

from enum import StrEnum

import typer

from samverk.core.levels import Level

JSON = typer.Option(False, "--json", help="Print JSON.")
ORG = typer.Option(..., "--org", help="The organisation's slug.")


class OrganisationKind(StrEnum):
    """What sort of organisation it is."""

    MUNICIPALITY = "municipality"
    REGION = "region"
    AGENCY = "agency"
    LIBRARY = "library"


class LevelChoice(StrEnum):
    """A level of information."""

    OPEN = "open"
    INTERNAL = "internal"
    SENSITIVE = "sensitive"
    SECRET = "secret"  # noqa: S105 - a level of information

    @property
    def level(self) -> Level:
        """The level itself."""
        return Level.parse(self.value)


class HostingChoice(StrEnum):
    """Where a model runs."""

    OWN = "own"
    SWEDEN = "sweden"
    EU = "eu"
    THIRD_COUNTRY = "third_country"


class KindChoice(StrEnum):
    """What a model does."""

    CHAT = "chat"
    EMBEDDINGS = "embeddings"
    SPEECH = "speech"
    IMAGE = "image"
    RERANK = "rerank"


class UseChoice(StrEnum):
    """What a model serves."""

    STAFF = "staff"
    CITIZENS = "citizens"
    DOCUMENTS = "documents"
    PROGRAMS = "programs"


class AudienceChoice(StrEnum):
    """Whom an assistant is for."""

    CITIZEN = "citizen"
    STAFF = "staff"
