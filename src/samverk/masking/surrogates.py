"""Realistic surrogates: fictional values that stand for real ones where a model works better with text that looks like text.

Nothing here points at anybody: names are common ones put together anew, so that they are nobody's in particular; personnummer are
test numbers of the Swedish Tax Agency, telephone numbers those that PTS has set aside for fiction, e-mail is of example.se,
network addresses of RFC 5737, 3849 and 7042. Kinds without such a stock (plates, accounts, cards, organisation numbers, dates of
birth, coordinates) get a token instead. Pure, and the same every time.
"""

import re
import unicodedata
from collections.abc import Callable, Container, Iterator, Sequence
from functools import cache

from samverk.masking.likeness import Words, key_of, name_words
from samverk.masking.lists import entries
from samverk.masking.persons.lexicon import class_of

Alias = tuple[str, ...]

_TRIES = 200
_STEP = 37  # how far apart names that follow each other stand in the lists

# Reserved for fiction: prefix, digits of the first number, of the last.
_MOBILE = ("070", 1740605, 1740699)
_AREAS = (("08", 46500400, 46500499), ("031", 3900600, 3900699), ("040", 6280400, 6280499), ("0980", 319200, 319299))
_NAMES = ("given_women", "given_men", "surrogate_surnames")
_NETWORKS = ("203.0.113", "198.51.100", "192.0.2")


@cache
def _list(name: str) -> tuple[str, ...]:
    return tuple(sorted(entries(name)))


def _given(words: Words) -> tuple[str, ...]:
    """Given names of the same sex as the bearer's seems to be."""
    first = words[0].capitalize() if words else ""
    men = {first, f"{first}s"} & entries("given_men")
    return _list("given_men" if men else "given_women")


def _persons(form: str, start: int) -> Iterator[Alias]:
    given, surnames = _given(name_words(form)), _list("surrogate_surnames")
    for place in range(start * _STEP, start * _STEP + _TRIES):
        yield given[place % len(given)], surnames[place * 5 % len(surnames)]


def _numbers(form: str, start: int) -> Iterator[Alias]:
    """Test numbers of people of about the same age and the same sex."""
    digits = re.sub("[^0-9]", "", form)
    full = digits if len(digits) > 10 else ("20" if digits[:2] < "20" else "19") + digits
    near = [n for n in _list("surrogate_personnummer") if n[:3] == full[:3] and n[10:11] in _same_sex(full)]
    pool = near or _list("surrogate_personnummer")
    return ((pool[(start + place) % len(pool)],) for place in range(len(pool)))


def _same_sex(number: str) -> str:
    return "13579" if number[10:11] in tuple("13579") else "02468"


def _phones(form: str, start: int) -> Iterator[Alias]:
    digits = re.sub(r"^(?:\+46|0046)(?:\(0\))?", "0", re.sub(r"[^0-9+()]", "", form))
    prefix, first, last = next((area for area in _AREAS if digits.startswith(area[0])), _MOBILE)
    return ((f"{prefix}-{number}",) for number in range(first + start % 20, last + 1))


def _mails(form: str, start: int) -> Iterator[Alias]:
    for given, surname in _persons(form.partition("@")[0].partition(".")[0], start + 11):
        yield (_plain(f"{given}.{surname}@example.se"),)


def _plain(text: str) -> str:
    """Without accents, in small letters."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()


def _networks(form: str, start: int) -> Iterator[Alias]:
    if ":" in form:
        return ((f"2001:db8::{start + place:x}",) for place in range(_TRIES))
    return ((f"{network}.{host}",) for network in _NETWORKS for host in range(1 + start % 200, 255))


def _macs(_form: str, start: int) -> Iterator[Alias]:
    return ((f"00-00-5E-00-53-{number:02X}",) for number in range(start % 200, 256))


def _counted(shape: str) -> Callable[[str, int], Iterator[Alias]]:
    return lambda _form, start: ((shape.format(start + place),) for place in range(_TRIES))


_POOLS: dict[str, Callable[[str, int], Iterator[Alias]]] = {
    "PERSON": _persons,
    "PERSONNUMMER": _numbers,
    "PHONE": _phones,
    "EMAIL": _mails,
    "IP": _networks,
    "MAC": _macs,
    "ADDRESS": _counted("Exempelvägen {}"),
    "POSTORT": _counted("000 {:02} Exempelstad"),
    "FASTIGHET": _counted("Exempelby 1:{}"),
}


def alias(label: str, form: str, start: int, taken: Sequence[Container[str]]) -> Alias:
    """What the surrogates of a value are made of: the first that is free, beginning at `start`; empty where there is none.

    `taken` holds words that stand in the texts or in other surrogates, and values, as `likeness.key_of` gives them.
    """
    pool = _POOLS.get(label)
    for found in pool(form, start) if pool else ():
        if not any(key_of(label, part) in words for part in found for words in taken):
            return found
    return ()


@cache
def name_pool() -> frozenset[str]:
    """The folded words that surrogates of persons are made of."""
    return frozenset(name.casefold() for pool in _NAMES for name in entries(pool))


def stand_in(label: str, form: str, words: Words, alias: Alias) -> str:
    """The surrogate of one written form, written as the form is; empty where nothing says it. `words`: the person's full name."""
    write = _WRITERS.get(label)
    return write(form, words, alias) if write and alias else ""


def _write_name(form: str, full: Words, alias: Alias) -> str:
    own = name_words(form)
    given, surname = alias
    if not own:
        return ""
    if len(own) == 1:
        written = surname if _is_surname(own[0], full) else given
    elif "," in form:
        written = f"{surname}, {given}"
    else:
        written = f"{given[0]}. {surname}" if len(own[0]) == 1 else f"{given} {surname}"
    return written.upper() if form.isupper() else written.lower() if form.islower() else written


def _is_surname(word: str, full: Words) -> bool:
    if len(full) > 1:
        return word == full[-1]
    known = max(class_of(word), class_of(f"{word}s"))
    return known[1] > known[0]


def _write_number(form: str, _words: Words, alias: Alias) -> str:
    (number,) = alias
    mark = re.search(r"[^0-9A-Za-z](?=[0-9A-Za-z]{4}$)", form)
    number = number if len(re.sub(r"\W", "", form)) > 10 else number[2:]
    return f"{number[:-4]}{mark.group() if mark else ''}{number[-4:]}"


def _write_phone(form: str, _words: Words, alias: Alias) -> str:
    prefix, _, number = alias[0].partition("-")
    if form.startswith("+46"):
        prefix = f"+46 {prefix[1:]}"
    written = f"{prefix}-{number[:-4]} {number[-4:-2]} {number[-2:]}"
    return written if re.search(r"[^0-9+]", form) else re.sub(r"[ -]", "", written)


def _write_mac(form: str, _words: Words, alias: Alias) -> str:
    return alias[0].replace("-", ":") if ":" in form else alias[0]


def _write_as_is(_form: str, _words: Words, alias: Alias) -> str:
    return alias[0]


_WRITERS: dict[str, Callable[[str, Words, Alias], str]] = {
    **dict.fromkeys(_POOLS, _write_as_is),
    "PERSON": _write_name,
    "PERSONNUMMER": _write_number,
    "PHONE": _write_phone,
    "MAC": _write_mac,
}


def also_written(forms: Sequence[str], words: Words, alias: Alias, stand_ins: dict[str, str]) -> dict[str, str]:
    """What a model may make of a person's surrogates beside them: other case, and the given name or the surname alone."""
    found: dict[str, str] = {}
    main = forms[0].split()
    if len(alias) == len(main) == 2 and len(words) > 1 and "," not in forms[0]:
        found |= dict(zip(alias, main, strict=True))
    found |= {written: form for form, written in stand_ins.items()}
    for written, value in list(found.items()):
        found.setdefault(written.upper(), value)
        found.setdefault(written.lower(), value)
    return found
