"""Builds `lexicon.txt` from the name lists and from how words are used in text that is free to use.

Ordinary words are counted in web news, authority pages and statutes, never in Talbanken: the lexicon is under CC BY 4.0.
"""

import csv
import gzip
import json
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from samverk.masking.persons.roles import read

FIRST = (2, 20, 200, 2_000)
"""Bearers of a first name from which its class is 1, 2, 3, 4."""
SURNAME = (0, 1_500, 5_000)
"""Bearers of a surname from which its class is 1, 2, 3; one of the list without numbers is 1."""
COMMON = (2, 6, 40)
"""Uses in small letters from which an ordinary word is 1, 2, 3."""
_LOWER = re.compile(r"(?<![\w.@/-])[a-zåäöéü]{2,24}(?![\w@/])")


def build(data: Path) -> str:
    """The text of the file: a line a class, sorted."""
    first, surname = _first_names(data), _surnames(data)
    common, places = _common(data), _places(data)
    classes: dict[str, list[str]] = defaultdict(list)
    for word in sorted({*first, *surname, *common, *places}):
        code = "".join(
            str(level)
            for level in (
                bisect_right(FIRST, first.get(word, 0)),
                bisect_right(SURNAME, surname[word]) if word in surname else 0,
                bisect_right(COMMON, common.get(word, 0)),
                int(word in places),
            )
        )
        if code != "0000" and " " not in word:
            classes[code].append(word)
    return "".join(f"{code} {' '.join(words)}\n" for code, words in sorted(classes.items()))


def _rows(file: Path) -> Iterator[list[str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.reader(lines)


def _first_names(data: Path) -> Counter[str]:
    bearers: Counter[str] = Counter()
    for sex in ("kvinnor", "man"):
        for name, persons in list(_rows(data / "masking/lists" / f"tilltalsnamn-{sex}.csv"))[1:]:
            bearers[name.lower()] += int(persons)
    return bearers


def _surnames(data: Path) -> dict[str, int]:
    lists = data / "masking/lists"
    listed = {name.strip().lower(): 0 for (name, *_) in _rows(lists / "gaz_surname.csv") if name.strip()}
    return listed | {name.lower(): int(persons) for name, persons in list(_rows(lists / "efternamn1000.csv"))[1:]}


def _places(data: Path) -> set[str]:
    lists = data / "masking/lists"
    towns = {row[1].removesuffix(" kommun").lower() for row in list(_rows(lists / "kommuner.csv"))[1:]}
    localities = {row[1].lower() for row in list(_rows(lists / "postal.csv"))[1:]}
    world = {place for places in read(Path(__file__).with_name("places.txt")).values() for place in places}
    return {
        *world,
        *towns,
        *(town.removesuffix("s") for town in towns if town.removesuffix("s") in localities),
        *localities,
    }


def _common(data: Path) -> Counter[str]:
    """How often each word stands in small letters. Statutes are many and alike: each tenth counts."""
    counted: Counter[str] = Counter()
    for text in _ordinary(data):
        counted.update(_LOWER.findall(text))
    return Counter({word: uses for word, uses in counted.items() if uses >= COMMON[0]})


def _ordinary(data: Path) -> Iterator[str]:
    files = ["masking/ner_dev_webbnyheter.jsonl", "retrieval/swequad/corpus.jsonl", "retrieval/swefaq/corpus.jsonl"]
    for name in files:
        with (data / name).open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["text"]
    with gzip.open(data / "retrieval/sfs/corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % 10 == 0:
                yield json.loads(line)["text"]
