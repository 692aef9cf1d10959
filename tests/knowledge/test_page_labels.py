"""The printed page label in a citation, on real documents: a hundred pages whose label was read off the drawn page."""

from functools import cache

from samverk.knowledge import sandbox
from samverk.knowledge.reading.pdf_margins import printed_labels
from samverk.knowledge.reading.pdf_source import Line
from tests.required import data_folder

# The file in `documents`, and for page indices from 0 what is printed on the page. Each was checked by eye.
PRINTED: dict[str, dict[int, str]] = {
    "sv_pdf/ferenda__14_158_*": {1: "2", 2: "3", 3: "4"},
    "sv_pdf/ferenda__wnloaded_2017_29_*": {1: "2", 2: "3", 3: "4"},
    "sv_pdf/ferenda__repo_dirregeringen_*": {1: "2", 2: "3", 5: "6", 8: "9", 13: "14", 16: "17", 22: "23", 27: "28"},
    "sv_pdf/ferenda__repo_afs_*": {1: "2", 2: "3", 7: "8", 12: "13", 18: "19", 24: "25", 30: "31", 33: "34"},
    "sv_pdf/ferenda__repo_nfs_*": {0: "1", 1: "2", 2: "3", 5: "6", 8: "9", 10: "11"},
    "sv_pdf/ferenda__pdfreader_custom-*": {0: "1", 1: "2", 2: "3", 3: "4", 4: "5", 6: "7", 7: "8", 9: "10", 10: "11"},
    "sv_pdf/ferenda__ringen_*": {0: "1", 1: "2"},
    "sv_pdf/*2012-13_182_*": {0: "1"},
    "sv_pdf/*2012-13_187_*": {0: "1"},
    "sv_pdf/ferenda__remisser_*": {0: "1"},
    "gov_pdf/pdfplumber__pdfs_federal-*": {
        0: "47698", 1: "47699", 2: "47700", 3: "47701", 5: "47703", 7: "47705", 8: "47706", 12: "47710", 14: "47712",
    },
    "gov_pdf/kreuzberg__pdfs_a_course_*": {
        8: "9", 9: "10", 20: "21", 33: "34", 56: "57", 100: "101", 120: "121", 150: "151", 192: "193",
    },
    "gov_pdf/kreuzberg__pdfs_xerox_*": {
        3: "4", 12: "13", 60: "61", 120: "121", 200: "201", 300: "301", 400: "401", 450: "451",
    },
    "gov_pdf/sample-files__009-*": {2: "iii", 4: "2", 9: "7", 20: "18", 33: "31", 50: "48", 70: "68", 116: "114"},
    "gov_pdf/pdfplumber__pdfs_chelsea_*": {  # three documents bound together, each numbered from 1
        1: "1", 4: "4", 5: "5", 19: "19", 24: "24", 31: "2", 34: "5", 40: "11", 47: "18", 53: "24", 54: "25",
        56: "2", 58: "4", 61: "7", 63: "9", 64: "10",
    },
    "gov_pdf/sample-files__026-*": {0: "1", 1: "2", 2: "3"},
    "gov_pdf/sample-files__014-*": {0: "1", 3: "4"},
    "gov_pdf/kreuzberg__pdfs_copy_*": {1: "2"},
    "gov_pdf/pdfplumber__pdfs_issue-13-*": {1: "2"},
    "gov_pdf/pdfplumber__pdfs_scotus-*": {0: "1"},
}  # fmt: skip


@cache
def labels(pattern: str) -> tuple[str, ...]:
    """The labels that reading the file gives."""
    path = next((data_folder() / "documents").glob(pattern))
    return sandbox.extract(path).labels


def test_a_hundred_printed_labels_are_right() -> None:
    wanted = [(pattern, page, label) for pattern, pages in PRINTED.items() for page, label in pages.items()]
    assert len(wanted) == 100
    wrong = [(name, page, label, labels(name)[page]) for name, page, label in wanted if labels(name)[page] != label]
    assert len(wrong) <= 2, wrong


def margins(*texts: str) -> list[list[Line]]:
    """The margins of pages that hold one line each, or none."""
    return [[Line(text, index, 0, 10, 0, 10, 10, 0)] if text else [] for index, text in enumerate(texts)]


def test_numbers_begin_anew_where_another_document_begins() -> None:
    taken = margins("", "2", "3", "4", "5", "", "2", "3", "4", "5")
    assert printed_labels(taken) == ("1", "2", "3", "4", "5", "1", "2", "3", "4", "5")


def test_an_odd_number_in_a_margin_is_no_label() -> None:
    assert printed_labels(margins("7", "8", "2021", "10", "11", "12")) == ("7", "8", "9", "10", "11", "12")


def test_numbers_that_do_not_agree_are_no_labels() -> None:
    assert printed_labels(margins("17", "4", "95", "33")) == ()


def test_a_cover_without_a_number_has_none() -> None:
    assert printed_labels(margins("", "1", "2", "3")) == ("", "1", "2", "3")


def test_pages_of_a_bound_volume_have_long_numbers() -> None:
    pages = ("47698", "Tidningen 47699", "47700 Tidningen", "Tidningen 47701")
    assert printed_labels(margins(*pages)) == ("47698", "47699", "47700", "47701")


def test_a_margin_says_how_many_pages_there_are() -> None:
    assert printed_labels(margins("Sida 3 (9)", "Sida 4 (9)", "Sida 5 (9)")) == ("3", "4", "5")
