"""The pages of how the organisation masks: which sorts are looked for, how thoroughly, by what, and its own patterns."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Invalid, NotFound, SamverkError
from samverk.http.rooms import rooms_of
from samverk.identity.principal import Principal
from samverk.masking.patterns import BadPattern, Pattern
from samverk.masking.settings import STYLES, MaskingSettings, OwnPattern
from samverk.web.asked import number_in
from samverk.web.labels import FAMILIES, family, title
from samverk.web.masking.sheet import LEVELS
from samverk.web.organisation.frame import HOME, admin, draw, sent_by_admin, wrong
from samverk.web.pages import language_of, see_other, texts_of
from samverk.web.said import Said, say

PLACE = f"{HOME}/maskering"
NEW = "ny"
FIELDS = ("name", "label", "pattern", "example")
LONGEST_SAMPLE = 5_000  # characters of a text that a pattern is tried on

# What each recogniser finds, as it is written; of numbers that belong to people, official test numbers alone.
EXAMPLES: Mapping[str, str] = {
    "PERSON": "Anna Ek",
    "PERSONNUMMER": "890201-2387",
    "DOB": "född 1989-02-01",
    "ORGNR": "857209-0606",
    "PHONE": "070-174 06 58",
    "EMAIL": "anna.ek@bjorksta.example",
    "ADDRESS": "Storgatan 5 B, 2 tr",
    "POSTORT": "123 45 Björksta",
    "FASTIGHET": "Björksta Kärnan 4:12",
    "COORD": "59.3293, 18.0686",
    "BANKKONTO": "clearingnummer 6000, konto 123 456 789",
    "BANKGIRO": "bankgiro 5050-1055",
    "PLUSGIRO": "plusgiro 1-8",
    "IBAN": "SE45 5000 0000 0583 9825 7466",
    "CARD": "4111 1111 1111 1111",
    "REGNR": "ABC 123",
    "IP": "192.0.2.17",
    "MAC": "00-00-5E-00-53-01",
}


@dataclass(frozen=True, slots=True)
class Bench:
    """A pattern as it stands in its form, and a text to try it on. `number` is its place in the list; None for a new one."""

    pattern: OwnPattern
    number: int | None = None
    sample: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str], number: int | None) -> "Bench":
        """The form in its fields."""
        said = {name: fields.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip() for name in FIELDS}
        return cls(OwnPattern(**said | {"label": said["label"].upper()}), number, fields.get("sample", ""))

    def placed(self, patterns: Sequence[OwnPattern]) -> tuple[OwnPattern, ...]:
        """The patterns with this one among them."""
        if self.number is None:
            return (*patterns, self.pattern)
        return (*patterns[: self.number], self.pattern, *patterns[self.number + 1 :])


async def show(request: Request) -> Response:
    """What is looked for, and how it is masked."""
    who = await admin(request)
    return await _page(request, who, await rooms_of(request).masking.settings(who.org_id))


async def change(request: Request) -> Response:
    """Look for what is ticked from now on, in the way that was chosen."""
    who, fields = await sent_by_admin(request)
    before = await rooms_of(request).masking.settings(who.org_id)
    style = next((style for style in STYLES if style == fields.get("style")), before.style)
    careful = fields.get("level") == "careful"
    off = tuple(label for label in _labels(before) if f"look.{label}" not in fields)
    wanted = replace(before, off=off, careful=careful, style=style)
    try:
        await rooms_of(request).masking.change(who, wanted)
    except Invalid as error:
        return await _page(request, who, wanted, error)
    return say(request, see_other(PLACE), Said("masking.changed"))


async def _page(
    request: Request, who: Principal, settings: MaskingSettings, error: SamverkError | None = None
) -> Response:
    words = texts_of(request)
    sorts = {
        name: [(label, title(words, label), "label_finds." + label.lower(), EXAMPLES[label]) for label in labels]
        for name, labels in FAMILIES.items()
    }
    context = {
        "settings": settings,
        "sorts": sorts,
        "level": "careful" if settings.careful else "balanced",
        "levels": [(name, words("masking.level_is." + name), words("mask_settings.level." + name)) for name in LEVELS],
        "styles": [
            (name, words("mask_settings.style." + name), words("mask_settings.means." + name)) for name in STYLES
        ],
        "errors": {"form": error.message(language_of(request))} if error else {},
    }
    return await draw(request, who, "masking", "masking", context, status=error.status if error else 200)


def _labels(settings: MaskingSettings) -> list[str]:
    """Every sort that can be switched off, an organisation's own last."""
    own = dict.fromkeys(pattern.label for pattern in settings.patterns)
    return [*(label for labels in FAMILIES.values() for label in labels), *own]


async def show_pattern(request: Request) -> Response:
    """One of the organisation's own patterns, or an empty form for a new one."""
    who = await admin(request)
    number, settings = _number(request), await rooms_of(request).masking.settings(who.org_id)
    pattern = OwnPattern("", "", "", "") if number is None else _at(settings, number)
    return await _bench(request, who, Bench(pattern, number))


async def change_pattern(request: Request) -> Response:
    """Try the pattern on a text, or keep it."""
    who, fields = await sent_by_admin(request)
    number, masking = _number(request), rooms_of(request).masking
    settings = await masking.settings(who.org_id)
    if number is not None:
        _at(settings, number)
    bench = Bench.of(fields, number)
    if fields.get("act") == "try":
        return await _bench(request, who, bench, tried=True)
    try:
        await masking.change(who, replace(settings, patterns=bench.placed(settings.patterns)))
    except Invalid as error:
        return await _bench(request, who, bench, error)
    return say(request, see_other(f"{PLACE}#egna"), Said("masking.pattern_kept", {"name": bench.pattern.name}))


async def remove_pattern(request: Request) -> Response:
    """Take a pattern away; it can be had back."""
    who, _ = await sent_by_admin(request)
    number, masking = _number(request), rooms_of(request).masking
    settings = await masking.settings(who.org_id)
    gone = _at(settings, number if number is not None else -1)
    left = tuple(pattern for pattern in settings.patterns if pattern is not gone)
    still = {pattern.label for pattern in left}
    off = tuple(label for label in settings.off if label != gone.label or label in still)
    await masking.change(who, replace(settings, patterns=left, off=off))
    said = Said("masking.pattern_gone", {"name": gone.name}, f"{PLACE}/aterstall", asdict(gone))
    return say(request, see_other(f"{PLACE}#egna"), said)


async def restore_pattern(request: Request) -> Response:
    """Have a pattern back."""
    who, fields = await sent_by_admin(request)
    masking, bench = rooms_of(request).masking, Bench.of(fields, None)
    settings = await masking.settings(who.org_id)
    await masking.change(who, replace(settings, patterns=bench.placed(settings.patterns)))
    return say(request, see_other(f"{PLACE}#egna"), Said("masking.pattern_kept", {"name": bench.pattern.name}))


def _number(request: Request) -> int | None:
    """Which pattern is meant; None for a new one. Raises NotFound for no number."""
    text = request.path_params["number"]
    number = number_in(text)
    if number is None and text != NEW:
        raise NotFound("page")
    return number


def _at(settings: MaskingSettings, number: int) -> OwnPattern:
    """The pattern in a place of the list. Raises NotFound."""
    if not 0 <= number < len(settings.patterns):
        raise NotFound("page")
    return settings.patterns[number]


async def _bench(
    request: Request, who: Principal, bench: Bench, error: SamverkError | None = None, tried: bool = False
) -> Response:
    """The form of a pattern. What is wrong stands beside its field, whatever place the pattern has in the list."""
    errors = {name.rpartition(".")[2]: why for name, why in (wrong(request, error) if error else {}).items()}
    found: list[tuple[str, bool]] = []
    if tried:
        try:
            found = _tried(bench)
        except BadPattern as refused:
            error, errors = refused, {"pattern": refused.message(language_of(request))}
    known = {name: why for name, why in errors.items() if name in FIELDS}
    context: dict[str, Any] = {
        "bench": bench,
        "found": found,
        "hits": sum(hit for _, hit in found),
        "tried": tried and not errors,
        "address": f"{PLACE}/{NEW if bench.number is None else bench.number}",
        "errors": known or ({"form": " ".join(errors.values())} if errors else {}),
        "family": family,
    }
    return await draw(request, who, "masking_pattern", "masking", context, status=error.status if error else 200)


def _tried(bench: Bench) -> list[tuple[str, bool]]:
    """The text that the pattern is tried on, in pieces: (words, whether the pattern finds them). Raises BadPattern."""
    text = (bench.sample or bench.pattern.example)[:LONGEST_SAMPLE]
    pieces, at = [], 0
    for span in Pattern(bench.pattern.label or "OWN", bench.pattern.pattern).find(text):
        pieces += [(text[at : span.start], False), (text[span.start : span.end], True)]
        at = span.end
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]
