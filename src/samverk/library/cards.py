"""The model card: what a model is, where it runs, and for which information it is approved. Pure.

A card's body is the same bytes for ever: what later versions of the card have learnt to say is left out of it while it is unsaid,
so that an old card keeps its digest, in storage and under a signature. Where a model is reached stands apart from its card.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from samverk.core.levels import Level

Hosting = Literal["own", "sweden", "eu", "third_country"]  # from the nearest to the farthest
Kind = Literal["chat", "embeddings", "speech", "image", "rerank"]
Use = Literal["staff", "citizens", "documents", "programs"]
USES: frozenset[Use] = frozenset(get_args(Use))
"""What a model can serve: assistants for staff, those for citizens, services on documents, and programs that ask it directly."""

ABILITIES = ("tools", "images", "structured_output", "abstain")
"""The abilities that the platform knows; a card may name others. `abstain`: it says itself when the sources do not answer."""

_DEAREST = 10**15  # millionths: a thousand million; so that every sum is an integer that any reader of JSON keeps exact


def _day(text: str) -> str:
    if text and not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError("it is not a date like 2026-12-31")
    if text:
        date.fromisoformat(text)
    return text


Day = Annotated[str, AfterValidator(_day)]  # ISO 8601, or empty
Price = Annotated[int, Field(ge=0, le=_DEAREST)]
_Lines = Annotated[frozenset[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=50)]


class Certification(BaseModel):
    """Somebody's word that a model may be used: who, since and until when, and where it is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str = Field(min_length=1, max_length=200)
    on: Day = ""
    until: Day = ""  # valid through this day; empty: no last day
    report: str = Field(default="", max_length=1000)


class Energy(BaseModel):
    """An estimate of what the model's work takes, in milliwatt-hours for the unit, and who says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    milliwatt_hours: int = Field(ge=0, le=10**12)
    per: Literal["1000 tokens", "minute", "image"] = "1000 tokens"
    source: str = Field(min_length=1, max_length=500)


class ModelCard(BaseModel):
    """One version of a model's card.

    Prices are integers, in millionths of the currency: for a million tokens (`price_in`, `price_out`), a minute, an image.
    `approved_for` is the level while the certificate stands, `uncertified_for` what is answered for without one. `demands` are
    for people: what whoever uses the model has to do. `lineage` goes from the base model to this one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9._:-]{0,99}$")
    name: str
    kind: Kind = "chat"
    vendor: str = ""
    hosting: Hosting = "third_country"
    approved_for: Level = Level.OPEN
    abilities: frozenset[str] = frozenset()
    context_tokens: int = Field(default=8192, gt=0)
    price_in: Price = 0
    price_out: Price = 0
    currency: str = "SEK"
    licence: str = ""
    certified_by: str = ""
    certified_until: Day = ""

    certified_on: Day = ""
    certificate_report: str = Field(default="", max_length=1000)
    earlier_certificates: tuple[Certification, ...] = Field(default=(), max_length=100)  # the latest first
    uncertified_for: Level = Level.OPEN
    allowed_uses: frozenset[Use] = USES
    demands: _Lines = frozenset()
    price_minute: Price = 0
    price_image: Price = 0
    price_from: Day = ""
    base_model: str = Field(default="", max_length=200)
    lineage: tuple[Annotated[str, Field(min_length=1, max_length=500)], ...] = Field(default=(), max_length=20)
    knowledge_cutoff: str = Field(default="", pattern=r"^(\d{4}(-\d\d(-\d\d)?)?)?$")
    energy: Energy | None = None

    def cost(self, tokens_in: int | None, tokens_out: int | None, *, seconds: int = 0, images: int = 0) -> int:
        """What a call costs, in millionths of the currency, rounded up."""
        tokens = (tokens_in or 0) * self.price_in + (tokens_out or 0) * self.price_out
        total = tokens * 60 + (seconds * self.price_minute + images * self.price_image * 60) * 1_000_000
        return -(-total // 60_000_000)

    def body(self) -> dict[str, Any]:
        """The card as it is stored, signed and travels."""
        dumped = self.model_dump(mode="json")
        for name in _SETS:
            dumped[name] = sorted(dumped[name])
        return {name: value for name, value in dumped.items() if name not in _LATER or value != _LATER[name]}

    @property
    def certification(self) -> Certification | None:
        """The latest certificate; None where nobody has given one."""
        if not self.certified_by:
            return None
        return Certification(
            by=self.certified_by, on=self.certified_on, until=self.certified_until, report=self.certificate_report
        )


_SETS = ("abilities", "allowed_uses", "demands")
_FIRST = (
    *("slug", "name", "kind", "vendor", "hosting", "approved_for", "abilities", "context_tokens"),
    *("price_in", "price_out", "currency", "licence", "certified_by", "certified_until"),
)
_UNSAID = ModelCard(slug="x", name="x").model_dump(mode="json")
_LATER = {name: sorted(_UNSAID[name]) if name in _SETS else _UNSAID[name] for name in _UNSAID if name not in _FIRST}
"""What the first version of the card could not say, as it is unsaid."""


def certified(card: ModelCard, given: Certification, approved_for: Level) -> ModelCard:
    """The card with a new certificate for a level; the one that it had becomes the latest of the earlier ones."""
    before = (card.certification,) if card.certification else ()
    return card.model_copy(
        update={
            "certified_by": given.by,
            "certified_on": given.on,
            "certified_until": given.until,
            "certificate_report": given.report,
            "earlier_certificates": (*before, *card.earlier_certificates),
            "approved_for": approved_for,
        }
    )


class Tightening(BaseModel):
    """What an organisation asks of a model beyond its card: a lower level, fewer uses and abilities, more demands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    approved_for: Level | None = None  # at most
    without_uses: frozenset[Use] = frozenset()
    without_abilities: _Lines = frozenset()
    demands: _Lines = frozenset()

    def body(self) -> dict[str, Any]:
        """The tightening as it is stored."""
        dumped = self.model_dump(mode="json")
        return {name: sorted(value) if isinstance(value, list) else value for name, value in dumped.items()}


class Origin(BaseModel):
    """The catalogue that a card was adopted from: its id and name here, its number then, and the digest of that edition."""

    model_config = ConfigDict(frozen=True)

    catalogue: UUID
    name: str
    sequence: int
    digest: str


StopCode = Literal["retired", "withdrawn", "no_endpoint"]


class AdoptedCard(BaseModel):
    """A version of a card in an organisation. `card` is what counts today, `published` what was adopted.

    `tightening` is the organisation's own, `stopped` why no call is made with the model, `newer` whether the catalogue that it
    comes from says something else by now. Of versions that are in force no more, `card` is what was adopted.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    version: int
    card: ModelCard
    adopted_at: datetime | None = None
    adopted_by: str = ""
    published: ModelCard = Field(default_factory=lambda known: known["card"])
    origin: Origin | None = None
    tightening: Tightening = Tightening()
    stopped: StopCode | None = None
    newer: bool = False


CERTIFICATE_WARNING_DAYS = 60

CertificateState = Literal["none", "valid", "ends_soon", "ended"]


@dataclass(frozen=True, slots=True)
class Certificate:
    """How a card's certificate stands on a day. `until` None: it names no last day that can be read."""

    state: CertificateState
    by: str
    until: date | None


def certificate(card: ModelCard, today: date) -> Certificate:
    """The certificate of a card: it is valid through its last day, and ends soon within CERTIFICATE_WARNING_DAYS of it.

    One whose last day cannot be read has ended.
    """
    if not card.certified_by and not card.certified_until:
        return Certificate("none", "", None)
    if not card.certified_until:
        return Certificate("valid", card.certified_by, None)
    try:
        until = date.fromisoformat(card.certified_until)
    except ValueError:
        return Certificate("ended", card.certified_by, None)
    left = (until - today).days
    state: CertificateState = "ended" if left < 0 else "ends_soon" if left <= CERTIFICATE_WARNING_DAYS else "valid"
    return Certificate(state, card.certified_by, until)


def in_force(card: ModelCard, today: date) -> ModelCard:
    """The card as it counts on a day: while its certificate does not stand, only `uncertified_for` is left of its level."""
    stands = certificate(card, today).state != "ended" and card.certified_on <= today.isoformat()
    if stands or card.approved_for <= card.uncertified_for:
        return card
    return card.model_copy(update={"approved_for": card.uncertified_for})


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
