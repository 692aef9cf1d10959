"""Lines become running text: hyphens that a line break made go, those that belong to the word stay. Pure."""

_JOINERS = frozenset({"och", "eller", "samt", "respektive", "and", "or", "till", "men"})


def joined(text: str, following: str, *, hyphen: bool = False, between: str = "") -> str:
    """Two lines as one text, with `between` where the second begins. `hyphen`: the break put one after the text.

    A hyphen at the end of the text is the break's own when a small letter follows. "stats- och kommunsektorn" and
    "EU-rätten" keep theirs.
    """
    if not hyphen:
        hyphen = text.endswith("-") and text[-2:-1].isalpha() and following[:1].islower()
        if not hyphen:
            return f"{text} {between}{following}"
        text = text[:-1]
    if following.partition(" ")[0].strip(".,;:)") in _JOINERS:
        return f"{text}- {between}{following}"
    last = text.rpartition(" ")[2]
    if following[:1].isupper() or following[:1].isdigit() or last[-1:].isdigit() or _acronym(last):
        return f"{text}-{between}{following}"
    return f"{text}{between}{following}"


def _acronym(word: str) -> bool:
    """Whether a word is written in capitals: "EU-" before "rätten" keeps its hyphen."""
    letters = [letter for letter in word.rpartition("-")[2] if letter.isalpha()]
    return len(letters) > 1 and all(letter.isupper() for letter in letters)
