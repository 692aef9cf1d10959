"""Opening hours and times of the day: 08.00–16.30, 0800-1600, kl. 13.30."""

from samverk.masking.lookalikes._shape import FIRST_DIGIT, Shape

_HOUR, _MINUTE, _DASH = "(?:[01][0-9]|2[0-4])", "[0-5][0-9]", r"[ \u00a0]?(?:[-\u2010-\u2015\u2212]|till|to)[ \u00a0]?"
_PART = rf"(?:{_HOUR}[.:]?{_MINUTE}|{_HOUR}|[0-9](?:[.:]{_MINUTE})?)"

LOOKALIKE = Shape(
    "TIME",
    rf"(?=[0-9]){FIRST_DIGIT}(?<![0-9][-/.:,][0-9])(?:(?<=[0-2])[0-9](?:[.:]?{_MINUTE})?|[.:]{_MINUTE})?"
    rf"{_DASH}{_PART}(?![0-9])(?![-/.:][0-9])(?! [0-9]{{2}})",
    0.95,
)
