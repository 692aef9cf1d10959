"""The model card: what a model is, where it runs, and for which information it is approved. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from samverk.core.levels import Level

Hosting = Literal["own", "sweden", "eu", "third_country"]


class ModelCard(BaseModel):
    """One version of a model's card. Prices are millionths of the currency for a million tokens: integers, never floats."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9._:-]{0,99}$")
    name: str
    kind: Literal["chat", "embeddings", "speech", "image", "rerank"] = "chat"
    vendor: str = ""
    hosting: Hosting = "third_country"
    approved_for: Level = Level.OPEN
    abilities: frozenset[str] = frozenset()  # "abstain": says itself when the sources do not answer
    context_tokens: int = Field(default=8192, gt=0)
    price_in: int = Field(default=0, ge=0)
    price_out: int = Field(default=0, ge=0)
    currency: str = "SEK"
    licence: str = ""
    certified_by: str = ""
    certified_until: str = ""  # ISO date

    def cost(self, tokens_in: int | None, tokens_out: int | None) -> int:
        """What a call costs, in millionths of the currency, rounded up."""
        total = (tokens_in or 0) * self.price_in + (tokens_out or 0) * self.price_out
        return -(-total // 1_000_000)

    def body(self) -> dict[str, Any]:
        """The card as it is stored, signed and travels."""
        return {**self.model_dump(mode="json"), "abilities": sorted(self.abilities)}


class AdoptedCard(BaseModel):
    """A card in force in an organisation, with its version's id and number."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    version: int
    card: ModelCard
    adopted_at: datetime | None = None
    adopted_by: str = ""


CERTIFICATE_WARNING_DAYS = 60

CertificateState = Literal["none", "valid", "ends_soon", "ended"]


@dataclass(frozen=True, slots=True)
class Certificate:
    """How a card's certificate stands on a day. `until` None: it names no last day that can be read."""

    state: CertificateState
    by: str
    until: date | None


def certificate(card: ModelCard, today: date) -> Certificate:
    """The certificate of a card: it is valid through its last day, and ends soon within CERTIFICATE_WARNING_DAYS of it."""
    until = _date(card.certified_until)
    if not card.certified_by and until is None:
        return Certificate("none", "", None)
    left = (until - today).days if until else None
    state: CertificateState = "valid"
    if left is not None and left <= CERTIFICATE_WARNING_DAYS:
        state = "ended" if left < 0 else "ends_soon"
    return Certificate(state, card.certified_by, until)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


EXTRACTIVE = ModelCard(
    slug="extractive",
    name="Utdrag ur källorna",
    vendor="Samverk",
    hosting="own",
    approved_for=Level.SECRET,
    context_tokens=1_000_000,
    licence="Apache-2.0",
    certified_by="Samverk",
)
"""The embedded model: it runs in the process, invents nothing and sends nothing anywhere."""
