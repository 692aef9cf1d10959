"""Build the demo's documents from their sources: `python scripts/build_demo.py`. Same sources, same bytes.

Needs the development packages and the fonts of Debian's fonts-dejavu-core.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from demo_build import pdf, text, web, word
from demo_build.source import Source, read

DEMO = Path(__file__).resolve().parents[1] / "src" / "samverk" / "demo"
FORMATS = {".pdf": pdf.build, ".docx": word.build, ".html": web.build, ".md": text.build}


def sources() -> list[Source]:
    """All sources, by file name."""
    return [read(path) for path in sorted((DEMO / "sources").glob("*.md"))]


def build(source: Source) -> bytes:
    """The built file of one source. Raises KeyError for a format that nothing writes."""
    return FORMATS[Path(source.file).suffix](source)


def main() -> None:
    """Build every document into `documents/ORG/`."""
    if missing := pdf.fonts_missing():
        sys.exit(f"The fonts {', '.join(missing)} are missing: apt-get install fonts-dejavu-core")
    for source in sources():
        target = DEMO / "documents" / source.meta["org"] / source.file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(build(source))
        sys.stdout.write(f"{target.relative_to(DEMO)}\n")


if __name__ == "__main__":
    main()
