"""Dates with a separator or the name of a month, and the time after them. Six digits alone are left to the context."""

from samverk.masking.lookalikes._shape import FIRST_DIGIT, Shape

_MONTHS = (
    "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|okt|nov|dec|"
    "january|february|march|may|june|july|august|october"
)
_MONTH, _DAY, _CLOCK = "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])", "(?:[01]?[0-9]|2[0-3])[:.][0-5][0-9]"
_DASH = r"[-\u2010-\u2015\u2212]"

_TIME = rf"(?:[ T]{{1,2}}(?:kl\.? ?)?{_CLOCK}(?:[:.][0-5][0-9])?)?"
_YEAR = "(?:(?:19|20)[0-9]{2})"

LOOKALIKE = Shape(
    "DATE",
    rf"{FIRST_DIGIT}(?<![0-9][-/.:][0-9])(?:(?<=[12])[0-9]{{3}}(?P<between>{_DASH}|[/.]){_MONTH}(?P=between){_DAY}"
    rf"|(?:(?<=[0-3])[0-9])?(?:/{_MONTH}(?:[ /-](?:19|20)?[0-9]{{2}})?|{_DASH}{_MONTH}{_DASH}{_YEAR}|\.{_MONTH}\.{_YEAR}"
    rf"|[. ]{{1,2}}(?i:{_MONTHS})\.?(?: {_YEAR})?)){_TIME}(?![0-9])(?!{_DASH}[0-9])",
    0.6,
)
