"""References to law: chapters and sections, the number of an act, bills, inquiries, reports of cases."""

from samverk.masking.lookalikes._shape import FIRST_DIGIT, Shape

LOOKALIKE = Shape(
    "LAW",
    rf"{FIRST_DIGIT}(?:[0-9]{{0,2}} ?[a-z]? ?(?:kap\.?|§§?)(?: ?[0-9]{{1,3}} ?[a-z]? ?§§?)?"
    r"(?:[ \u00a0][\wåäöÅÄÖ-]{2,40}){0,5}(?: ?\([12][0-9]{3}:[0-9]{1,4}\))?"
    r"|(?<=[12])[0-9]{3}(?:/[0-9]{2,4})?:[0-9]{1,4}(?![0-9]))",
    0.9,
)
