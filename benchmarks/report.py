"""Runs every benchmark and writes what was measured beside what is asked, into the README.

    python -m benchmarks.report              # all of them
    python -m benchmarks.report golden start # these alone: the other rows stay as they are

Each benchmark is a command of its own. A figure is read from what the command prints; one that is not there is shown as
such, never left out. The shared data is `SAMVERK_DATA`, ../shared/data unless set.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
USUAL_DATA = "../shared/data"
BEGIN, END = "<!-- figures: written by benchmarks/report.py -->", "<!-- end of figures -->"
_NUMBER = re.compile(r"\d*\.?\d+")


@dataclass(frozen=True)
class Figure:
    """What is measured, the bound (`≥` or `≤`, and a number), the unit, and where the number stands in what is printed."""

    what: str
    bound: str
    asked: float
    pattern: str
    unit: str = ""

    def read(self, printed: str) -> float | None:
        """The number, or the sum of several (of a table of counts); None where it was not printed."""
        found = re.search(self.pattern, printed, re.MULTILINE)
        return sum(float(number) for number in _NUMBER.findall(found[1])) if found else None

    def holds(self, value: float) -> bool:
        """Whether the number is within the bound."""
        return value >= self.asked if self.bound == "≥" else value <= self.asked


@dataclass(frozen=True)
class Bench:
    """A command that measures, as words after `.venv/bin/python`, and the figures that it prints. `{data}` is the shared data."""

    name: str
    command: tuple[str, ...]
    figures: tuple[Figure, ...]

    @property
    def shown(self) -> str:
        """The command as a reader types it."""
        return " ".join((".venv/bin/python", *self.command)).format(data=USUAL_DATA)

    def run(self) -> str:
        """All that it prints; what it prints on standard error is shown at once."""
        data = os.environ.get("SAMVERK_DATA", USUAL_DATA)
        command = [sys.executable, *(word.format(data=data) for word in self.command)]
        result = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        return result.stdout


def _held_out(what: str, texts: str, asked: float) -> Figure:
    """The F1 at the balanced threshold of names in texts that the weights have not seen."""
    return Figure(what, "≥", asked, rf"^{re.escape(texts)}\n.*? F1 ([\d.]+)")


BENCHES = (
    Bench(
        "retrieval",
        ("-m", "benchmarks.retrieval", "{data}", "--quick"),
        (
            Figure("nDCG@10, swequad", "≥", 0.87, r"^swequad +tantivy +([\d.]+)"),
            Figure("nDCG@10, swefaq", "≥", 0.68, r"^swefaq +tantivy +([\d.]+)"),
        ),
    ),
    Bench(
        "scale",
        ("-m", "benchmarks.scale", "{data}"),
        (
            Figure("100,000 passages: ingest, index alone, CPU", "≤", 25, r"^ingest, index alone ([\d.]+)", " s"),
            Figure("a question among them, median", "≤", 5, r"^query median ([\d.]+)", " ms"),
            Figure("95th percentile", "≤", 20, r"^query median .* p95 ([\d.]+)", " ms"),
            Figure("their index on disk", "≤", 150, r"^disk ([\d.]+)", " MB"),
            Figure("memory that they add", "≤", 150, r"^memory growth ([\d.]+)", " MB"),
        ),
    ),
    Bench(
        "organisations",
        ("-m", "benchmarks.scale", "{data}", "--organisations"),
        (
            Figure(
                "1,000,000 passages in 50 organisations: a question beside one alone",
                "≤",
                2,
                r"^beside one alone ([\d.]+)",
                " ×",
            ),
        ),
    ),
    Bench(
        "answers",
        ("-m", "benchmarks.answers", "{data}/retrieval/swequad"),
        (
            Figure("`extractive` contains the answer within 400 characters", "≥", 0.80, r"^extractive .*@400 ([\d.]+)"),
            Figure("the same within 700 characters", "≥", 0.88, r"^extractive .*@700 ([\d.]+)"),
            Figure("median length of its answers", "≤", 600, r"^extractive .*median length (\d+)", " characters"),
            Figure("knowing when not to answer: area under the curve", "≥", 0.85, r"^confidence +.*curve ([\d.]+)"),
        ),
    ),
    Bench(
        "citations",
        ("-m", "benchmarks.citations", "--data", "{data}"),
        (
            Figure("citation check: verbatim sentences accepted", "≥", 0.99, r"^verbatim accepted +([\d.]+)"),
            Figure("accepted after one thing was changed", "≤", 0.03, r"^all mutations accepted +([\d.]+)"),
            Figure("accepted against the wrong document", "≤", 0, r"^wrong document accepted +([\d.]+)"),
            Figure(
                "hand-written pairs: unfaithful accepted", "≤", 0.05, r"^citation_pairs unfaithful accepted +([\d.]+)"
            ),
            Figure("faithful called supported", "≥", 0.40, r"^citation_pairs faithful accepted +([\d.]+)"),
        ),
    ),
    Bench(
        "golden",
        ("-m", "benchmarks.golden"),
        (
            Figure(
                "golden set in plain words: right passage cited",
                "≥",
                0.95,
                r"plain words: right passage cited +([\d.]+)",
            ),
            Figure(
                "in plain words: unanswerable recognised", "≥", 0.90, r"plain words: unanswerable recognised +([\d.]+)"
            ),
            Figure(
                "in plain words: answerable wrongly refused",
                "≤",
                0.05,
                r"plain words: answerable wrongly refused +([\d.]+)",
            ),
            Figure(
                "golden set in far words: right passage cited", "≥", 0.95, r"far words: right passage cited +([\d.]+)"
            ),
            Figure("in far words: unanswerable recognised", "≥", 0.90, r"far words: unanswerable recognised +([\d.]+)"),
            Figure(
                "in far words: answerable wrongly refused",
                "≤",
                0.05,
                r"far words: answerable wrongly refused +([\d.]+)",
            ),
        ),
    ),
    Bench(
        "masking",
        ("-m", "benchmarks.masking", "--data", "{data}"),
        (
            Figure("personal data, least F1 of a fixed form", "≥", 0.99, r"^F1 least of a fixed form +([\d.]+)"),
            Figure(
                "least F1 of plates, addresses, property, dates of birth",
                "≥",
                0.96,
                r"^F1 least of what needs context +([\d.]+)",
            ),
            Figure("personal data masked, careful threshold", "≥", 0.97, r"^masked with the careful .* ([\d.]+), prec"),
            Figure("precision of that", "≥", 0.80, r"^masked with the careful .* precision ([\d.]+)"),
            Figure("hard negatives hit", "≤", 1, r"^negatives hit % +([\d.]+)", " %"),
            Figure("rules beside Presidio, speed", "≥", 15, r"^rules beside Presidio +([\d.]+)", " ×"),
            Figure("rules and CRF beside Presidio, speed", "≥", 4, r"^rules and CRF beside Presidio +([\d.]+)", " ×"),
            Figure("time a character at 10 MB beside 100 kB", "≤", 1.25, r"^growth of time .* ([\d.]+)$", " ×"),
            Figure("the worst hostile text beside ordinary text", "≤", 2, r"^hostile, the worst +([\d.]+)", " ×"),
            Figure("import of the room, CPU", "≤", 0.2, r"^import ([\d.]+) s", " s"),
            Figure("import of the room, memory", "≤", 30, r"^import .* ([\d.]+) MB", " MB"),
        ),
    ),
    Bench(
        "persons",
        ("scripts/train_persons.py", "--measure"),
        (
            _held_out("names in web news, F1 of folds that were not trained on", "web news, five folds", 0.90),
            _held_out("names in municipal text, not trained on", "municipal (ids_dev), its templates unseen", 0.90),
            _held_out("names in treebank style text, not trained on", "Talbanken, never trained on Talbanken", 0.65),
        ),
    ),
    Bench(
        "gateway",
        ("-m", "benchmarks.gateway"),
        (
            Figure("a call beside a bare handler, CPU", "≤", 3, r"^CPU a call beside the bare handler ([\d.]+)", " ×"),
            Figure("calls a second beside the bare handler", "≥", 0.33, r"^calls/s of the bare handler ([\d.]+)", " ×"),
            Figure("time added to a call, median", "≤", 3, r"^added time, median (-?[\d.]+)", " ms"),
            Figure("time added, 99th percentile", "≤", 10, r"^added time, 99th percentile (-?[\d.]+)", " ms"),
            Figure(
                "a streamed event beside the bare handler, CPU", "≤", 3, r"^CPU a streamed event .* ([\d.]+) x", " ×"
            ),
            Figure("of 1,000 slow streams at once, finished", "≥", 1000, r"^slow streams at once that finish (\d+)"),
            Figure("their time beyond one alone", "≤", 1.5, r"^slow streams, beyond one alone ([\d.]+)", " s"),
            Figure("their memory", "≤", 200, r"^slow streams, memory ([\d.]+)", " MB"),
            Figure(
                "policy and masking of 4,000 characters", "≤", 45, r"^policy and masking .*characters ([\d.]+)", " ms"
            ),
            Figure(
                "kill -9 under load: calls made that are not recorded",
                "≤",
                0,
                r"^kill -9: calls .* ledger has not (\d+)",
            ),
            Figure("kill -9: chains broken", "≤", 0, r"^kill -9: chain broken (\d+)"),
            Figure("kill -9: budgets that do not add up", "≤", 0, r"^kill -9: budgets that do not add up (\d+)"),
        ),
    ),
    Bench(
        "start",
        ("-m", "benchmarks.start"),
        (
            Figure("start of `serve`: CPU beside importing its core list", "≤", 1.3, r"core list +([\d.]+)", " ×"),
            Figure("memory at rest", "≤", 150, r"^idle memory +([\d.]+)", " MB"),
            Figure("first page, everything that it loads", "≤", 100, r"^first page, all bytes +([\d.]+)", " kB"),
            Figure("of that, script", "≤", 40, r"^first page, script +([\d.]+)", " kB"),
        ),
    ),
    Bench(
        "pages",
        ("-m", "benchmarks.pages"),
        (
            Figure("links that lead to an error", "≤", 0, r"^links that lead to an error +(\d+)"),
            Figure("axe-core on them all, found or left open", "≤", 0, r"^axe-core, found or left open +(\d+)"),
            Figure(
                "server time of the slowest page, large organisation", "≤", 100, r"^server time .*page +(\d+)", " ms"
            ),
            Figure("largest first visit to a page", "≤", 120, r"^largest first visit, all bytes +([\d.]+)", " kB"),
            Figure("largest script of a page", "≤", 40, r"^largest first visit, script +([\d.]+)", " kB"),
            Figure("layout shift, the worst page", "≤", 0.02, r"^largest layout shift of a page +([\d.]+)"),
            Figure("layout shift while an answer is written", "≤", 0.02, r"^layout shift of an answer +([\d.]+)"),
            Figure("frames with raw Markdown", "≤", 0, r"^frames with raw Markdown +(\d+)"),
            Figure("Enter to the first words, embedded model", "≤", 300, r"^Enter to first words.* +(\d+) ms", " ms"),
        ),
    ),
    Bench(
        "ocr",
        ("-m", "benchmarks.ocr", "{data}/documents"),
        (Figure("characters wrong on clean Swedish scans", "≤", 2, r"character error ([\d.]+) %", " %"),),
    ),
    Bench(
        "ingest",
        ("-m", "benchmarks.ingest"),
        (
            Figure("reading PDFs, sandbox included, a CPU-second", "≥", 60, r"(\d+) pages per CPU-second", " pages"),
            Figure(
                "files with a text layer that are not read", "≤", 0, r"not read \{(?:'no_text': \d+(?:, )?)?([^}]*)\}"
            ),
            Figure("other Swedish and office files not read", "≤", 0, r"other formats: .* not read: (\d+)"),
            Figure("processor time of the slowest damaged or hostile file", "≤", 21, r"the longest ([\d.]+)", " s"),
        ),
    ),
    Bench(
        "crawl",
        ("-m", "benchmarks.crawl"),
        (
            Figure(
                "a web site of 2,000 pages walked through again, unchanged: share of the first time's bytes",
                "≤",
                5,
                r"^everything, second walk beside the first ([\d.]+)",
                " %",
            ),
            Figure(
                "the same where the site tells ETags alone", "≤", 5, r"^ETags alone, second .* first ([\d.]+)", " %"
            ),
        ),
    ),
)


def row(bench: Bench, figure: Figure, printed: str) -> str:
    """One row of the table."""
    value = figure.read(printed)
    measured = "not measured" if value is None else f"{value:g}{figure.unit}"
    mark = "" if value is None else " ✓" if figure.holds(value) else " ✗"
    return f"| {figure.what} | {figure.bound} {figure.asked:g}{figure.unit} | {measured}{mark} | `{bench.shown}` |"


def measured(bench: Bench) -> dict[str, str]:
    """Run a benchmark: its rows by what they measure. What it prints is shown as well."""
    print(f"… {bench.shown}", flush=True)
    printed = bench.run()
    print(printed, flush=True)
    return {figure.what: row(bench, figure, printed) for figure in bench.figures}


def rewritten(readme: str, fresh: Mapping[str, str]) -> str:
    """The README with these rows in its table; the others stay. Pure."""
    before, _, rest = readme.partition(BEGIN)
    old, _, after = rest.partition(END)
    known = {line.split("|")[1].strip(): line for line in old.splitlines() if line.startswith("| ")} | dict(fresh)
    rows = [known.get(f.what) or row(bench, f, "") for bench in BENCHES for f in bench.figures]
    table = "\n".join(["| what | asked | measured | repeat with |", "|---|---|---|---|", *rows])
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def main() -> None:
    """Run what is named, or all, and write the rows into the README after each."""
    wanted = sys.argv[1:] or [bench.name for bench in BENCHES]
    unknown = set(wanted) - {bench.name for bench in BENCHES}
    if unknown:
        sys.exit(f"unknown: {', '.join(sorted(unknown))} ({', '.join(bench.name for bench in BENCHES)})")
    readme = ROOT / "README.md"
    for bench in BENCHES:
        if bench.name in wanted:
            fresh = measured(bench)
            readme.write_text(rewritten(readme.read_text(encoding="utf-8"), fresh), encoding="utf-8")
            print("\n".join(fresh.values()), flush=True)


if __name__ == "__main__":
    main()
