"""Why a file was not read: a closed table of reasons, each with its message in Swedish and English.

Knows nothing of formats or processes. Light to import: the sandboxed reader loads it before anything else.
"""

from samverk.core.errors import SamverkError

REASONS: dict[str, tuple[str, str]] = {
    "encrypted": (
        "Filen är skyddad med lösenord. Spara en kopia utan lösenord och lägg in den.",
        "The file is protected with a password. Save a copy without the password and add that.",
    ),
    "damaged": (
        "Filen är skadad och går inte att läsa. Öppna den i sitt program, spara den på nytt och försök igen.",
        "The file is damaged and cannot be read. Open it in its program, save it again and try once more.",
    ),
    "empty": (
        "Filen är tom.",
        "The file is empty.",
    ),
    "no_text": (
        "Filen har inget textlager; den är troligen inskannad eller består bara av bilder.",
        "The file has no text layer; it is probably scanned, or holds nothing but images.",
    ),
    "recognition_missing": (
        "Sidorna är bilder, och servern saknar textigenkänning. Be den som driver den att installera {detail}.",
        "The pages are pictures, and the server has no text recognition. Ask whoever runs it to install {detail}.",
    ),
    "nothing_recognised": (
        "Sidorna är bilder, och textigenkänningen hittade ingen text på dem.",
        "The pages are pictures, and text recognition found no text on them.",
    ),
    "too_large": (
        "Filen är för stor: {detail}.",
        "The file is too large: {detail}.",
    ),
    "took_too_long": (
        "Filen tog för lång tid att läsa ({detail}), så läsningen avbröts.",
        "The file took too long to read ({detail}), so reading it was stopped.",
    ),
    "too_much_memory": (
        "Filen krävde för mycket minne att läsa (mer än {detail}), så läsningen avbröts.",
        "The file needed too much memory to read (more than {detail}), so reading it was stopped.",
    ),
    "office_missing": (
        (
            "Filen är i det äldre Word-formatet, och LibreOffice som läser det är inte installerat på servern"
            " (paketet libreoffice-writer-nogui). Spara filen som .docx eller PDF, eller be driften installera paketet."
        ),
        (
            "The file is in the old Word format, and LibreOffice, which reads it, is not installed on the server"
            " (the package libreoffice-writer-nogui). Save the file as .docx or PDF, or ask operations to install the package."
        ),
    ),
    "unknown_format": (
        "Filformatet går inte att läsa: {detail}.",
        "The file format cannot be read: {detail}.",
    ),
    "mismatch": (
        "Filens namn slutar på {detail}, men innehållet är något annat.",
        "The file's name ends in {detail}, but its content is something else.",
    ),
    "sandbox_missing": (
        "Filen lästes inte, för den här datorn kan inte läsa filer avskilt från allt annat: {detail}.",
        "The file was not read, because this machine cannot read files apart from everything else: {detail}.",
    ),
}


class Unreadable(SamverkError):
    """The file was not read. `code` is a key of `REASONS`; `fault` is for the log, never for a person."""

    status = 422

    def __init__(self, code: str, *, detail: str = "", detail_en: str = "", fault: str = "") -> None:
        sv, en = REASONS[code]
        self.code = code
        self.fault = fault
        self.detail, self.detail_en = detail, detail_en or detail
        super().__init__(sv=_filled(sv, self.detail), en=_filled(en, self.detail_en))


def _filled(message: str, detail: str) -> str:
    return message.replace("{detail}", detail)
