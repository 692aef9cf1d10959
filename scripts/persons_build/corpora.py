"""The real and made texts with marked names, from the shared data."""

import json
from dataclasses import dataclass
from pathlib import Path

Mark = tuple[int, int, str]
"""Half-open range of code points, and P (person) or X (another name: a place, an institution, a street)."""

_OTHER = frozenset(
    "LOCATION ORGANIZATION MISCELLANEOUS PRODUCT EVENT LOC ORG ADDRESS POSTORT FASTIGHET MUN INST STREETNEG ROAD".split()
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its marks; `group` names what is held out together (a template, a stretch of a corpus)."""

    text: str
    marks: tuple[Mark, ...]
    group: str


def read(file: Path, *, stretch: int = 25) -> list[Text]:
    """The texts of a file in its order. Neighbours share a group, so that no document lands on both sides of a fold."""
    with file.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [_text(row, f"{file.stem}/{number // stretch}") for number, row in enumerate(rows)]


def _text(row: dict[str, object], group: str) -> Text:
    marks = []
    for span in [*row["spans"], *row.get("negatives", [])]:  # type: ignore[misc]
        sort = "P" if span["label"] == "PERSON" else "X" if span["label"] in _OTHER else ""
        if sort:
            marks.append((span["start"], span["end"], sort))
    return Text(str(row["text"]), tuple(sorted(marks)), group)


def news(data: Path) -> list[Text]:
    """Swedish web news (swedish-ner-corpus, CC BY 4.0)."""
    return read(data / "masking" / "ner_dev_webbnyheter.jsonl")


def talbanken(data: Path) -> list[Text]:
    """Talbanken with the names of UNER (CC BY-SA 4.0): for the share-alike weights alone."""
    return read(data / "masking" / "ner_dev_talbanken.jsonl")


def municipal(data: Path) -> list[Text]:
    """Made municipal texts with identifiers and hard negatives."""
    return read(data / "masking" / "ids_dev.jsonl")
