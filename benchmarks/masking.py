"""How well personal data is found, how fast beside Presidio, how time grows with the text, and what the room costs to start.

    python -m benchmarks.masking --data ../shared/data               # everything
    python -m benchmarks.masking --only found                        # or speed, growth, start
    python -m benchmarks.masking --only found --misses PHONE PERSON  # and what was missed or found wrongly

Spans are strict: both ends must be right, but for a name's genitive s, in or out. Times are processor times. Presidio runs in an
environment of its own under build/, made with pinned versions; where that cannot be made its rows say "not measured".
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from samverk.masking.engine import CAREFUL, Engine
from samverk.masking.ports import Span

ROOT = Path(__file__).parents[1]
PRESIDIO = ROOT / "benchmarks" / "presidio"
ENVIRONMENT = ROOT / "build" / "presidio"
ROUNDS = 5
FIXED = "PERSONNUMMER ORGNR PHONE EMAIL IBAN CARD BANKGIRO PLUSGIRO BANKKONTO IP COORD POSTORT".split()
IN_CONTEXT = "REGNR ADDRESS FASTIGHET DOB".split()
PERSONS = {"web news": "ner_dev_webbnyheter", "municipal": "ids_dev", "treebank": "ner_dev_talbanken"}

Find = Callable[[str], list[Span]]


@dataclass(frozen=True)
class Text:
    """A text with its true spans, and what only looks like some."""

    text: str
    spans: tuple[Span, ...]
    negatives: tuple[Span, ...]


def texts_of(path: Path) -> list[Text]:
    """The texts of a set."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Text(row["text"], _spans(row["spans"]), _spans(row.get("negatives", ()))) for row in rows]


def _spans(rows: Iterable[dict[str, object]]) -> tuple[Span, ...]:
    return tuple(Span(int(str(row["start"])), int(str(row["end"])), str(row["label"])) for row in rows)


class Tally:
    """What was right, wrong and missed, by label."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.slips: dict[str, list[str]] = defaultdict(list)

    def add(self, text: Text, found: Sequence[Span]) -> None:
        """Count one text."""
        for label in {span.label for span in (*text.spans, *found)}:
            wanted = {_place(text.text, span) for span in text.spans if span.label == label}
            got = {_place(text.text, span) for span in found if span.label == label}
            self.right[label] += len(wanted & got)
            self.wrong[label] += len(got - wanted)
            self.missed[label] += len(wanted - got)
            self.slips[label] += [f"missed   {_shown(text.text, place)}" for place in sorted(wanted - got)]
            self.slips[label] += [f"wrongly  {_shown(text.text, place)}" for place in sorted(got - wanted)]

    def f1(self, *labels: str) -> float:
        """F1 of the labels together (micro)."""
        right = 2 * sum(self.right[label] for label in labels)
        whole = right + sum(self.wrong[label] + self.missed[label] for label in labels)
        return right / whole if whole else 1.0


def _place(text: str, span: Span) -> tuple[int, int]:
    """Where the span is; of a name without the s that ends it, which may be in or out."""
    has_s = span.label == "PERSON" and span.end - span.start > 2 and text[span.end - 1] in "sS"
    return span.start, span.end - has_s


def _shown(text: str, place: tuple[int, int]) -> str:
    start, end = place
    return repr(f"{text[max(0, start - 40) : start]}⟦{text[start:end]}⟧{text[end : end + 25]}")


def counted(texts: Sequence[Text], find: Find) -> Tally:
    """All texts counted."""
    tally = Tally()
    for text in texts:
        tally.add(text, find(text.text))
    return tally


def overlap(span: Span, others: Iterable[Span]) -> bool:
    """Whether the span shares a sign with any of the others."""
    return any(max(span.start, other.start) < min(span.end, other.end) for other in others)


def negatives_hit(texts: Sequence[Text], find: Find) -> dict[str, tuple[int, int]]:
    """Of each kind of what only looks like it: how many are hit by a span that touches nothing true, and how many there are."""
    hits: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for text in texts:
        false = [span for span in find(text.text) if not overlap(span, text.spans)]
        for negative in text.negatives:
            kinds[negative.label] += 1
            hits[negative.label] += overlap(negative, false)
    return {kind: (hits[kind], kinds[kind]) for kind in sorted(kinds)}


def masked(texts: Sequence[Text], find: Find) -> tuple[float, float]:
    """The share of true spans that are covered from end to end, and of what is masked the share that touches something true."""
    covered = true = useful = given = 0
    for text in texts:
        found = find(text.text)
        signs = {at for span in found for at in range(span.start, span.end)}
        covered += sum(set(range(*_place(text.text, span))) <= signs for span in text.spans)
        true += len(text.spans)
        useful += sum(overlap(span, text.spans) for span in found)
        given += len(found)
    return covered / true, useful / given


def found_rows(data: Path, engine: Engine, misses: Sequence[str]) -> None:
    """Print how well."""
    municipal = texts_of(data / "masking" / "ids_dev.jsonl")
    tally = counted(municipal, engine.find)
    for label in (*FIXED, *IN_CONTEXT):
        print(f"F1 {label:14} {tally.f1(label):.4f}")
    print(f"F1 least of a fixed form       {min(map(tally.f1, FIXED)):.4f}")
    print(f"F1 least of what needs context {min(map(tally.f1, IN_CONTEXT)):.4f}")
    print(f"F1 all labels together         {tally.f1(*tally.right | tally.wrong | tally.missed):.4f}")
    for name, file in PERSONS.items():
        persons = (
            tally if file == "ids_dev" else counted(texts_of(data / "masking" / f"{file}.jsonl"), _persons(engine))
        )
        print(f"F1 PERSON {name:20} {persons.f1('PERSON'):.4f}")
    share, precision = masked(municipal, lambda text: engine.find(text, threshold=CAREFUL))
    print(f"masked with the careful threshold {share:.4f}, precision {precision:.4f}")
    hits = negatives_hit(municipal, engine.find)
    print("negatives hit by kind          " + ", ".join(f"{kind} {hit}/{of}" for kind, (hit, of) in hits.items()))
    print(f"negatives hit %                {100 * _share(hits):.2f}")
    for label in misses:
        print("\n".join(tally.slips[label]))


def _share(hits: dict[str, tuple[int, int]]) -> float:
    return sum(hit for hit, _ in hits.values()) / sum(of for _, of in hits.values())


def _persons(engine: Engine) -> Find:
    """Finds names alone: the sets of news and treebank know no other label."""
    return lambda text: [span for span in engine.find(text) if span.label == "PERSON"]


def cpu(act: Callable[[], object]) -> float:
    """Seconds of processor time."""
    begun = time.process_time()
    act()
    return time.process_time() - begun


def speed_rows(data: Path, engine: Engine) -> None:
    """Print characters a second: rules alone, with the CRF, and Presidio, on the same texts, round by round in turn."""
    texts = [text.text for text in texts_of(data / "masking" / "ids_dev.jsonl")[:800]]
    signs = sum(map(len, texts))
    presidio = opened(texts)
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        times["rules"].append(cpu(lambda: [engine.find(text, off=("PERSON",)) for text in texts]))
        times["rules and CRF"].append(cpu(lambda: [engine.find(text) for text in texts]))
        if presidio:
            times["Presidio"].append(float(asked(presidio, "again")))
    if presidio:
        presidio.communicate()
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    for name in ("rules", "rules and CRF", "Presidio"):
        print(f"{name:20} {signs / medians[name]:9.0f} characters/s" if name in medians else f"{name:20} not measured")
    for name in ("rules", "rules and CRF"):
        if "Presidio" in medians:
            print(f"{name} beside Presidio {medians['Presidio'] / medians[name]:.1f} x")


def opened(texts: Sequence[str]) -> "subprocess.Popen[str] | None":
    """Presidio, with the texts, in an environment of its own; None where that cannot be made."""
    python = ENVIRONMENT / "bin" / "python"
    pip = ("-m", "pip", "install", "-q", "--require-hashes", "--only-binary", ":all:", "-r", "requirements.txt")
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        subprocess.run([python, *pip], cwd=PRESIDIO, env=environment, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"(no Presidio: {getattr(error, 'stderr', None) or error})", file=sys.stderr)
        return None
    pipe = subprocess.PIPE
    process = subprocess.Popen([python, "timed.py"], cwd=PRESIDIO, stdin=pipe, stdout=pipe, text=True)
    print(f"(Presidio runs {asked(process, json.dumps(texts))})")
    return process


def asked(process: "subprocess.Popen[str]", line: str) -> str:
    """What the process answers to a line."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(line + "\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


HOSTILE: dict[str, Callable[[int], str]] = {
    "digits": lambda n: "1" * n,
    "digits and spaces": lambda n: "12 34 " * (n // 6),
    "numbers that are almost right": lambda n: "19900101-2386 " * (n // 14),
    "digits and hyphens": lambda n: "12-" * (n // 3),
    "digits and dots": lambda n: "1." * (n // 2),
    "digits and line breaks": lambda n: "900101-\n" * (n // 8),
    "open brackets": lambda n: "(" * n,
    "nested brackets": lambda n: "([{" * (n // 6) + "}])" * (n // 6),
    "letters without a space": lambda n: "åäö" * (n // 3),
    "capitals without a space": lambda n: "ABC" * (n // 3),
    "capital words": lambda n: "Anna Ek " * (n // 8),
    "spaces": lambda n: " " * n,
    "line breaks": lambda n: "\n" * n,
    "at signs": lambda n: "a@" * (n // 2),
    "almost addresses of mail": lambda n: "a.b@c." * (n // 6),
    "colons and hexadecimal": lambda n: "ab:" * (n // 3),
    "hexadecimal": lambda n: "0a1f" * (n // 4),
    "words for numbers": lambda n: "personnummer: " * (n // 14),
    "street endings": lambda n: "vägen gatan " * (n // 12),
    "streets and numbers": lambda n: "Storgatan 1 " * (n // 12),
    "towns": lambda n: "123 45 Åmål " * (n // 12),
    "telephones": lambda n: "0701 74 06 16 " * (n // 14),
    "half an account": lambda n: "SE40 3002 8600-1 " * (n // 17),
    "cards": lambda n: "4571 4571 4571 " * (n // 15),
    "names of saints": lambda n: "Sankt Eriks " * (n // 12),
    "sections of laws": lambda n: "2 kap. 9 § " * (n // 11),
    "amounts": lambda n: "1 000 000 " * (n // 10),
    "born": lambda n: "född 1990" * (n // 9),
    "coordinates": lambda n: "58.24354, " * (n // 10),
    "properties": lambda n: "Åmål Vallmon 1:" * (n // 15),
    "table cells": lambda n: "| 1 " * (n // 4),
    "combining marks": lambda n: "a\u0308" * (n // 2),
    "zero-width spaces": lambda n: "1\u200b" * (n // 2),
}
"""Texts that tempt a pattern to look at the same signs again and again, of about so many characters."""


def ordinary(texts: Sequence[Text], size: int) -> str:
    """Municipal texts one after another, of so many characters."""
    mixed = random.Random(4).sample(list(texts), len(texts))
    joined = "\n".join(text.text for text in mixed)
    return (joined * (size // len(joined) + 1))[:size]


def growth_rows(data: Path, engine: Engine) -> None:
    """Print time a character as the text grows, and of hostile texts beside ordinary ones of the same length."""
    texts = texts_of(data / "masking" / "ids_dev.jsonl")
    a_sign: dict[int, float] = {}
    for size in (100_000, 1_000_000, 10_000_000):
        text = ordinary(texts, size)
        a_sign[size] = cpu(lambda text=text: engine.find(text)) / size  # type: ignore[misc]
        print(f"time a character, {size:>10} characters {1e6 * a_sign[size]:.2f} µs")
    print(f"growth of time a character, to 10 MB {a_sign[10_000_000] / a_sign[100_000]:.2f}")
    worst = 0.0
    for name, make in HOSTILE.items():
        text = make(1_000_000)
        ratio = cpu(lambda text=text: engine.find(text)) / len(text) / a_sign[1_000_000]  # type: ignore[misc]
        worst = max(worst, ratio)
        print(f"hostile, {name:32} {ratio:.2f} x the time of ordinary text")
    print(f"hostile, the worst {worst:.2f} x")


_START = """
import os, time, psutil
process = psutil.Process()
seconds, size = time.process_time(), process.memory_info().rss
{what}
print(time.process_time() - seconds, (process.memory_info().rss - size) / 1e6)
"""
_ALL = "from samverk.masking.engine import Engine\nengine = Engine()"
_FIRST_FIND = f"{_ALL}\nengine.find('Anna Ek, 121212-1212, Storgatan 4.')"


def start_rows() -> None:
    """Print what the engine with all its files costs in a fresh process, and the first text with all that it loads."""
    for name, what in (("import", _ALL), ("import and first text", _FIRST_FIND)):
        runs = [_fresh(what) for _ in range(ROUNDS)]
        seconds, megabytes = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"{name} {seconds:.3f} s CPU, {megabytes:.1f} MB")


def _fresh(what: str) -> tuple[float, float]:
    command = [sys.executable, "-c", _START.format(what=what)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, megabytes = run.stdout.split()
    return float(seconds), float(megabytes)


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    usual = os.environ.get("SAMVERK_DATA", str(ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=Path(usual))
    parser.add_argument("--only", choices=("found", "speed", "growth", "start"))
    parser.add_argument("--misses", nargs="*", default=())
    options = parser.parse_args()
    engine = Engine()
    parts: dict[str, Callable[[], None]] = {
        "found": lambda: found_rows(options.data, engine, options.misses),
        "speed": lambda: speed_rows(options.data, engine),
        "growth": lambda: growth_rows(options.data, engine),
        "start": start_rows,
    }
    for name, part in parts.items():
        if options.only in (None, name):
            part()


if __name__ == "__main__":
    main()
