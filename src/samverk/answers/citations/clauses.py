"""Parting a Swedish sentence into clauses, from closed classes and finite verbs alone."""

from samverk.answers.citations import lexicon
from samverk.answers.citations.amounts import Marked
from samverk.answers.citations.concepts import verb_roots
from samverk.answers.citations.roots import root
from samverk.answers.citations.tokens import Token

Part = tuple[str, list[int], bool]  # kind, token indexes, whether a mark stands before

_BEFORE_VERBS = frozenset("som du man vi ni han hon".split())  # after which "-er" is a verb and no plural
_MODAL_VERBS = frozenset("ska skall skulle måste kan kunde får fick bör borde behöver vill".split())


class Parted(Marked):
    """A sentence with its finite verbs found, which can be parted into clauses."""

    def __init__(self, number: int, tokens: list[Token]) -> None:
        super().__init__(number, tokens)
        self.finite = self._finite_verbs()

    def _finite_verbs(self) -> list[bool]:
        found = []
        governed = False  # an auxiliary stands before: what follows is an infinitive or a participle
        for at, token in enumerate(self.tokens):
            if token.kind == "mark" or "opener" in self._kinds(at):
                governed = False
            kinds = self._kinds(at)
            auxiliary = ("force" in kinds and token.text in _MODAL_VERBS) or token.text in lexicon.BE
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
        return before.kind != "word" or root(before.text) not in lexicon.TAKES_OM

    def _reach(self, start: int) -> int:
        """Where the stretch that begins here ends: the next mark, or the sentence's end."""
        for at in range(start, min(start + 25, len(self.tokens))):
            if self.tokens[at].text in {",", ";", ":", "(", ")", "–", "—"}:
                return at
        return min(start + 25, len(self.tokens))

    def _parts(self) -> list[Part]:
        """The sentence's clauses as (kind, token indexes, whether a mark stands before)."""
        parts: list[Part] = [("if" if self._inverted() else "main", [], False)]
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

    def _move_scope(self, parts: list[Part], at: int) -> None:
        """ "Endast om" and "bara när": the word of scope belongs to the clause that it opens."""
        if (
            len(parts) > 1
            and parts[-2][1]
            and self.tokens[at - 1].text in {"endast", "bara", "enbart", "först"}
            and parts[-2][1][-1] == at - 1
        ):
            parts[-2][1].pop()
            parts[-1][1].append(at - 1)

    def _resume(self, parts: list[Part], current: int) -> int:
        """After a subordinate clause inside or before the main one, back to the main one."""
        kind = parts[current][0]
        if kind == "which" and current and not any(self.finite[i] for i in parts[current - 1][1]):
            return current - 1
        parts.append(("main", [], False))
        return len(parts) - 1

    def _splits(self, at: int, part: Part) -> bool:
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
        return (hard and (right_finite or right_amount)) or (left_amount and right_amount and not is_range)

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


def is_verb_form(word: str, after_subject: bool = False) -> bool:
    """Whether a word looks like a finite form of a known verb, or of any verb when it follows a subject."""
    if (
        (root(word) not in verb_roots() and not after_subject)
        or word in lexicon.FUNCTION_WORDS
        or word.endswith(("ning", "ningar", "or", "are", "ingar", "ens", "ets", "ings"))
    ):
        return False
    return word.endswith(("r", "s", "de", "te"))


def is_infinitive(word: str) -> bool:
    """Whether a word looks like an infinitive, active or passive, of a known verb."""
    if word.endswith(("as", "es")) and not word.endswith(("rnas", "nas", "ares")):
        return True
    return root(word) in verb_roots() and (
        word.endswith(("a", "as"))
        or word
        in {"få", "ge", "ges", "ta", "tas", "gå", "se", "ses", "bo", "ske", "stå", "bli", "avslå", "avslås", "ha"}
    )
