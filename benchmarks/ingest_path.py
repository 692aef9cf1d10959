"""How many pages a second of processor time the whole way of a document takes: the real parsers behind their walls, the
durable jobs, blobs, database and index. Children count. Run: `python benchmarks/ingest_path.py [FOLDER…]`.

Without folders it reads `documents/sv_pdf` and `documents/gov_pdf` of the shared data (SAMVERK_DATA).
"""

import asyncio
import os
import resource
import sys
import tempfile
from pathlib import Path

from samverk.app.platform import running
from samverk.core.settings import Settings
from samverk.identity.principal import system
from samverk.knowledge.ingest import Summary, ingest_paths


def cpu_seconds() -> tuple[float, float]:
    """Processor time so far: of this process, and of its children that have ended."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime


async def measure(folders: list[Path]) -> tuple[Summary, float, float]:
    """Ingest the folders on a fresh platform; processor seconds of this process and of its children."""
    with tempfile.TemporaryDirectory(prefix="samverk-bench-") as home:
        async with running(Settings(home=Path(home), log_level="error")) as platform:
            org = await platform.rooms.identity.create_org("bench", "Bench")
            before = cpu_seconds()
            summary = await ingest_paths(platform.rooms.knowledge, org.id, "bench", folders)
            await platform.rooms.knowledge.search(system(org.id), ["bench"], "Vad gäller?", 10)
            after = cpu_seconds()
    return summary, after[0] - before[0], after[1] - before[1]


def main() -> None:
    """Print the figures."""
    data = Path(os.environ.get("SAMVERK_DATA", "../shared/data")) / "documents"
    folders = [Path(name) for name in sys.argv[1:]] or [data / "sv_pdf", data / "gov_pdf"]
    summary, own, children = asyncio.run(measure(folders))
    pages = sum(document.pages for document in summary.documents)
    for document in summary.documents:
        if document.reason:
            print(f"{document.status}: {document.path}: {document.reason.en}")
    print(f"documents read {summary.count('read')} of {len(summary.documents)}, pages {pages}")
    print(f"CPU seconds: {own:.2f} here, {children:.2f} in the parsers' processes")
    print(f"pages per CPU-second: {pages / (own + children):.0f}")


if __name__ == "__main__":
    main()
