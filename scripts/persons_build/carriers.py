"""Real sentences as carriers: the names in them exchanged, or put where the sentence speaks of somebody or of an authority.

Web news gives the ways in which people write about persons and organisations; pages of authorities and statutes, in which
hardly a person occurs, give official language. What looks like a name of a person in those is left out.
"""

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from persons_build.corpora import Mark, Text
from persons_build.made import Made
from samverk.masking.persons.lexicon import class_of
from samverk.masking.persons.roles import read
from samverk.masking.persons.tokens import sentences

SEED = "carriers"
STATUTES = 25
"""One section of so many is read: they are many and alike."""
_SLOTS = read(Path(__file__).with_name("slots.txt"))
_SHORTEST, _LONGEST = 25, 400
_OTHERS = "named named firm school inst org club mun place fund street".split()
_PAIR = re.compile(r"[A-ZÅÄÖÉ][\wéü-]+(?= ([A-ZÅÄÖÉ][\wéü-]+))")
_SOMEONE = "|".join(_SLOTS["someone"])
_BODY = "|".join(_SLOTS["body"])
_PLACE_FOR = re.compile(
    rf"(?<![\w-])(?:(?P<P>{_SOMEONE}|{_SOMEONE.title()}|Den enskilde|den enskilde|Du|Den som|Sökande|Föräldrar)"
    rf"|(?P<X>{_BODY}|{_BODY.title()}|[A-ZÅÄÖ][a-zåäö]+(?:verket|nämnden|styrelsen|myndigheten|kassan|inspektionen)))(?![\w-])"
)


def texts(data: Path, news: list[Text]) -> list[Text]:
    """The news with other names, and official sentences plain and with names, in a fixed order."""
    made = Made(data, SEED)
    official = list(_official(data))
    filled = [text for sentence in official if (text := _filled(sentence, made))]
    plain = [Text(sentence, (), "official") for sentence in official[::2]]
    return [*(_exchanged(text, made) for text in news if text.marks), *filled, *plain]


def _exchanged(text: Text, made: Made) -> Text:
    """The text with another name for each of its names, now and then the same."""
    new = []
    for start, end, sort in text.marks:
        old = text.text[start:end]
        new.append((start, end, sort, _person(old, made) if sort == "P" else _other(old, made)))
    return _replaced(text.text, new, text.group)


def _person(old: str, made: Made) -> str:
    """A name of the same form: one word for one, a genitive for a genitive."""
    form = "full" if " " in old else made.random.choice(("first", "last")) if len(old) > 2 else "first"
    return _as_genitive(old, made.slot(form))


def _other(old: str, made: Made) -> str:
    return old if made.random.random() < 0.3 else _as_genitive(old, made.slot(made.random.choice(_OTHERS)))


def _as_genitive(old: str, new: str) -> str:
    return f"{new}s" if old[-1] == "s" and new[-1] not in "sxz" and class_of(old.lower()[:-1]) != "0000" else new


def _filled(sentence: str, made: Made) -> Text | None:
    """The sentence with somebody's name, or an institution's, where it speaks of one; nothing when it does of none."""
    new = []
    for match in _PLACE_FOR.finditer(sentence):
        sort = match.lastgroup or ""
        forms = "full full first first last init" if sort == "P" else "named firm school inst org club fund"
        new.append((match.start(), match.end(), sort, made.slot(made.random.choice(forms.split()))))
    return _replaced(sentence, new, "official") if new else None


def _replaced(text: str, new: Iterable[tuple[int, int, str, str]], group: str) -> Text:
    pieces, at, length = [], 0, 0
    marks: list[Mark] = []
    for start, end, sort, value in new:
        if start < at:
            continue
        pieces += [text[at:start], value]
        length += start - at
        marks.append((length, length + len(value), sort))
        length += len(value)
        at = end
    return Text("".join([*pieces, text[at:]]), tuple(marks), group)


def _official(data: Path) -> Iterator[str]:
    """Sentences of authorities in which no two words look like a first name and a surname, nor one like a name alone."""
    for text in _pages(data):
        for line in text.split("\n"):
            for sentence in re.split(r"(?<=[.?!]) (?=[A-ZÅÄÖ])", line):
                if _SHORTEST <= len(sentence) <= _LONGEST and not _may_name(sentence):
                    yield sentence


def _pages(data: Path) -> Iterator[str]:
    for name in ("swequad", "swefaq"):
        with (data / "retrieval" / name / "corpus.jsonl").open(encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)
    with gzip.open(data / "retrieval/sfs/corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from (json.loads(line)["text"] for number, line in enumerate(lines) if number % STATUTES == 0)


def _may_name(sentence: str) -> bool:
    for pair in _PAIR.finditer(sentence):
        if class_of(pair.group().lower())[0] >= "2" or class_of(pair[1].lower())[1] >= "1":
            return True
    words = [word for found in sentences(sentence) for word in found.words[1:]]
    return any(word[0].isupper() and _is_name(class_of(word.lower())) for word in words if word[0].isalpha())


def _is_name(code: str) -> bool:
    first, last, common, place = code
    return (first >= "3" or last >= "1") and common < "2" and place == "0"
