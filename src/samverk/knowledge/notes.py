"""What was left out of a document, or is uncertain in it: notes as codes with a detail, said in either language.

A note is stored as "code: detail" ("pages_without_text: 4, 5"), so that a page can say it in the reader's language.
"""

import re

from samverk.core.errors import Language
from samverk.knowledge.unreadable import REASONS

_UNTOLD = re.compile(r":? \(?(?:mer än |more than )?\{detail\}\)?")

NOTES: dict[str, tuple[str, str]] = {
    "pages_without_text": (
        "Sidor utan textlager, inte lästa: {detail}",
        "Pages without a text layer, not read: {detail}",
    ),
    "pages_recognised": (
        "Sidor lästa med textigenkänning, så enstaka ord kan vara fel: {detail}",
        "Pages read by text recognition, so single words may be wrong: {detail}",
    ),
    "recognition_missing": (
        "Textigenkänning är inte installerad på servern ({detail}). Läs om filen när den är det.",
        "Text recognition is not installed on the server ({detail}). Read the file again once it is.",
    ),
    "pages_broken": ("Sidor som inte gick att öppna: {detail}", "Pages that could not be opened: {detail}"),
    "pages_coded": (
        "Sidor där en del av texten har en teckenkodning som filen inte förklarar: {detail}",
        "Pages where some of the text has a coding that the file does not explain: {detail}",
    ),
    "contents_left_out": ("Innehållsförteckningen är utelämnad {detail}", "The table of contents is left out {detail}"),
    "characters_meaningless": ("Många tecken i filen saknar betydelse", "Many characters in the file mean nothing"),
    "second_reader": (
        "Läst med reservläsaren, så rubriker och stycken är osäkra",
        "Read with the second reader, so headings and paragraphs are uncertain",
    ),
    "menus_left_out": (
        "Sidans menyer, sidhuvud och sidfot är utelämnade",
        "The page's menus, header and footer are left out",
    ),
    "sheets_hidden": ("Dolda blad är utelämnade: {detail}", "Hidden sheets are left out: {detail}"),
    "slides_hidden": ("Dolda bilder är utelämnade: {detail}", "Hidden slides are left out: {detail}"),
    "formulas_uncalculated": (
        "Formler utan uträknat värde, öppna och spara filen i sitt program: {detail}",
        "Formulas without a calculated value, open and save the file in its program: {detail}",
    ),
    "parts_broken": (
        "Skadade delar av filen lästes inte: {detail}",
        "Damaged parts of the file were not read: {detail}",
    ),
    "comments_left_out": ("Kommentarer i marginalen är utelämnade: {detail}", "Comments are left out: {detail}"),
    "changes_left_out": (
        "Struken text (spårade ändringar) är utelämnad: {detail} ställen",
        "Deleted text (tracked changes) is left out: {detail} places",
    ),
    "attachments_unread": ("Bilagor som inte lästes: {detail}", "Attachments that were not read: {detail}"),
    "attachment_unread": ("Bilagan lästes inte: {detail}", "The attachment was not read: {detail}"),
}


def note(code: str, detail: str = "") -> str:
    """A note to store. `code` is a key of `NOTES`."""
    if code not in NOTES:
        raise ValueError(f"unknown note: {code}")
    return f"{code}: {detail}" if detail else code


def said(stored: str, language: Language = "sv") -> str:
    """A stored note as a person reads it; one of an older version, whose code is gone, as it stands."""
    code, _, detail = stored.partition(": ")
    if code not in NOTES:
        return stored
    if code == "attachment_unread":
        detail = _with_reason(detail, language)
    swedish, english = NOTES[code]
    return (swedish if language == "sv" else english).replace("{detail}", detail).strip()


def _with_reason(detail: str, language: Language) -> str:
    """ "karta.pdf (encrypted)" with the reason as a sentence, without what only the file itself would tell."""
    name, _, code = detail.removesuffix(")").rpartition(" (")
    if code not in REASONS:
        return detail
    return f"{name}. {_UNTOLD.sub('', REASONS[code][language == 'en'])}"
