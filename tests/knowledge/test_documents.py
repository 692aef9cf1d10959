"""Real files: every one is read or ends with a reason, within its bounds; what a person would look for is there."""

import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from samverk.knowledge.passages import Extract, page_of
from samverk.knowledge.sandbox import DEFAULT_LIMITS, extract
from samverk.knowledge.unreadable import REASONS, Unreadable
from tests import required

pytestmark = pytest.mark.data

# Scans and drawings: no page of theirs holds a character.
WITHOUT_TEXT = {
    "ferenda__pdfreader_scanned-ecma-99.pdf",
    "ferenda__pdfreader_scanned.pdf",
    "ferenda__repo_propregeringen_downloaded_2008-09_5_1b5df88d.PDF",
    "kreuzberg__pdfs_image_only_german_pdf.pdf",
}
OLD_FORMATS = {b"\xd0\xcf\x11\xe0", b"{\\rt"}


@pytest.fixture(scope="module")
def documents(data_dir: Path) -> Path:
    return data_dir / "documents"


def one(folder: Path, pattern: str) -> Extract:
    return extract(next(folder.glob(pattern)))


def whole(found: Extract) -> None:
    """The document is in order: passages stand where they say, and cover it."""
    assert found.passages
    for passage in found.passages:
        assert found.text[passage.locator.start : passage.locator.end] == passage.text
        if found.labels:
            assert page_of(passage, len(passage.text) - 1) is not None


@pytest.mark.parametrize("folder", ["sv_pdf", "gov_pdf"])
def test_every_pdf_with_text_is_read(documents: Path, folder: str) -> None:
    unread = {}
    for path in sorted((documents / folder).iterdir()):
        try:
            found = extract(path)
        except Unreadable as reason:
            unread[path.name] = reason.code
            continue
        whole(found)
        assert len(found.labels) == found.pages > 0
    assert {name for name in unread if name not in WITHOUT_TEXT} == set()
    assert set(unread.values()) <= {"no_text"}


def test_scans_say_that_they_have_no_text(documents: Path) -> None:
    for path in (documents / "scan_pdf").iterdir():
        with pytest.raises(Unreadable) as caught:
            extract(path)
        assert caught.value.code == "no_text"


@pytest.mark.parametrize("folder", ["sv_word", "sv_html", "sv_md", "office"])
def test_every_other_document_is_read_unless_its_format_is_of_old(documents: Path, folder: str) -> None:
    for path in sorted((documents / folder).iterdir()):
        head = path.read_bytes()[:4]
        try:
            whole(extract(path))
        except Unreadable as reason:
            cut_off = path.name == "OCRmyPDF__resources_tagged.odt"  # its directory points beside its parts
            without = () if required.everything() else ("office_missing",)  # old Word files go through LibreOffice
            assert reason.code in (("damaged",) if cut_off else ("unknown_format", *without)), path.name
            assert cut_off or head in OLD_FORMATS, path.name


@pytest.mark.parametrize("folder", ["robust_pdf", "robust_office", "attacks"])
def test_bad_files_are_read_or_end_with_a_reason_within_their_bounds(documents: Path, folder: str) -> None:
    others = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    for path in sorted((documents / folder).iterdir()):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            whole(extract(path))
        except Unreadable as reason:
            assert reason.code in REASONS
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime <= DEFAULT_LIMITS.cpu_seconds + 1
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert most <= max(DEFAULT_LIMITS.memory_bytes // 1024, others)  # a child inherits its parent's peak


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("attacks/bomb.docx", "too_large"),
        ("attacks/lol.docx", "damaged"),
        ("attacks/xxe.docx", "damaged"),
        ("attacks/flate.pdf", "too_much_memory"),
        ("robust_office/unstructured__password_protected.xlsx", "encrypted"),
        ("robust_pdf/pdfplumber__pdfs_password-example.pdf", "encrypted"),
        ("robust_pdf/pdfminer.six__encryption_rc4-128.pdf", "encrypted"),
        ("robust_pdf/OCRmyPDF__resources_invalid.pdf", "damaged"),
    ],
)
def test_the_reason_is_the_right_one(documents: Path, path: str, code: str) -> None:
    asked = [sys.executable, "-c", _ASK, str(documents / path)]
    assert subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip() == code


# In a small process: how much a child held can be told only where its parent never held as much.
_ASK = """
import sys
from pathlib import Path
from samverk.knowledge.sandbox import extract
from samverk.knowledge.unreadable import Unreadable
try:
    extract(Path(sys.argv[1]))
except Unreadable as reason:
    print(reason.code)
"""


def test_a_judgment_in_a_layout_table_comes_out_once(documents: Path) -> None:
    found = one(documents, "sv_word/*T3592-13.docx")
    sentences = [part.strip() for part in re.split(r"(?<=[.!?])\s+", found.text) if len(part) > 120]
    assert len(sentences) > 200
    assert len(set(sentences)) > 0.98 * len(sentences)
    assert found.title.startswith("Högsta domstolen NJA 2014 s. 499")
    assert "Målnummer: T3592-13" in found.text


def test_a_committee_directive_has_its_structure(documents: Path) -> None:
    found = one(documents, "sv_pdf/*dataskyddsforordningen.pdf")
    headings = {heading for passage in found.passages for heading in passage.locator.heading}
    assert {"Sammanfattning", "Uppdraget", "Den nuvarande och den nya regleringen"} <= headings
    passage = next(passage for passage in found.passages if "gemenskapsrätten, t.ex. allmän säkerhet" in passage.text)
    assert passage.locator.label == "2"
    assert "\ufffe" not in found.text
    assert "\x02" not in found.text


def test_regulations_keep_sections_lists_and_headings(documents: Path) -> None:
    found = one(documents, "sv_pdf/*afs-2011_19*")
    passage = next(passage for passage in found.passages if "4. vilka andra särskilda regler" in passage.text)
    assert "Kemiska riskkällor som ska identifieras och förtecknas" in passage.locator.heading
    assert passage.locator.label == "5"
    assert not any(re.fullmatch(r"\d+", line) for line in found.text.split("\n"))


def test_labels_follow_the_files_own(documents: Path) -> None:
    assert one(documents, "gov_pdf/*GeoTopo*").labels[:5] == ("i", "ii", "iii", "1", "2")


def test_a_long_manual_keeps_its_chapters(documents: Path) -> None:
    found = one(documents, "gov_pdf/*xerox*")
    headed = [passage for passage in found.passages if passage.locator.heading]
    assert len(headed) > 0.9 * len(found.passages)
    lengths = sorted(len(passage.text) for passage in found.passages)
    assert lengths[-1] <= 1200
    assert "System Administrator Guide" not in " ".join(p.text for p in found.passages[50:])
