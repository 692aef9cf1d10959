"""Bodies in words: what a person calls the parts of an assistant, and how two bodies differ. Knows no form and no address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from samverk.assistants.comparison import Difference, Piece, compare
from samverk.assistants.model import AssistantBody
from samverk.assistants.rules import Problem, Surroundings
from samverk.core.levels import Level
from samverk.web.chat.turns import Chips
from samverk.web.labels import title
from samverk.web.texts import Texts

VALUES = {"audience": "builder.audience.", "language": "builder.language."}


@dataclass(frozen=True, slots=True)
class Row:
    """One field of a comparison: its label, and either pieces or two values. `listed`: each piece is an item of its own."""

    label: str
    pieces: tuple[Piece, ...]
    listed: bool
    before: str
    after: str


def rows(old: AssistantBody | None, new: AssistantBody, around: Surroundings, words: Texts) -> list[Row]:
    """What differs, as a page shows it. Without `old`, all that the newer says."""
    return [_row(difference, around, words, old is None) for difference in compare(old, new)]


def _row(difference: Difference, around: Surroundings, words: Texts, whole: bool) -> Row:
    name = difference.field
    names = _names(name, around, difference, words)
    pieces = tuple(
        Piece("same" if whole else piece.kind, names.get(piece.text, piece.text)) for piece in difference.pieces
    )
    before = "" if whole else _value(name, difference.before, words)
    listed = name in ("models", "collections", "groups", "sample_questions", "contact", "masking_off")
    return Row(words(f"builder.field.{name}"), pieces, listed, before, _value(name, difference.after, words))


def _names(field: str, around: Surroundings, difference: Difference, words: Texts) -> Mapping[str, str]:
    if field == "models":
        return {slug: card.name for slug, card in around.models.items()}
    if field == "collections":
        return {ref: shelf.name for ref, shelf in around.collections.items()}
    if field == "masking_off":
        return {piece.text: title(words, piece.text) for piece in difference.pieces}
    return around.groups if field == "groups" else {}


def _value(field: str, value: Any, words: Texts) -> str:
    if value is None:
        return ""
    if isinstance(value, Level):
        return words(f"level.{value.slug}")
    if isinstance(value, bool):
        return words("builder.on") if value else words("builder.off")
    return words(VALUES[field] + str(value))


def chips(body: AssistantBody, around: Surroundings) -> Chips:
    """The first model with its hosting, and the level."""
    slug = body.models[0] if body.models else ""
    card = around.models.get(slug)
    return Chips(card.name if card else slug, card.hosting if card else "", body.level.slug)


def wrong_fields(problems: Sequence[Problem], words: Texts) -> dict[str, list[str]]:
    """What is wrong with each field, in the reader's language."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.where, []).append(problem.message(words.language))
    return found
