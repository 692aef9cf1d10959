"""Write the lists of places that the recognisers of addresses and postal towns read (`src/samverk/masking/lists`).

    python scripts/build_places.py ../shared/data

A rule on endings knows most streets; of the 180,000 street names only what the rule misses is kept. Names that are ordinary
words too are left out: what stands in lower case in Swedish statutes and news. Sources and licences: the folder's README.md.
"""

import csv
import gzip
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from samverk.masking.recognisers._streets import BARE, SHAPED, STRONG

LISTS = Path(__file__).parents[1] / "src" / "samverk" / "masking" / "lists"
_STREET = re.compile(rf"(?:{STRONG}|{BARE})$")
_TOLD = re.compile(rf"(?:{STRONG}|väg|gata|torg|allé|backe|stig| (?:{BARE}))$")
_DEFINITE = re.compile(r"(?:[aeiouyåäöé]n|et|na)$")  # "bommen"; not "nytorp", "sjövik": farms and cottages
_LOWER = re.compile(r"(?<![\w.])[a-zåäöé]{2,}")
# Words that are ordinary and begin street names all the same.
DIRECTIONS = frozenset(
    "norra södra östra västra gamla nya stora lilla övre nedre yttre inre mellersta norr söder öster väster sankt sankta "
    "första andra tredje fjärde femte sjätte sjunde åttonde nionde tionde".split()
)


def ordinary_words(data: Path) -> frozenset[str]:
    """Words that the statutes and the news write in lower case, and so are no names alone."""
    texts = (
        row["text"]
        for name in ("sfs/corpus.jsonl.gz", "swequad/corpus.jsonl")
        for row in rows(data / "retrieval" / name)
    )
    news = (row["text"] for row in rows(data / "masking" / "ner_dev_webbnyheter.jsonl"))
    seen = Counter(word for source in (texts, news) for text in source for word in _LOWER.findall(text))
    return frozenset(seen)


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a JSONL file, packed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def lines(path: Path) -> list[str]:
    """The names of a file, composed, in lower case."""
    return [
        unicodedata.normalize("NFC", line.strip()).lower() for line in path.read_text(encoding="utf-8").splitlines()
    ]


def street_names(names: Iterable[str], ordinary: frozenset[str], other: frozenset[str]) -> set[str]:
    """Names of one or two words that no ending tells, but for those of farms and those that are words, surnames or towns too."""
    return {
        name
        for name in names
        if re.fullmatch(r"[^\W\d]{3,}(?: [^\W\d]+)?", name)
        and not _TOLD.search(name)
        and (SHAPED.search(name) or (_DEFINITE.search(name) and name.split()[0] in DIRECTIONS.union([name])))
        and (" " in name or not (len(name) < 6 or name in ordinary or name in other))
    }


def first_words(names: Iterable[str], ordinary: frozenset[str]) -> set[str]:
    """Words that stand before the last one in a street's name: "gamla", "källsta", "drottning"."""
    seen = Counter(word for name in names if _STREET.search(name) for word in name.split()[:-1])
    return {word for word in seen if len(word) > 1 and (word not in ordinary or word in DIRECTIONS or seen[word] > 4)}


def abbreviations(names: Iterable[str], ordinary: frozenset[str]) -> set[str]:
    """ "storg" and "kungsv": short forms of names that stand in more than one street name of the country."""
    stems = defaultdict(set)
    for name in names:
        if match := re.fullmatch(r"(?:.* )?(\w{3,})(gatan|vägen)", name):
            stems[match[1]].add(name)
    short = {stem + ending for stem, forms in stems.items() if len(forms) > 1 for ending in "gv"}
    return {form for form in short if form not in ordinary}


def towns(path: Path) -> set[str]:
    """The towns of the postal codes."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["locality"].strip() for row in csv.DictReader(file)}


def prefixes(path: Path) -> set[str]:
    """The first three digits of the postal codes in use."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["postal_code"][:3] for row in csv.DictReader(file)}


def municipalities(path: Path) -> set[str]:
    """The names of the municipalities as their official names begin: "Kils", "Växjö", "Östra Göinge"."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["name"].removesuffix(" kommun") for row in csv.DictReader(file)}


def main(data: Path) -> None:
    """Write every list."""
    folder = data / "masking" / "lists"
    names, ordinary = lines(folder / "gaz_streetnames.csv"), ordinary_words(data)
    postal = towns(folder / "postal.csv")
    people = {line.split(",")[0] for file in ("gaz_surname.csv", "efternamn1000.csv") for line in lines(folder / file)}
    other = frozenset({town.lower() for town in postal} | people)
    lists = {
        "streets.txt": street_names(names, ordinary, other),
        "street_beginnings.txt": first_words(names, ordinary),
        "street_abbreviations.txt": abbreviations(names, ordinary),
        "towns.txt": postal,
        "postal_prefixes.txt": prefixes(folder / "postal.csv"),
        "municipalities.txt": municipalities(folder / "kommuner.csv"),
    }
    for name, values in lists.items():
        (LISTS / name).write_text("\n".join(sorted(values)) + "\n", encoding="utf-8")
        print(f"{name}: {len(values)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
