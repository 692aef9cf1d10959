"""What a word near a name says about it: titles, relations, verbs of saying, parties, the ends of streets and institutions.

The words stand in `roles.txt`: a role, a colon and its words; a role with a hyphen before it names endings of words.
A word of two roles has the first.
"""

from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("roles.txt")
SITE = "site"
_SHORTEST_SITE = 6


def role(word: str) -> str:
    """What the word (in small letters) is beside a name: a role of the file, or nothing."""
    roles, site_endings = _roles()
    found = roles.get(word, "")
    if not found and len(word) >= _SHORTEST_SITE and word.endswith(site_endings):
        return SITE
    return found


@cache
def _roles() -> tuple[dict[str, str], tuple[str, ...]]:
    roles = read(FILE)
    endings = tuple(roles.pop(f"-{SITE}"))
    return {word: name for name, words in reversed(roles.items()) for word in words}, endings


def read(file: Path) -> dict[str, list[str]]:
    """The lists of a file by name: `name: word word`, going on over indented lines; `#` begins a remark."""
    lists: dict[str, list[str]] = {}
    name = ""
    for line in file.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        begins, colon, words = line.partition(":")
        if colon and not line.startswith(" "):
            name = begins
        else:
            words = line
        lists.setdefault(name, []).extend(words.split())
    return lists
