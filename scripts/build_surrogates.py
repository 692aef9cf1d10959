"""Write the lists that surrogates are chosen from (`src/samverk/masking/lists`).

    python scripts/build_surrogates.py ../shared/data

The same data gives the same files, byte for byte.
"""

import csv
import json
import sys
from pathlib import Path

from samverk.masking.persons.lexicon import class_of

LISTS = Path(__file__).parents[1] / "src" / "samverk" / "masking" / "lists"
BORNE_BY, CLEARLY, LONGEST = 1_000, 20, 12  # bearers; times as many as of the other sex; characters
A_YEAR = 8  # test numbers of each year of birth
FIRST_YEAR = 1920


def names(path: Path) -> dict[str, int]:
    """Names with how many bear them."""
    with path.open(encoding="utf-8") as file:
        return {row[0]: int(row[1]) for row in list(csv.reader(file))[1:]}


def is_only_a_name(name: str) -> bool:
    """Whether the name is nothing else in a text, and takes a genitive s as any word does."""
    plain = name.isalpha() and name.istitle() and 4 < len(name) <= LONGEST and name[-1] not in "sxz"
    return plain and class_of(name.casefold())[2:] == "00"


def given(names_of: dict[str, int], others: dict[str, int]) -> list[str]:
    """Names that nearly all bearers of one sex have."""
    return sorted(n for n, count in names_of.items() if count >= BORNE_BY and count > CLEARLY * others.get(n, 0))


def numbers(path: Path) -> list[str]:
    """Some test numbers of each year, of women and of men in turn."""
    chosen: dict[tuple[str, int], list[str]] = {}
    for number in sorted(json.loads(path.read_text(encoding="utf-8"))):
        same = chosen.setdefault((number[:4], int(number[10]) % 2), [])
        if int(number[:4]) >= FIRST_YEAR and len(same) < A_YEAR // 2:
            same.append(number)
    return sorted(number for same in chosen.values() for number in same)


def main() -> None:
    """Write the lists."""
    source = Path(sys.argv[1] if sys.argv[1:] else Path(__file__).parents[2] / "shared" / "data") / "masking" / "lists"
    women, men = names(source / "tilltalsnamn-kvinnor.csv"), names(source / "tilltalsnamn-man.csv")
    surnames = names(source / "efternamn1000.csv")
    lists = {
        "given_women": given(women, men),
        "given_men": given(men, women),
        "surrogate_surnames": sorted(name for name in surnames if is_only_a_name(name) and len(name) > 6),
        "surrogate_personnummer": numbers(source / "allPins.json"),
    }
    for name, lines in lists.items():
        (LISTS / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{name}: {len(lines)}")


if __name__ == "__main__":
    main()
