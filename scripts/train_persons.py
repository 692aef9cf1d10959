"""Builds the lexicon and the weights of samverk/masking/persons from the shared data: same data, same bytes.

    python scripts/train_persons.py             # build, and write where the project keeps them
    python scripts/train_persons.py --check     # build elsewhere and compare: ends with 1 when a byte differs
    python scripts/train_persons.py --measure   # cross-validation: no figure is of a text that was trained on

The shared data is `SAMVERK_DATA`, `../shared/data` unless set. Sources and licences: docs/explanation/persons.md.
"""

import argparse
import os
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from persons_build import carriers, corpora, lexicon, training, validation
from persons_build.made import Made

from samverk.masking.persons.lexicon import FILE as LEXICON
from samverk.masking.persons.model import FREE, SHARE_ALIKE

DATA = Path(os.environ.get("SAMVERK_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


def texts(data: Path, *, share_alike: bool) -> list[corpora.Text]:
    """Everything that the weights learn from, in a fixed order."""
    news = corpora.news(data)
    made = [*corpora.municipal(data), *Made(data, training.SEED).texts(training.ROUNDS), *carriers.texts(data, news)]
    real = [*news, *(corpora.talbanken(data) if share_alike else [])]
    return real * training.REAL + made


def build(data: Path, folder: Path) -> list[Path]:
    """Write the lexicon and both weights to the folder. The weights are of the project's lexicon, which must be the built one."""
    files = [folder / file.name for file in (LEXICON, FREE, SHARE_ALIKE)]
    files[0].write_text(lexicon.build(data), "utf-8")
    if files[0].read_bytes() != LEXICON.read_bytes():
        sys.exit(f"{files[0]} differs from the project's {LEXICON.name}: the weights would not belong together")
    training.train(texts(data, share_alike=False), files[1])
    training.train(texts(data, share_alike=True), files[2])
    return files


def check(data: Path) -> bool:
    """Whether the files in the project are, byte for byte, what the data gives."""
    same = True
    with tempfile.TemporaryDirectory() as folder:
        for built in build(data, Path(folder)):
            kept = LEXICON.with_name(built.name)
            equal = built.read_bytes() == kept.read_bytes()
            print(f"{'same  ' if equal else 'OTHER '} {sha256(built.read_bytes()).hexdigest()}  {built.name}")
            same = same and equal
    return same


def main() -> None:
    """Build, check or measure."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true", help="compare with the files in the project")
    options.add_argument("--measure", action="store_true", help="cross-validate")
    chosen = options.parse_args()
    if chosen.measure:
        validation.run(DATA)
    elif chosen.check:
        sys.exit(0 if check(DATA) else 1)
    else:
        LEXICON.write_text(lexicon.build(DATA), "utf-8")
        for built in build(DATA, LEXICON.parent) if LEXICON.exists() else []:
            print(f"{built.stat().st_size:>9}  {sha256(built.read_bytes()).hexdigest()}  {built.name}")


if __name__ == "__main__":
    main()
