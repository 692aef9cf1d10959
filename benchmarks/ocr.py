"""How well scans are read: the share of wrong characters on clean Swedish pages, and what a page costs.

    python -m benchmarks.ocr [FOLDER]       # default: documents of the shared data

Pages of Swedish PDFs that have a text layer are drawn as a scanner would see them, at 300 dots an inch, and read by text
recognition alone; what they give is compared with the text layer. Then the scans of `scan_pdf`, for which there is no
such key, are read as a document is: how many words came of each page. Everything happens behind the sandbox's walls.
"""

import argparse
import os
import resource
from collections.abc import Iterator
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from samverk.knowledge import sandbox
from samverk.knowledge.recognition import in_sandbox
from samverk.knowledge.unreadable import Unreadable

# The beginning of a name in sv_pdf, and pages (indices) of running text, checked by eye: no drawings, no ciphered letters.
CLEAN = (
    ("ferenda__14_158", (0, 1, 2)),
    ("ferenda__repo_arn", (0, 1)),
    ("ferenda__repo_dirregeringen_downloaded_2016_15", (1, 5, 12, 20)),
    ("ferenda__repo_afs", (4, 12)),
    ("ferenda__repo_nfs", (2, 4)),
    ("ferenda__wnloaded_2017_29", (1, 2)),
)
LANGUAGES = "swe+eng"


def clean_pages(folder: Path) -> Iterator[tuple[Path, int]]:
    """The pages that are measured."""
    for begins, pages in CLEAN:
        path = next(path for path in sorted((folder / "sv_pdf").iterdir()) if path.name.startswith(begins))
        yield from ((path, page) for page in pages)


def squeezed(words: list[str]) -> str:
    """Words with one space between them; a hyphen that ends a line stays, in the layer and on the picture alike."""
    return " ".join(" ".join(words).split()).translate(str.maketrans("’‘”“–—‑", "''\"\"---"))


def layer(path: Path, page: int) -> str:
    """What the text layer says."""
    return squeezed([word[0] for word in sandbox.ask(path, "words", {"page": page})["words"]])


def recognised(path: Path, page: int) -> str:
    """What text recognition reads on the page's picture."""
    (_, _, lines), _ = in_sandbox(path, path.suffix, page, LANGUAGES)
    return squeezed([word[0] for _, line in lines for word in line])


def cpu() -> float:
    """Seconds of processor time so far, of this process and of the children that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def measure(folder: Path) -> None:
    """Print a line a page, then the whole."""
    wrong = length = 0
    began = cpu()
    pages = list(clean_pages(folder))
    for path, page in pages:
        key, read = layer(path, page), recognised(path, page)
        errors = Levenshtein.distance(key, read)
        wrong, length = wrong + errors, length + len(key)
        print(f"{100 * errors / len(key):6.2f} %  {len(key):5} characters  page {page + 1}  {path.name[:60]}")
    print(f"character error {100 * wrong / length:.2f} % on {len(pages)} clean Swedish pages at 300 dots an inch")
    print(f"{(cpu() - began) / len(pages):.1f} CPU-seconds a page")


def scans(folder: Path) -> None:
    """Read the scans as documents."""
    for path in sorted((folder / "scan_pdf").iterdir()):
        try:
            pages = {page: in_sandbox(path, path.suffix, page, LANGUAGES)[0] for page in sandbox.survey(path).unread}
            found = sandbox.survey(path, pages)
        except Unreadable as reason:
            print(f"not read: {reason.code}  {path.name}")
            continue
        print(f"{len(found.text.split()):6} words on {found.pages} pages  {path.name}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    data = Path(os.environ.get("SAMVERK_DATA", "../shared/data"))
    parser.add_argument("folder", type=Path, nargs="?", default=data / "documents")
    folder = parser.parse_args().folder
    measure(folder)
    scans(folder)
