"""How fast files become passages, the sandbox included: pages per second of processor time, children counted.

    python -m benchmarks.ingest [FOLDER …]      # default: documents/sv_pdf and gov_pdf of the shared data

Prints one line a file (`--files`), then the total: files read and not read, pages, passages, and the processor seconds
of this process and of its children. Without folders, the same for the other Swedish documents and those of offices, how
damaged and hostile files end, and how the cutting into passages grows with the length of a text.
"""

import argparse
import os
import resource
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from samverk.knowledge.chunking import build
from samverk.knowledge.passages import Block, Parsed
from samverk.knowledge.sandbox import extract, parsers
from samverk.knowledge.unreadable import Unreadable

SENTENCE = "Den som söker bistånd ska lämna uppgifter om sin ekonomi till handläggaren. "


def cpu() -> float:
    """Seconds of processor time so far, of this process and of the children that have ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def files(folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.is_file())


@dataclass(slots=True)
class Tally:
    """What became of the files of some folders."""

    reasons: Counter[str] = field(default_factory=Counter)
    read: int = 0
    pages: int = 0
    passages: int = 0
    longest: float = 0.0  # processor seconds of one file


def tally(folders: list[Path], *, each: bool) -> Tally:
    """Read every file of the folders."""
    found = Tally()
    for path in files(folders):
        before = cpu()
        try:
            extracted = extract(path)
        except Unreadable as reason:
            found.reasons[reason.code] += 1
            outcome = f"{reason.code}: {reason.en}"
        else:
            found.read += 1
            found.pages += extracted.pages
            found.passages += len(extracted.passages)
            outcome = f"{extracted.pages} pages, {len(extracted.passages)} passages"
        found.longest = max(found.longest, cpu() - before)
        if each:
            print(f"{cpu() - before:7.3f} s  {path.name}  {outcome}")
    return found


def ingest(folders: list[Path], *, each: bool) -> None:
    """Read every file and print the figures."""
    parsers()
    began = cpu()
    found = tally(folders, each=each)
    seconds = cpu() - began
    print(f"read {found.read}, not read {dict(found.reasons)}, {found.pages} pages, {found.passages} passages")
    print(f"{seconds:.2f} CPU-seconds, {found.pages / seconds:.0f} pages per CPU-second")


def others(documents: Path, *, each: bool) -> None:
    """The documents of other formats, and the files that must end with a reason."""
    kept = [documents / name for name in ("sv_html", "sv_md", "sv_word", "office")]
    found = tally(kept, each=each)
    print(f"other formats: read {found.read}, not read: {sum(found.reasons.values())} {dict(found.reasons)}")
    bad = [documents / name for name in ("robust_office", "robust_pdf", "attacks")]
    found = tally(bad, each=each)
    ended = found.read + sum(found.reasons.values())
    print(
        f"damaged and hostile: {sum(1 for _ in files(bad))} files, {ended} ended, read {found.read},"
        f" {dict(found.reasons)}, the longest {found.longest:.1f} CPU-seconds"
    )


def growth() -> None:
    """Cut texts of growing length into passages: the time for a character should stay the same."""
    for size in (100_000, 1_000_000, 4_000_000):
        count = size // (10 * len(SENTENCE))
        parsed = Parsed(
            "", tuple(Block("paragraph", SENTENCE * 10, page=number // 4) for number in range(count)), ("",) * count
        )
        before = time.process_time()
        build(parsed, extractor="benchmark/1")
        print(f"{size:>9,} characters: {(time.process_time() - before) / size * 1e6:.2f} s a million characters")


def main() -> None:
    documents = Path(os.environ.get("SAMVERK_DATA") or Path(__file__).parents[2] / "shared" / "data") / "documents"
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folders", nargs="*", type=Path)
    arguments.add_argument("--files", action="store_true", help="print one line a file")
    given = arguments.parse_args()
    ingest(given.folders or [documents / "sv_pdf", documents / "gov_pdf"], each=given.files)
    if not given.folders:
        others(documents, each=given.files)
        growth()


if __name__ == "__main__":
    main()
