"""The suite of the parsers' port: run on every parser that is discovered, each on a file of its own kind."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from tests.knowledge import samples

from samverk.knowledge.passages import BLOCK_KINDS, Parsed
from samverk.knowledge.ports import Parser
from samverk.knowledge.sandbox import extract, parsers, run
from samverk.knowledge.unreadable import Unreadable

MODULES = sorted(set(parsers().values()) - {"samverk.knowledge.parsers.image"})  # an image holds no words of its own
WORDS = "Ansökan om bygglov prövas av byggnadsnämnden."


def parser_of(module: str) -> Parser:
    found: Parser = import_module(module).PARSER
    return found


def sample(module: str, folder: Path, text: str = WORDS) -> Path:
    """A file of the parser's first format that holds the heading "Bygglov" and the text."""
    make: Callable[[Path, str, str], Path] = samples.MAKERS[module.rpartition(".")[2]]
    return make(folder, "Bygglov", text)


@pytest.mark.parametrize("module", MODULES)
def test_it_names_itself_with_a_version_and_its_suffixes(module: str) -> None:
    parser = parser_of(module)
    name, _, version = parser.name.partition("/")
    assert name
    assert version.isdigit()
    assert all(suffix == suffix.lower() and suffix[:1] in ("", ".") for suffix in parser.suffixes)
    assert all(parsers()[suffix] == module for suffix in parser.suffixes)


@pytest.mark.parametrize("module", MODULES)
def test_it_reads_its_own_kind_into_well_formed_blocks(module: str, tmp_path: Path) -> None:
    read = run(sample(module, tmp_path), parsers=parsers())
    assert read.extractor == parser_of(module).name
    parsed = read.parsed
    assert isinstance(parsed, Parsed)
    assert WORDS in " ".join(block.text for block in parsed.blocks)
    for block in parsed.blocks:
        assert block.kind in BLOCK_KINDS
        assert (block.level > 0) == (block.kind == "heading")
        assert all(label == label.strip() for label in parsed.labels)
        assert (block.page is None) == (not parsed.labels)


@pytest.mark.parametrize("module", MODULES)
def test_every_word_comes_once(module: str, tmp_path: Path) -> None:
    text = extract(sample(module, tmp_path)).text
    assert text.count("byggnadsnämnden") == 1


@pytest.mark.parametrize("module", MODULES)
def test_twice_read_is_the_same(module: str, tmp_path: Path) -> None:
    path = sample(module, tmp_path)
    assert extract(path) == extract(path)


@pytest.mark.parametrize("module", MODULES)
def test_a_damaged_file_has_a_reason_or_is_read(module: str, tmp_path: Path) -> None:
    path = sample(module, tmp_path)
    whole = path.read_bytes()
    for cut in (len(whole) // 3, len(whole) * 2 // 3):
        for content in (whole[:cut], whole[:cut] + b"\xff\x00\x17" * 40 + whole[cut:]):
            path.write_bytes(content)
            try:
                extract(path)
            except Unreadable as reason:
                assert reason.code in {"damaged", "empty", "no_text", "mismatch", "encrypted"}


@pytest.mark.parametrize("module", MODULES)
def test_markup_in_the_words_stays_words(module: str, tmp_path: Path) -> None:
    words = "Se 5 & 6 samt A < B i planen."
    assert words in extract(sample(module, tmp_path, words)).text
