"""Reading a text into clauses and what each claims: its content words, amounts, force, polarity, scope, condition, actors.

Swedish clauses are found from closed classes alone (openers, conjunctions, finite verbs, amounts); no model, no I/O.
Every length is bounded by the text's, so reading takes linear time.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache

from samverk.answers.citations import lexicon
from samverk.answers.citations.concepts import PARTICLES, VERB_ROOTS, keys, known, with_particle
from samverk.answers.citations.roots import root
from samverk.core import swedish

_TOKEN = re.compile(
    r"(?P<iso>\d{4}-\d{2}-\d{2})"
    r"|(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,:]\d+)*)"
    r"|(?P<word>[^\W\d_][\w\u00ad\u0300-\u036f]*(?:-(?:[ \t]*\r?\n[ \t]*)?[^\W\d_][\w\u00ad\u0300-\u036f]*)*)"
    r"|(?P<mark>[,;:()–—.!?%§€°/+²³])"
)
_NOISE = re.compile(r"\[\d+(?:[ ,–-]+\d+)*\]|[*_#|`>\"”“’'»«~]+")
_LINE_BREAK = re.compile(r"\r?\n(?=[ \t]*[A-ZÅÄÖ\d•*–-])")
_BROKEN = re.compile(r"-[ \t]*\r?\n[ \t]*")
_ANAPHORS = frozenset(
    "den det de denna denne detta dessa dess dem deras han hon hans hennes där då här sådan sådant sådana vilket samma dit".split()
)
_INVERTIBLE = frozenset({"if", "unless", "although", "before", "until", "cause", "purpose"})
_HEADING_LENGTH = 70
_LONGEST_SENTENCE = 150  # words and marks; what is longer is read in pieces, which keeps the time linear


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark: half-open range in the text, and its normalised lower-case form."""

    start: int
    end: int
    text: str
    kind: str  # word, number, iso, mark
    capital: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A content word and the keys under which it meets others."""

    start: int
    end: int
    text: str
    keys: frozenset[str]
    actor: bool
    verb: bool
    light: bool = False  # claims nothing by itself
    preposition: str = ""  # that stands before it
    name: bool = False  # capital letter inside a sentence
    before: str = ""  # the word or mark on its left and on its right
    after: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in its base unit with the bound on it. `head` holds the keys of what is counted, when there is no unit."""

    start: int
    end: int
    value: float | str
    unit: str
    bound: str = ""
    head: frozenset[str] = frozenset()


@dataclass(slots=True)
class Clause:
    """What one clause claims. `kind` is `main` or the kind of its opener; `sentence` counts from 0 in the text."""

    sentence: int
    kind: str = "main"
    start: int = 0
    end: int = 0
    after_comma: bool = False
    terms: list[Term] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    force: set[str] = field(default_factory=set)
    negations: int = 0
    scope: set[str] = field(default_factory=set)
    rates: set[str] = field(default_factory=set)
    relations: set[str] = field(default_factory=set)
    persons: set[str] = field(default_factory=set)
    anaphoric: bool = False
    passive: bool = False
    agent: bool = False  # holds "av"

    def items(self) -> int:
        """How many things the clause names."""
        return sum(not term.light for term in self.terms) + len(self.quantities)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as clauses, in order, and its sentences as character ranges. `headings` are sentences that only name a topic."""

    clauses: tuple[Clause, ...]
    sentences: tuple[tuple[int, int], ...]
    headings: frozenset[int]


def masked(text: str) -> str:
    """The text with citation marks, quotation marks and markdown blanked, so that offsets stay."""
    return _NOISE.sub(lambda match: " " * len(match.group()), text)


def normal(word: str) -> str:
    """A word in comparable form: NFKC, lower case, no soft hyphens, no hyphenation at a line's end."""
    return swedish.normalise(_BROKEN.sub("", word)) if len(word) > 1 else unicodedata.normalize("NFKC", word).lower()


def tokens(text: str) -> list[Token]:
    """The tokens of a masked text."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        found.append(Token(match.start(), match.end(), normal(match.group()), kind, match.group()[0].isupper()))
    return found


def sentence_ranges(text: str) -> list[tuple[int, int]]:
    """Sentences, with headings and list items on lines of their own parted from what follows."""
    found = []
    for start, end in swedish.sentences(text):
        at = start
        for match in _LINE_BREAK.finditer(text, start, end):
            line_start = max(at, text.rfind("\n", at, match.start()) + 1)
            if match.start() - line_start <= _HEADING_LENGTH or text[match.start() - 1 : match.start()] in ".:;!?":
                found.append((at, match.start()))
                at = match.end()
        found.append((at, end))
    return [(a, b) for a, b in found if text[a:b].strip()]


@lru_cache(maxsize=64)
def read(text: str) -> Reading:
    """Read a text into clauses."""
    clean = masked(text)
    everything = tokens(clean)
    sentences = sentence_ranges(clean)
    clauses: list[Clause] = []
    headings = set()
    at = 0
    for number, (_, end) in enumerate(sentences):
        first = at
        while at < len(everything) and everything[at].start < end:
            at += 1
        found = [
            clause
            for cut in range(first, at, _LONGEST_SENTENCE)
            for clause in _Sentence(number, everything[cut : min(at, cut + _LONGEST_SENTENCE)]).clauses()
        ]
        if found and not any(t.verb for c in found for t in c.terms) and clean[end - 1] not in ".!?":
            headings.add(number)
        clauses.extend(found)
    return Reading(tuple(clauses), tuple(sentences), frozenset(headings))


class _Sentence:
    """One sentence on its way from tokens to clauses."""

    def __init__(self, number: int, tokens: list[Token]) -> None:
        self.number = number
        self.tokens = tokens
        self.meanings: list[frozenset[tuple[str, str]]] = [frozenset()] * len(tokens)  # of the marker that begins here
        self.length = [0] * len(tokens)  # of that marker, in tokens
        self.inside = [False] * len(tokens)  # a marker's later words
        self.quantity: dict[int, Quantity] = {}
        self.in_quantity: set[int] = set()
        self._find_markers()
        self._find_quantities()
        self.finite = self._finite_verbs()

    # --- markers and amounts -------------------------------------------------------------------------------------

    def _find_markers(self) -> None:
        words = [token.text.replace(".", " ").strip() for token in self.tokens]
        at = 0
        while at < len(words):
            size = 1
            for length in range(min(lexicon.LONGEST_MARKER, len(words) - at), 0, -1):
                meanings = lexicon.MARKERS.get(tuple(words[at : at + length]))
                if meanings:
                    self.meanings[at], self.length[at], size = meanings, length, length
                    self.inside[at + 1 : at + length] = [True] * (length - 1)
                    break
            at += size

    def _find_quantities(self) -> None:
        for at, token in enumerate(self.tokens):
            if at in self.in_quantity or self.inside[at] or "rate" in self._kinds(at):
                continue
            value = _value(token)
            if value is None:
                continue
            after = self.tokens[at + 1 : at + 5]
            if token.text in lexicon.ARTICLES and not (
                after and after[0].text in lexicon.UNITS and after[0].text not in {"m", "l", "h", "g", "person"}
            ):
                continue
            self._add_quantity(at, value)

    def _add_quantity(self, at: int, value: float | str) -> None:
        token = self.tokens[at]
        unit, factor, last, head = self._unit(at)
        if at and self.tokens[at - 1].text in {"kl", "klockan"}:
            unit, factor, last = "", 1, at
        if token.text in lexicon.SHARES:
            unit, factor = "percent", 1
        if token.text in lexicon.ORDINALS:
            unit, factor, last, head = (
                "nth",
                1,
                at,
                keys(self.tokens[at + 1].text) if at + 1 < len(self.tokens) else frozenset(),
            )
        elif at and self.tokens[at - 1].text in lexicon.NUMBERED:
            unit, factor, last, head = "nth", 1, at, keys(self.tokens[at - 1].text)
        if token.text in lexicon.SINGLES:
            value, unit = lexicon.SINGLES[token.text]
        if unit in {"", "clock"} and isinstance(value, float):
            clock = self._clock(at, value)
            if clock is not None:
                value, unit, head = clock, "clock", frozenset()
        if isinstance(value, float):
            value = round(value * factor, 6)
        bound = self._bound(at, last)
        self.quantity[at] = Quantity(token.start, self.tokens[last].end, value, unit, bound, head)
        self.in_quantity.update(range(at, last + 1))

    def _unit(self, at: int) -> tuple[str, float, int, frozenset[str]]:
        """Unit, factor to the base unit, index of the unit's token, and the keys of the counted word when there is no unit."""
        head: frozenset[str] = frozenset()
        for ahead in range(1, 6):
            if at + ahead >= len(self.tokens):
                break
            token = self.tokens[at + ahead]
            if token.text in lexicon.MONTHS:
                return (
                    ("date", float(lexicon.MONTHS[token.text]) / 100 + 1, at + ahead, head)
                    if ahead == 1
                    else ("", 1, at, head)
                )
            if token.text in lexicon.UNITS and not (token.text in {"m", "h", "l"} and ahead > 1):
                unit, factor = lexicon.UNITS[token.text]
                if unit not in {"chapter", "section", "person"}:
                    self.in_quantity.add(at + ahead)
                return unit, factor, at + ahead if ahead == 1 else at, frozenset()
            if token.kind == "number" or token.text in {"–", "-", "/", "till", "eller", "och", "½"}:
                continue  # a range shares its unit
            if token.kind != "word" or ahead > 2:
                break
            if token.text in lexicon.FUNCTION_WORDS or self.meanings[at + ahead]:
                break
            if head or not token.text.endswith(("a", "e")):
                return "", 1, at, head or keys(token.text)
            head = keys(token.text)
        return "", 1, at, head

    def _clock(self, at: int, value: float) -> float | None:
        token = self.tokens[at]
        hour, mark, minutes = token.text.partition(":" if ":" in token.text else ".")
        if mark and len(minutes) == 2 and hour.isdigit() and minutes.isdigit() and int(hour) <= 24:
            return int(hour) * 60 + float(minutes)
        before = [t.text for t in self.tokens[max(0, at - 5) : at]]
        return value * 60 if ("kl" in before or "klockan" in before) and value <= 24 else None

    def _bound(self, first: int, last: int) -> str:
        for back in range(1, 9):
            at = first - back
            if at < 0 or at in self.in_quantity:
                break
            for kind, value in self.meanings[at]:
                end = at + self.length[at]
                near = end == first or (
                    end == first - 1 and self.tokens[end].text in {"den", "de", "en", "ett", "kl", "klockan", "inte"}
                )
                if kind == "bound" and near:
                    return self._turned(at, last, value)
        for at in range(last + 1, min(last + 4, len(self.tokens))):
            for kind, value in self.meanings[at]:
                if kind == "bound after":
                    return value
        return ""

    def _turned(self, at: int, last: int, value: str) -> str:
        """A bound as it bears on the amount: "senast tre veckor före" is at least three, a range has none."""
        word = self.tokens[at].text
        after = [t.text for t in self.tokens[last + 1 : last + 3]]
        if after and (after[0] in {"före", "innan"} or after == ["i", "förväg"]):
            return {"senast": ">=", "tidigast": "<="}.get(word, value)
        if word == "från" and after and after[0] in {"till", "–", "-"}:
            return ""
        return value

    # --- clauses -------------------------------------------------------------------------------------------------

    def _finite_verbs(self) -> list[bool]:
        found = []
        governed = False  # an auxiliary stands before: what follows is an infinitive or a participle
        for at, token in enumerate(self.tokens):
            if token.kind == "mark" or "opener" in self._kinds(at):
                governed = False
            kinds = self._kinds(at)
            auxiliary = "force" in kinds and token.text in _MODAL_VERBS or token.text in lexicon.BE
            after_subject = at > 0 and self.tokens[at - 1].text in _BEFORE_VERBS
            verb = (
                token.kind == "word"
                and not auxiliary
                and not self.inside[at]
                and is_verb_form(token.text, after_subject)
            )
            found.append(auxiliary or (verb and not (governed and token.text.endswith("s"))))
            governed = governed or (auxiliary and token.text in _MODAL_VERBS)
        return found

    def _kinds(self, at: int) -> set[str]:
        return {kind for kind, _ in self.meanings[at]}

    def _opener(self, at: int) -> str | None:
        """The kind of the subordinate clause that begins here, if one does."""
        kinds = [value for kind, value in self.meanings[at] if kind == "opener"]
        if not kinds:
            return None
        kind, word = kinds[0], self.tokens[at].text
        after = at + self.length[at]
        reach = self._reach(after)
        if not any(self.finite[after:reach]) and not (kind in {"although"} and after < reach):
            return None
        if self.length[at] == 1 and word == "om" and not self._conditional(at):
            return None
        if self.length[at] == 1 and word in {"då", "sedan"} and at > 0 and self.tokens[at - 1].text != ",":
            return None
        return kind

    def _conditional(self, at: int) -> bool:
        if at == 0:
            return True
        before = self.tokens[at - 1]
        if before.text in {",", "endast", "bara", "även", "och", "eller", "utom", "men"}:
            return True
        if before.kind == "word" and root(before.text) in lexicon.TAKES_OM:
            return False
        return True

    def _reach(self, start: int) -> int:
        """Where the stretch that begins here ends: the next mark, or the sentence's end."""
        for at in range(start, min(start + 25, len(self.tokens))):
            if self.tokens[at].text in {",", ";", ":", "(", ")", "–", "—"}:
                return at
        return min(start + 25, len(self.tokens))

    def _parts(self) -> list[tuple[str, list[int], bool]]:
        """The sentence's clauses as (kind, token indexes, whether a mark stands before)."""
        parts: list[tuple[str, list[int], bool]] = [("if" if self._inverted() else "main", [], False)]
        current = 0
        finite_seen = False
        for at, token in enumerate(self.tokens):
            opener = None if self.inside[at] else self._opener(at)
            if opener == "whereas":
                opener = "main"
            if opener is not None:
                comma = at > 0 and self.tokens[at - 1].kind == "mark"
                if parts[current][1] or current:
                    parts.append((opener, [], comma))
                    current = len(parts) - 1
                else:
                    parts[current] = (opener, [], comma)
                finite_seen = False
                self._move_scope(parts, at)
            elif self._splits(at, parts[current]) or (
                token.text == "utan" and at + 1 < len(self.tokens) and self.finite[at + 1]
            ):
                parts.append(("main", [], token.kind == "mark"))
                current = len(parts) - 1
                finite_seen = False
            elif (
                self.finite[at]
                and finite_seen
                and parts[current][0] != "main"
                and self.tokens[at - 1].text not in {"och", "eller", "inte", "att"}
            ):
                current = self._resume(parts, current)
                finite_seen = True
            parts[current][1].append(at)
            finite_seen = finite_seen or (self.finite[at] and at not in self.in_quantity)
        return parts

    def _inverted(self) -> bool:
        """Whether the sentence opens with a condition that only the order shows: "Är ansökan komplett får du beslut"."""
        return len(self.tokens) > 3 and self.finite[0] and any(self.finite[2:]) and self.tokens[-1].text != "?"

    def _move_scope(self, parts: list[tuple[str, list[int], bool]], at: int) -> None:
        """ "Endast om" and "bara när": the word of scope belongs to the clause that it opens."""
        if (
            len(parts) > 1
            and parts[-2][1]
            and self.tokens[at - 1].text in {"endast", "bara", "enbart", "först"}
            and parts[-2][1][-1] == at - 1
        ):
            parts[-2][1].pop()
            parts[-1][1].append(at - 1)

    def _resume(self, parts: list[tuple[str, list[int], bool]], current: int) -> int:
        """After a subordinate clause inside or before the main one, back to the main one."""
        kind = parts[current][0]
        if kind == "which" and current and not any(self.finite[i] for i in parts[current - 1][1]):
            return current - 1
        parts.append(("main", [], False))
        return len(parts) - 1

    def _splits(self, at: int, part: tuple[str, list[int], bool]) -> bool:
        """Whether a new main clause begins at this mark or conjunction."""
        token = self.tokens[at]
        hard = token.text in {";", "(", ")"}
        comma = token.text in {",", ":", "–", "—"}
        joins = token.text in {"och", "men", "samt", "eller", "medan"} and not self.inside[at]
        if not (hard or comma or joins) or at in self.in_quantity or not part[1]:
            return False
        if at + 1 < len(self.tokens) and self._opener(at + 1) is not None:
            return False
        left = part[1]
        end = self._stretch(at + 1)
        right = range(at + 1, end)
        if joins and self._continues(at, left):
            return True
        left_finite, right_finite = any(self.finite[i] for i in left), any(self.finite[i] for i in right)
        if part[0] != "main" and comma and left_finite:
            return True
        if left_finite and right_finite:
            return True
        left_amount = any(i in self.quantity for i in left)
        right_amount = any(i in self.quantity for i in right)
        is_range = (
            at > 0
            and at - 1 in self.quantity
            and self.quantity[at - 1].end == self.tokens[at - 1].end
            and at + 1 in self.quantity
        )
        return hard and (right_finite or right_amount) or (left_amount and right_amount and not is_range)

    def _continues(self, at: int, left: list[int]) -> bool:
        """Whether a second infinitive under the same auxiliary follows: "ska dokumenteras och redovisas"."""
        if at + 1 >= len(self.tokens) or self.finite[at + 1] or not is_infinitive(self.tokens[at + 1].text):
            return False
        verbs = [i for i in left if is_infinitive(self.tokens[i].text)]
        return bool(verbs) and verbs[-1] != at - 1

    def _stretch(self, start: int) -> int:
        for at in range(start, min(start + 25, len(self.tokens))):
            if self.tokens[at].text in {",", ";", "(", ")", "och", "men", "samt", "eller", "medan"} and at > start:
                return at
        return min(start + 25, len(self.tokens))

    # --- claims --------------------------------------------------------------------------------------------------

    def clauses(self) -> list[Clause]:
        """The sentence's clauses that name something."""
        found = []
        for kind, indexes, after_comma in self._parts():
            if not indexes:
                continue
            clause = Clause(self.number, kind, self.tokens[indexes[0]].start, self.tokens[indexes[-1]].end, after_comma)
            for at in indexes:
                self._claim(clause, at)
            if "forbid" in clause.force:
                clause.force = (clause.force - {"forbid"}) | {"let"}
                clause.negations += 1
            if found and self._governed_by_last(indexes):
                clause.force |= found[-1].force
                clause.negations += found[-1].negations
            self._bind_stray_bounds(clause)
            if clause.items() or clause.force or clause.negations:
                found.append(clause)
        return found

    def _governed_by_last(self, indexes: list[int]) -> bool:
        """Whether the clause shares the auxiliary of the one before."""
        first = self.tokens[indexes[0]].text
        return (
            first in {"och", "samt", "eller"}
            and len(indexes) > 1
            and not self.finite[indexes[1]]
            and is_infinitive(self.tokens[indexes[1]].text)
        )

    def _bind_stray_bounds(self, clause: Clause) -> None:
        """ "Klockan sex ska det senast vara klart": a bound apart from the clause's only amount bears on it."""
        for scope, bound in (("latest", "<="), ("at most", "<="), ("at least", ">=")):
            if scope in clause.scope and len(clause.quantities) == 1 and not clause.quantities[0].bound:
                clause.scope.discard(scope)
                clause.quantities[0] = replace(clause.quantities[0], bound=bound)

    def _claim(self, clause: Clause, at: int) -> None:
        token = self.tokens[at]
        if at in self.quantity:
            clause.quantities.append(self.quantity[at])
        kinds = self._mark(clause, at)
        clause.anaphoric = clause.anaphoric or token.text in _ANAPHORS
        clause.agent = clause.agent or token.text == "av"
        if (
            at in self.in_quantity
            or self.inside[at]
            or token.kind != "word"
            or kinds & {"force", "polarity", "scope", "rate", "phrase", "bound", "bound after"}
        ):
            return
        self._term(clause, at)

    def _mark(self, clause: Clause, at: int) -> set[str]:
        """Enter what the marker that begins here means for its clause; the kinds that were used."""
        used = set()
        token = self.tokens[at]
        bounded = any(i in self.quantity for i in range(at, min(at + self.length[at] + 2, len(self.tokens)))) or (
            at - 1 in self.in_quantity or at - 2 in self.in_quantity
        )
        kinds = self._kinds(at)
        for kind, value in self.meanings[at]:
            if kind in {"bound", "bound after"} and bounded:
                used.add(kind)
            if kind in {"bound", "bound after", "opener"}:
                continue
            if bounded and kind in {"scope", "polarity"} and kinds & {"bound", "bound after"}:
                used.add(kind)
                continue
            if kind == "force" and not self._governs(at):
                continue
            if kind == "person" and not self._stands_for_somebody(at):
                continue
            if kind == "relation" and at + 1 in self.in_quantity:
                continue
            if kind == "polarity":
                if "opener" in kinds and self.length[at] > 1:
                    continue
                clause.negations += 0 if self._contrasts(at) else 1
            elif kind == "phrase":
                clause.terms.append(
                    Term(
                        token.start,
                        self.tokens[at + self.length[at] - 1].end,
                        value,
                        keys(value),
                        False,
                        False,
                        root(value) in lexicon.LIGHT,
                    )
                )
            else:
                {
                    "force": clause.force,
                    "scope": clause.scope,
                    "rate": clause.rates,
                    "relation": clause.relations,
                    "person": clause.persons,
                }[kind].add(value)
            used.add(kind)
        return used

    def _stands_for_somebody(self, at: int) -> bool:
        """Whether "den", "det" or "de" is a pronoun and no article: a finite verb stands beside it."""
        if self.tokens[at].text not in {"den", "det", "de", "denna", "denne", "detta", "dessa"} or self.length[at] > 1:
            return True
        return (
            any(0 <= i < len(self.tokens) and self.finite[i] for i in (at - 1, at + 1)) and at + 1 not in self.quantity
        )

    def _governs(self, at: int) -> bool:
        """Whether a word of force bears on a verb: "får" without one means "receives"."""
        if self.tokens[at].text not in {"får", "fick", "få", "fått"}:
            return True
        return any(is_infinitive(self.tokens[i].text) for i in range(at + 1, min(at + 9, len(self.tokens))))

    def _contrasts(self, at: int) -> bool:
        """Whether "utan" means "but": after a comma and a negation."""
        if self.tokens[at].text != "utan" or at == 0:
            return False
        if self.tokens[at - 1].text != "," and not (at + 1 < len(self.tokens) and self.finite[at + 1]):
            return False
        return any(token.text in {"inte", "ej"} for token in self.tokens[:at])

    def _term(self, clause: Clause, at: int) -> None:
        word = self.tokens[at].text
        positive = without_negation(word)
        clause.negations += positive != word
        base = root(positive)
        verb = base in VERB_ROOTS
        found = keys(positive)
        joined = False
        if verb:
            for i in range(at + 1, min(at + 5, len(self.tokens))):
                if self.tokens[i].text in PARTICLES:
                    more = with_particle(word, self.tokens[i].text)
                    joined = joined or len(more) > 1
                    found = found | more
                    break
        clause.passive = clause.passive or (verb and word.endswith("s") and not word.endswith(("ens", "ets")))
        if (word in lexicon.FUNCTION_WORDS or len(word) < 2) and not joined:
            return
        light = base in lexicon.LIGHT or (base == _MUNICIPALITY and self._only_places(at))
        token = self.tokens[at]
        around = [self.tokens[i].text if 0 <= i < len(self.tokens) else "." for i in (at - 1, at + 1)]
        actor, preposition, name = is_actor(word, base), self._preposition(at), token.capital and at > 0
        clause.terms.append(Term(token.start, token.end, word, found, actor, verb, light, preposition, name, *around))

    def _only_places(self, at: int) -> bool:
        """Whether "kommun" only says where: in the genitive, or after a preposition."""
        return self.tokens[at].text.endswith("s") or self._preposition(at) in {"i", "inom"}

    def _preposition(self, at: int) -> str:
        """The preposition before a noun, over at most two articles and adjectives."""
        for back in range(at - 1, max(-1, at - 4), -1):
            word = self.tokens[back].text
            if word in _PREPOSITIONS:
                return word
            if self.tokens[back].kind != "word" or self.finite[back] or not word.endswith(("a", "e", "n", "t", "t")):
                break
        return ""


_PREPOSITIONS = frozenset(
    "inom i på för vid under från till hos utan med av efter före över mot mellan genom via om".split()
)
_BEFORE_VERBS = frozenset("som du man vi ni han hon".split())  # after which "-er" is a verb and no plural
_MODAL_VERBS = frozenset("ska skall skulle måste kan kunde får fick bör borde behöver vill".split())


_MUNICIPALITY = root("kommun")


def without_negation(word: str) -> str:
    """The word without the prefix that denies it: "outnyttjad" is what "utnyttjad" is not."""
    return word[1:] if word[0] == "o" and len(word) > 6 and known(word[1:]) and not known(word) else word


def is_verb_form(word: str, after_subject: bool = False) -> bool:
    """Whether a word looks like a finite form of a known verb, or of any verb when it follows a subject."""
    if (
        (root(word) not in VERB_ROOTS and not after_subject)
        or word in lexicon.FUNCTION_WORDS
        or word.endswith(("ning", "ningar", "or", "are", "ingar", "ens", "ets", "ings"))
    ):
        return False
    return word.endswith(("r", "s", "de", "te"))


def is_infinitive(word: str) -> bool:
    """Whether a word looks like an infinitive, active or passive, of a known verb."""
    if word.endswith(("as", "es")) and not word.endswith(("rnas", "nas", "ares")):
        return True
    return root(word) in VERB_ROOTS and (
        word.endswith(("a", "as"))
        or word
        in {"få", "ge", "ges", "ta", "tas", "gå", "se", "ses", "bo", "ske", "stå", "bli", "avslå", "avslås", "ha"}
    )


def is_actor(word: str, base: str) -> bool:
    """Whether a word names somebody who can act."""
    if word.endswith(("ens", "ets", "nas")) or (
        base in lexicon.DERIVED_ACTORS and not word.endswith(lexicon.DERIVED_ENDINGS)
    ):
        return False
    return base in lexicon.ACTORS or base.endswith(lexicon.ACTOR_ENDINGS)


def _value(token: Token) -> float | str | None:
    if token.kind == "iso":
        return token.text
    if token.kind == "number":
        plain = re.sub(r"[ \u00a0\u202f]", "", token.text)
        if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", plain):
            plain = plain.replace(".", "")
        try:
            return float(plain.replace(",", "."))
        except ValueError:
            return plain
    for table in (lexicon.NUMBERS, lexicon.SHARES, lexicon.ORDINALS):
        if token.text in table:
            return float(table[token.text])
    if token.text in lexicon.SINGLES:
        return 1.0
    return 1.0 if token.text in lexicon.ARTICLES else None
