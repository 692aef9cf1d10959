"""The fields of a prompt: `{name}` in its text is a line to fill in, `{name:long}` a text, `{name:a|b}` a choice. Pure.

Whatever else stands between braces (a piece of JSON, `{}`) is text like any other and stays as it is written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["line", "text", "choice"]

_FIELD = re.compile(r"\{(?P<name>[^\W\d][\w \-]{0,59})(?P<shape>:[^{}\n]{1,1000})?\}")
_LONG = frozenset({"lång", "long"})


@dataclass(frozen=True, slots=True)
class Field:
    """Something to fill in. `name` tells it from the others; `label` is what a person reads; `options` are those of a choice."""

    name: str
    label: str
    kind: Kind = "line"
    options: tuple[str, ...] = ()


def fields_of(text: str) -> tuple[Field, ...]:
    """The fields of a text in the order in which they come. One that comes again is asked for once, in its fullest shape."""
    found: dict[str, Field] = {}
    for match in _FIELD.finditer(text):
        field = _field(match)
        if field is None:
            continue
        known = found.setdefault(field.name, field)
        if known.kind == "line" and field.kind != "line":
            found[field.name] = replace(field, label=known.label)
    return tuple(found.values())


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with the values of its fields, by name; a field without a value stays. What is filled in is not read again."""

    def value(match: re.Match[str]) -> str:
        field = _field(match)
        return match[0] if field is None else values.get(field.name, match[0])

    return _FIELD.sub(value, text)


def pieces(text: str) -> tuple[tuple[str, bool], ...]:
    """The text cut at its fields, each piece with whether it is a field: for showing where they stand."""
    cut: list[tuple[str, bool]] = []
    end = 0
    for match in _FIELD.finditer(text):
        field = _field(match)
        if field is not None:
            cut += [(text[end : match.start()], False), (field.label, True)]
            end = match.end()
    return tuple((piece, is_field) for piece, is_field in (*cut, (text[end:], False)) if piece)


def _field(match: re.Match[str]) -> Field | None:
    """The field that is written there; none where the shape is neither long nor a choice."""
    label = " ".join(match["name"].replace("_", " ").split())
    field = Field(label.casefold(), label[:1].upper() + label[1:])
    shape = match["shape"]
    if shape is None:
        return field
    options = tuple(dict.fromkeys(option.strip() for option in shape[1:].split("|") if option.strip()))
    if "|" in shape and options:
        return replace(field, kind="choice", options=options)
    return replace(field, kind="text") if shape[1:].strip().casefold() in _LONG else None
