"""Numbers as lists print them: decimal, letters, Roman. Pure."""

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def written(number: int, kind: str) -> str:
    """A number as a list writes it. `kind` is named as in Office Open XML: decimal, lowerLetter, upperRoman …"""
    if kind in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * min(1 + (number - 1) // 26, 9)
        return letter if kind == "lowerLetter" else letter.upper()
    if kind in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        text = ""
        for size, letters in _ROMAN:
            while number >= size:
                text, number = text + letters, number - size
        return text if kind == "lowerRoman" else text.upper()
    return str(number)
