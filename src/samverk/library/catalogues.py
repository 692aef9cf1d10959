"""Catalogues: signed files of model cards that a body publishes, and what makes such a file refused. Pure.

A file is one canonical JSON object: the catalogue, the id of the key, and an Ed25519 signature over the catalogue's canonical
JSON. Exactly those bytes are accepted, so that a file has one form and no byte of it can be another.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from samverk.core.canonical import canonical, digest
from samverk.core.errors import Invalid
from samverk.library.cards import Day, ModelCard

FORMAT = 1
LARGEST_BYTES = 4_000_000
LARGEST_CARD_BYTES = 64_000
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_SIGNED = b"samverk catalogue\n"  # so that a signature over a catalogue is one over nothing else

Reason = Literal[
    "too_big",
    "malformed",
    "newer_format",
    "unknown_key",
    "bad_signature",
    "other_publisher",
    "older",
    "changed",
    "unreached",
    "no_address",
]
REASONS: dict[Reason, tuple[str, str]] = {
    "too_big": ("filen är för stor", "the file is too large"),
    "malformed": (
        "filen är ingen katalog, eller så har den skadats: {detail}",
        "the file is no catalogue, or damaged: {detail}",
    ),
    "newer_format": (
        "den är skriven för en senare version av Samverk",
        "it is written for a later version of Samverk",
    ),
    "unknown_key": (
        "den är signerad med en annan nyckel än den ni har angett",
        "it is signed with another key than the one that you gave",
    ),
    "bad_signature": ("signaturen stämmer inte", "the signature does not hold"),
    "other_publisher": ("den kommer från en annan utgivare", "it comes from another publisher"),
    "older": ("den är äldre än den ni använder", "it is older than the one in use"),
    "changed": (
        "den har samma nummer som den ni använder men ett annat innehåll",
        "it has the number of the one in use, and other content",
    ),
    "no_address": (
        "ingen adress är angiven, så filen måste lämnas in",
        "it has no address, so the file must be handed in",
    ),
    "unreached": ("den gick inte att hämta: {detail}", "it could not be fetched: {detail}"),
}


class CatalogueRefused(Invalid):
    """A file is not taken into use as a catalogue; the one that is in use stays so."""

    code = "catalogue_refused"
    sv = "Katalogen togs inte emot: {why_sv}."
    en = "The catalogue was refused: {why_en}."

    def __init__(self, reason: Reason, detail: str = "") -> None:
        sv, en = (why.format(detail=detail) for why in REASONS[reason])
        super().__init__(reason=reason, why_sv=sv.removesuffix(": "), why_en=en.removesuffix(": "))
        self.reason = reason


class Catalogue(BaseModel):
    """An edition of a catalogue. `sequence` grows with each edition; `issued` is its day. The cards stand by slug."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    publisher: str = Field(min_length=1, max_length=200)
    sequence: Annotated[int, Field(ge=1, le=2**31 - 1)]
    issued: Day
    cards: tuple[ModelCard, ...] = ()

    def body(self) -> dict[str, Any]:
        """The catalogue as it is signed."""
        cards = [card.body() for card in sorted(self.cards, key=lambda card: card.slug)]
        return {**self.model_dump(mode="json", exclude={"cards"}), "cards": cards, "format": FORMAT}

    @property
    def digest(self) -> str:
        """What names this edition."""
        return digest(self.body())


@dataclass(frozen=True, slots=True)
class Keys:
    """A publisher's keys, in hexadecimal: the private one signs, the public one is given to those who subscribe."""

    public: str
    private: str

    @classmethod
    def new(cls) -> "Keys":
        """New keys."""
        return cls.of(os.urandom(32).hex())

    @classmethod
    def of(cls, private: str) -> "Keys":
        """The keys that belong to a private one. Raises Invalid for what is none."""
        try:
            key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private.strip()))
        except ValueError:
            raise Invalid(sv="Filen innehåller ingen privat nyckel.", en="The file holds no private key.") from None
        return cls(key.public_key().public_bytes_raw().hex(), key.private_bytes_raw().hex())

    def __repr__(self) -> str:
        return f"Keys(public={self.public!r})"


def checked_key(public: str) -> str:
    """A public key in its one form. Raises Invalid for what is none."""
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).public_bytes_raw().hex()
    except ValueError:
        raise Invalid(
            sv="En publik nyckel är 64 hexadecimala tecken.",
            en="A public key is 64 hexadecimal digits.",
            param="public_key",
        ) from None


def key_id(public: str) -> str:
    """What names a key in a file."""
    return digest(bytes.fromhex(public))[:16]


def sign(catalogue: Catalogue, keys: Keys) -> bytes:
    """The file of a catalogue. Raises CatalogueRefused for one that no subscriber would take."""
    body = catalogue.body()
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keys.private))
    signature = private.sign(_SIGNED + canonical(body)).hex()
    file = canonical({"catalogue": body, "key": key_id(keys.public), "signature": signature})
    verify(file, keys.public)
    return file


def verify(file: bytes, public: str) -> Catalogue:
    """The catalogue of a file that this key has signed. Raises CatalogueRefused with the reason."""
    told = _opened(file)
    if told["key"] != key_id(public):
        raise CatalogueRefused("unknown_key")
    if not isinstance(told["signature"], str) or not _SIGNATURE.fullmatch(told["signature"]):
        raise CatalogueRefused("bad_signature")
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    try:
        key.verify(bytes.fromhex(told["signature"]), _SIGNED + canonical(told["catalogue"]))
    except InvalidSignature:
        raise CatalogueRefused("bad_signature") from None
    return _read(told["catalogue"])


def _opened(file: bytes) -> dict[str, Any]:
    """The file's three parts, as they stand. Raises CatalogueRefused."""
    if len(file) > LARGEST_BYTES:
        raise CatalogueRefused("too_big")
    try:
        told = orjson.loads(file)
    except orjson.JSONDecodeError:
        raise CatalogueRefused("malformed", "JSON") from None
    if not isinstance(told, dict) or told.keys() != {"catalogue", "key", "signature"}:
        raise CatalogueRefused("malformed", "catalogue, key, signature")
    if canonical(told) != file:
        raise CatalogueRefused("malformed", "RFC 8785")
    return told


def _read(body: Any) -> Catalogue:
    """The catalogue of a body whose signature holds. Raises CatalogueRefused."""
    if not isinstance(body, dict) or not isinstance(body.get("format"), int):
        raise CatalogueRefused("malformed", "format")
    if body["format"] > FORMAT:
        raise CatalogueRefused("newer_format")
    try:
        catalogue = Catalogue.model_validate({name: value for name, value in body.items() if name != "format"})
    except ValidationError as error:
        first = error.errors()[0]
        raise CatalogueRefused("malformed", ".".join(str(part) for part in first["loc"])) from error
    _check_cards(catalogue.cards)
    if catalogue.body() != body:
        raise CatalogueRefused("malformed", "cards")
    return catalogue


def _check_cards(cards: Sequence[ModelCard]) -> None:
    slugs = [card.slug for card in cards]
    if len(set(slugs)) < len(slugs):
        raise CatalogueRefused("malformed", "cards.slug")
    if any(len(canonical(card.body())) > LARGEST_CARD_BYTES for card in cards):
        raise CatalogueRefused("too_big")


def follows(catalogue: Catalogue, publisher: str, sequence: int | None, digest_in_use: str) -> bool:
    """Whether an edition is newer than the one in use; False for the very same. Raises CatalogueRefused for any other."""
    if sequence is None:
        return True
    if catalogue.publisher != publisher:
        raise CatalogueRefused("other_publisher")
    if catalogue.sequence < sequence:
        raise CatalogueRefused("older")
    if catalogue.sequence == sequence and catalogue.digest != digest_in_use:
        raise CatalogueRefused("changed")
    return catalogue.sequence > sequence
