# ruff: noqa: E501 - a table reads best with its rows whole
"""What the checker says: a verdict, the range that grounds the sentence, and the reasons as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from samverk.core.errors import Language


class Verdict(StrEnum):
    """How well a sentence stands in the passage that it cites."""

    VERIFIED = "verified"  # verbatim or nearly so
    SUPPORTED = "supported"  # a faithful paraphrase
    UNVERIFIED = "unverified"  # anything else


# code: (Swedish, English). `{words}` and the like are filled from the reason's facts.
MESSAGES: dict[str, tuple[str, str]] = {
    "verbatim": ("Meningen står ordagrant i stycket.", "The sentence stands in the passage word for word."),
    "paraphrase": ("Meningen säger samma sak som stycket med andra ord.", "The sentence says what the passage says in other words."),
    "empty": ("Meningen eller stycket saknar ord att jämföra.", "The sentence or the passage has no words to compare."),
    "too_long": ("Meningen är för lång för att jämföras annat än ordagrant.", "The sentence is too long to be compared other than word for word."),
    "too_little": ("Meningen säger för lite för att kunna knytas till stycket.", "The sentence says too little to be tied to the passage."),
    "not_found": ("Stycket säger inget om: {words}.", "The passage says nothing about: {words}."),
    "joined": ("Meningen fogar ihop uppgifter som står var för sig i stycket. Det här följer inte med: {words}.", "The sentence joins facts that stand apart in the passage. It leaves out: {words}."),
    "changed": ("Ord är utbytta i styckets egen ordalydelse: {words}.", "Words are exchanged in the passage's own wording: {words}."),
    "omitted": ("Meningen utelämnar det som uppgiften gäller: {words}.", "The sentence leaves out what the fact is about: {words}."),
    "number": ("Siffran eller enheten stämmer inte: {words}.", "The number or unit does not agree: {words}."),
    "negation": ("Det ena är nekat och det andra inte.", "One is negated and the other is not."),
    "modality": ("Kan, får, bör eller ska stämmer inte: {sentence} mot {passage}.", "Can, may, should or must does not agree: {sentence} against {passage}."),
    "scope": ("Omfattningen stämmer inte: {words}.", "The scope does not agree: {words}."),
    "condition": ("Ett villkor saknas, är ändrat eller har tillkommit: {words}.", "A condition is missing, changed or added: {words}."),
    "role": ("Vem som gör vad stämmer inte: {words}.", "Who does what does not agree: {words}."),
    "relation": ("Tid, plats eller riktning är omvänd: {words}.", "Time, place or direction is turned round: {words}."),
}  # fmt: skip


# Codes within the facts, as a person reads them: (Swedish, English).
LABELS: dict[str, tuple[str, str]] = {
    "must": ("ska", "must"), "need": ("behöver", "need"), "should": ("bör", "should"), "can": ("kan", "can"), "let": ("får", "may"),
    "right": ("har rätt", "is entitled"), "risk": ("riskerar", "risks"), "intend": ("avser", "intends"), "none": ("ett påstående", "a plain statement"),
    "if": ("om", "if"), "unless": ("om inte", "unless"), "although": ("även om", "although"), "before": ("före", "before"), "until": ("tills", "until"),
    "after": ("efter", "after"), "above": ("över", "above"), "below": ("under", "below"), "inside": ("inom", "inside"), "outside": ("utanför", "outside"),
    "all": ("alla", "all"), "some": ("vissa", "some"), "most": ("de flesta", "most"), "only": ("endast", "only"), "always": ("alltid", "always"),
    "never": ("aldrig", "never"), "usually": ("normalt", "usually"), "sometimes": ("ibland", "sometimes"), "exceptionally": ("undantagsvis", "exceptionally"),
    "often": ("ofta", "often"), "seldom": ("sällan", "seldom"), "also": ("även", "also"), "both": ("både", "both"), "or": ("eller", "or"),
    "partly": ("delvis", "partly"), "wholly": ("helt", "wholly"), "first": ("först", "first"), "latest": ("senast", "at the latest"),
    "except": ("utom", "except"), "at least": ("minst", "at least"), "at most": ("högst", "at most"), "instead": ("i stället", "instead"),
    "first person": ("vi", "we"), "second": ("du", "you"), "third": ("han, hon, de", "they"), "may": ("får", "may"), "not": ("inte", "not"),
    "per hour": ("per timme", "per hour"), "per day": ("per dag", "per day"), "per week": ("per vecka", "per week"), "per month": ("per månad", "per month"),
    "per quarter": ("per kvartal", "per quarter"), "per year": ("per år", "per year"), "per person": ("per person", "per person"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the verdict is what it is: a stable code, and the facts that fill its message."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def message(self, language: Language = "sv") -> str:
        """The reason in the person's language."""
        side = 0 if language == "sv" else 1
        facts = {
            name: ", ".join(LABELS.get(word, (word, word))[side] for word in value.split(", "))
            for name, value in self.facts.items()
        }
        return MESSAGES[self.code][side].format(**facts)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check. `start` and `end` are the half-open character range in the passage that grounds the sentence
    (0, 0 when nothing aligns); `score` from 0 to 1 is the share of what the sentence names that was found there."""

    verdict: Verdict
    start: int
    end: int
    score: float
    reasons: tuple[Reason, ...]

    @property
    def accepted(self) -> bool:
        """Whether the sentence may be shown as grounded."""
        return self.verdict is not Verdict.UNVERIFIED
