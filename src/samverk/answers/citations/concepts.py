"""What a content word means for the checker: a set of keys. Two words may stand for each other when they share a key.

A key is the word's root or a group of synonyms; `!` before a group's key marks its contrary. Compounds come apart into
modifier and head, so that "handläggningstid" meets "tiden för handläggning". Pure tables and look-ups.
"""

from functools import cache, lru_cache

from samverk.answers.citations import synonyms
from samverk.answers.citations.roots import root

PARTICLES = frozenset(
    "ut in av upp till på över fram bort om med ner ned tillbaka emot hand kvar fast igång ihop ifrån igen undan under".split()
)
_LINKS = ("", "s", "e", "o", "u", "a")


def _root_of(entry: str) -> str:
    """The key of an entry of the table: the root, or verb root and particle joined by `+`."""
    first, plus, rest = entry.partition("+")
    return root(first.lower()) + plus + rest.lower()


@cache
def _groups() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    lines = "\n".join((synonyms.VERBS, synonyms.NOUNS, synonyms.OTHERS)).splitlines()
    for number, line in enumerate(lines):
        same, _, contrary = line.partition("!")
        for sign, side in (("", same), ("!", contrary)):
            for entry in side.split():
                for form in (entry, entry + "t", entry + "a") if entry[-1] in "glrmdsnv" else (entry,):
                    found.setdefault(_root_of(form), set()).add(f"{sign}{number}")
    return {key: frozenset(groups) for key, groups in found.items()}


@cache
def verb_roots() -> frozenset[str]:
    """The roots of all verbs of the tables."""
    verbs = (entry.partition("+")[0] for entry in f"{synonyms.VERBS}\n{synonyms.OTHER_VERBS}".split())
    return frozenset(root(verb) for verb in verbs if verb[-1] in "aåeo")


@lru_cache(maxsize=100_000)
def known(word: str) -> bool:
    """Whether the tables know the word."""
    return root(word) in _groups() or root(word) in verb_roots()


@lru_cache(maxsize=100_000)
def keys(word: str) -> frozenset[str]:
    """The keys of a lower-case word."""
    base = root(word)
    return frozenset({base}) | _groups().get(base, frozenset())


def with_particle(verb: str, particle: str) -> frozenset[str]:
    """The further keys of a verb that its particle brings: "betala ut" also means "utbetala"."""
    base = root(verb)
    return frozenset({root(particle + verb)}) | _groups().get(f"{base}+{particle}", frozenset())


@lru_cache(maxsize=100_000)
def parts(word: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Every way to see a long word as a compound: keys of the modifier and of the head, which are at least three letters."""
    if "-" in word:
        modifier, _, head = word.partition("-")
        return ((keys(modifier), keys(head)),) if len(modifier) > 1 and len(head) > 2 else ()
    if len(word) < 8:
        return ()
    found = []
    for cut in range(3, len(word) - 2):
        modifier, head = word[:cut], word[cut:]
        stems = keys(modifier) | (keys(modifier[:-1]) if modifier[-1] == "s" and cut > 4 else frozenset())
        found.append((stems, keys(head)))
    return tuple(found)


def agree(one: frozenset[str], other: frozenset[str]) -> bool | None:
    """True when the words may stand for each other, False when one is the other's contrary, None when unrelated."""
    if not one.isdisjoint(other):
        return True
    contraries = frozenset(key[1:] if key.startswith("!") else f"!{key}" for key in one)
    return False if not contraries.isdisjoint(other) else None
