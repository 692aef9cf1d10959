"""How well the citation checker tells grounded sentences from others: verbatim, mutated by code, wrong document, by hand.

    python benchmarks/citations.py [--data DIR] [--sentences N] [--show KIND]

Reads the passages of swequad and swefaq from SAMVERK_DATA and the hand-written pairs beside the tests.
"""

import argparse
import json
import os
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from samverk.answers.citations import check
from samverk.core import swedish

ROOT = Path(__file__).resolve().parent.parent
PAIRS = ROOT / "tests" / "answers" / "data"
UNITS = (
    "dagar veckor månader år timmar minuter".split(),
    "kronor euro procent".split(),
    "meter kilometer".split(),
    "dag vecka månad".split(),
)
PRONOUNS = frozenset("du vi ni de han hon jag man den det detta denna dessa ingen alla".split())
_NO_SUBJECT = frozenset(
    """i på vid för under från till av med efter före över mot mellan genom via om när då så som att och men både även ofta
    ibland många andra dessutom därför vidare sedan samtidigt dock därutöver innan utan enligt in inom ett minimum exempelvis
    exempel nu här där tills trots utöver inköp""".split()
)
_FINITE = re.compile(r"^(ska|kan|måste|får|bör|är|har|ges|blir|gäller|innebär|finns|\w{3,}(ar|er|as|es))$")

Mutation = Callable[[str, str, random.Random], str | None]


def passages(data: Path) -> list[dict[str, str]]:
    """The passages of both sets, those of one document with the same `doc`."""
    found = []
    for name in ("swequad", "swefaq"):
        with (data / "retrieval" / name / "corpus.jsonl").open(encoding="utf-8") as lines:
            found += [json.loads(line) for line in lines]
    return found


def sentences(text: str, least: int = 6) -> Iterator[str]:
    """The sentences with at least so many words."""
    for start, end in swedish.sentences(text):
        if len(text[start:end].split()) >= least:
            yield text[start:end]


def _replace(sentence: str, match: re.Match[str], new: str) -> str:
    return sentence[: match.start()] + new + sentence[match.end() :]


def number(sentence: str, other: str, rng: random.Random) -> str | None:
    """Another number in place of one."""
    matches = list(re.finditer(r"\d+", sentence))
    if not matches:
        return None
    match = rng.choice(matches)
    return _replace(sentence, match, str(int(match.group()) + rng.choice((1, 2, 10))))


def unit(sentence: str, other: str, rng: random.Random) -> str | None:
    """Another unit of the same kind."""
    options = [(m, row) for row in UNITS for m in re.finditer(r"\b(" + "|".join(row) + r")\b", sentence)]
    options = [
        (m, row)
        for m, row in options
        if re.search(r"(\d|\b(en|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio|tolv))\s*$", sentence[: m.start()])
    ]
    if not options:
        return None
    match, row = rng.choice(options)
    return _replace(sentence, match, rng.choice([word for word in row if word != match.group()]))


def subject_of(sentence: str) -> str | None:
    """The words before the first finite verb, when they are few and hold a noun."""
    words = sentence.split()
    for at, word in enumerate(words[:7]):
        if at and _FINITE.match(word.lower()):
            lead = words[:at]
            content = [w for w in lead if w.lower() not in PRONOUNS and len(w) > 3]
            return (
                " ".join(lead) if content or (len(lead) == 1 and lead[0].lower() in {"du", "vi", "ni", "man"}) else None
            )
    return None


def roots(text: str) -> set[str]:
    """The stems of the words that are not stop words."""
    return {word.stem[:6] for word in swedish.words(text) if word.text not in swedish.STOP_WORDS}


def subject(sentence: str, other: str, rng: random.Random) -> str | None:
    """The subject of another sentence."""
    mine, theirs = subject_of(sentence), subject_of(other)
    if not mine or not theirs or mine.split()[0].lower() in _NO_SUBJECT or theirs.split()[0].lower() in _NO_SUBJECT:
        return None
    if (
        roots(mine) & roots(theirs)
        or theirs.lower() in sentence.lower()
        or {mine.lower(), theirs.lower()} == {"du", "man"}
    ):
        return None  # the same subject in another form
    return theirs + sentence[len(mine) :]


def modality(sentence: str, other: str, rng: random.Random) -> str | None:
    """Kan for ska, ska for kan."""
    matches = list(re.finditer(r"\b(kan|ska)\b", sentence, re.IGNORECASE))
    if not matches:
        return None
    match = rng.choice(matches)
    new = "ska" if match.group().lower() == "kan" else "kan"
    return _replace(sentence, match, new.capitalize() if match.group()[0].isupper() else new)


def negation(sentence: str, other: str, rng: random.Random) -> str | None:
    """Inte after a finite verb."""
    matches = list(re.finditer(r"\b(ska|kan|måste|får|bör|är|har|gäller|finns)\b", sentence))
    if not matches:
        return None
    match = rng.choice(matches)
    return sentence[: match.end()] + " inte" + sentence[match.end() :]


MUTATIONS: dict[str, Mutation] = {
    "number": number,
    "unit": unit,
    "subject": subject,
    "kan/ska": modality,
    "inte": negation,
}


def measure_text(rows: list[dict[str, str]], count: int, show: str) -> None:
    """Verbatim, wrong document and mutations, on `count` sentences drawn with a fixed seed."""
    rng = random.Random(20)
    pool = [(row, s) for row in rows for s in sentences(row["text"])]
    drawn = rng.sample(pool, min(count, len(pool)))
    times = []
    accepted, wrong = 0, 0
    for row, sentence in drawn:
        accepted += check(sentence, row["text"]).accepted
        far = rng.choice(rows)
        while far["doc"] == row["doc"] or sentence in far["text"]:
            far = rng.choice(rows)
        started = time.process_time()
        wrong += check(sentence, far["text"]).accepted
        times.append((time.process_time() - started) * 1000)
    print(f"verbatim accepted            {accepted / len(drawn):7.4f}  ({len(drawn)} sentences)")
    print(f"wrong document accepted      {wrong / len(drawn):7.4f}")
    total, bad = 0, 0
    for name, mutate in MUTATIONS.items():
        tried, taken = _mutated(mutate, name, pool, rng, count, show)
        total, bad = total + tried, bad + taken
        print(f"{name + ' changed, accepted':28} {taken / max(1, tried):7.4f}  ({tried})")
    print(f"all mutations accepted       {bad / max(1, total):7.4f}  ({total})")
    slow = sorted(times)[int(len(times) * 0.95)]
    print(f"CPU ms a check, not verbatim {statistics.median(times):7.2f}  median, {slow:.2f} at 95 %")


def _mutated(
    mutate: Mutation, name: str, pool: list[tuple[dict[str, str], str]], rng: random.Random, count: int, show: str
) -> tuple[int, int]:
    tried = taken = 0
    for row, sentence in rng.sample(pool, len(pool)):
        inside = [s for s in sentences(row["text"]) if s != sentence]
        other = rng.choice(inside) if inside and rng.random() < 0.5 else rng.choice(pool)[1]
        changed = mutate(sentence, other, rng)
        if changed is None or changed in row["text"]:
            continue
        tried += 1
        finding = check(changed, row["text"])
        taken += finding.accepted
        if finding.accepted and show in {name, "all"}:
            print(f"  {name}: {changed!r}\n      {row['text'][finding.start : finding.end]!r}")
        if tried >= count // 2:
            break
    return tried, taken


def measure_pairs(path: Path) -> None:
    """Hand-written pairs: how many unfaithful are accepted, how many faithful."""
    pairs = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for faithful, name in ((False, "unfaithful"), (True, "faithful")):
        found = [check(pair["sentence"], pair["passage"]).accepted for pair in pairs if pair["faithful"] is faithful]
        print(f"{path.stem} {name + ' accepted':20} {sum(found) / len(found):7.4f}  ({len(found)})")


def main() -> None:
    """Measure and print every row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("SAMVERK_DATA", ROOT.parent / "shared" / "data"))
    )
    parser.add_argument("--sentences", type=int, default=2000)
    parser.add_argument("--show", default="", help="print accepted mutations of this kind, or all")
    options = parser.parse_args()
    for name in ("citation_pairs.jsonl", "citation_pairs_dev.jsonl"):
        if (PAIRS / name).exists():
            measure_pairs(PAIRS / name)
    measure_text(passages(options.data), options.sentences, options.show)


if __name__ == "__main__":
    main()
