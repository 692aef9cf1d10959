"""Cards, keys and catalogues for the tests of the library, and ways to make any card."""

from typing import Any

from hypothesis import strategies as st

from samverk.core.levels import Level
from samverk.library.cards import USES, Certification, Energy, ModelCard, Tightening
from samverk.library.catalogues import Catalogue, Keys

KEYS = Keys.of("07" * 32)
OTHERS = Keys.of("08" * 32)

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
LINES = TEXTS.filter(bool)
DAYS = st.just("") | st.dates().map(lambda day: day.isoformat())
LEVELS = st.sampled_from(Level)
PRICES = st.integers(0, 10**15)
ABILITIES = st.frozensets(st.sampled_from(["tools", "images", "structured_output", "abstain", "annat"]))
DEMANDS = st.frozensets(LINES, max_size=4)
CERTIFICATIONS = st.builds(Certification, by=LINES, on=DAYS, until=DAYS, report=TEXTS)
CARDS = st.builds(
    ModelCard,
    slug=st.from_regex(r"[a-z0-9][a-z0-9._:-]{0,9}", fullmatch=True),
    name=TEXTS,
    kind=st.sampled_from(["chat", "embeddings", "speech", "image", "rerank"]),
    vendor=TEXTS,
    hosting=st.sampled_from(["own", "sweden", "eu", "third_country"]),
    approved_for=LEVELS,
    abilities=ABILITIES,
    context_tokens=st.integers(1, 10**7),
    price_in=PRICES,
    price_out=PRICES,
    currency=st.sampled_from(["SEK", "EUR"]),
    licence=TEXTS,
    certified_by=TEXTS,
    certified_until=DAYS,
    certified_on=DAYS,
    certificate_report=TEXTS,
    earlier_certificates=st.lists(CERTIFICATIONS, max_size=3).map(tuple),
    uncertified_for=LEVELS,
    allowed_uses=st.frozensets(st.sampled_from(sorted(USES))),
    demands=DEMANDS,
    price_minute=PRICES,
    price_image=PRICES,
    price_from=DAYS,
    base_model=TEXTS,
    lineage=st.lists(LINES, max_size=3).map(tuple),
    knowledge_cutoff=st.sampled_from(["", "2025", "2025-06", "2025-06-30"]),
    energy=st.none() | st.builds(Energy, milliwatt_hours=st.integers(0, 10**12), source=LINES),
)
TIGHTENINGS = st.builds(
    Tightening,
    approved_for=st.none() | LEVELS,
    without_uses=st.frozensets(st.sampled_from(sorted(USES))),
    without_abilities=ABILITIES,
    demands=DEMANDS,
)


def card(slug: str = "mellan", **said: Any) -> ModelCard:
    """A card that a region certifies for sensitive information."""
    known = {"name": slug.capitalize(), "vendor": "Exempel AB", "hosting": "sweden", "approved_for": Level.SENSITIVE}
    return ModelCard.model_validate({"slug": slug, **known, "certified_by": "Exempelregionen", **said})


def catalogue(sequence: int = 1, *cards: ModelCard, publisher: str = "Exempelregionen") -> Catalogue:
    """An edition; of one card unless some are given."""
    return Catalogue(publisher=publisher, sequence=sequence, issued="2026-11-01", cards=cards or (card(),))
