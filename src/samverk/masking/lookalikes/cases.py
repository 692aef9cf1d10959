"""Numbers of cases: a registry's (KS 2019/00489, 2015-009955) and a court's (mål nr T 1609-21)."""

from samverk.masking.lookalikes._shape import FIRST_DIGIT, Shape

LOOKALIKE = Shape(
    "CASE",
    rf"{FIRST_DIGIT}(?<![0-9][-/.:][0-9])"
    r"(?:(?<=[12])[09][0-9]{2}[-/:][0-9]{2,7}(?:[-/:.][0-9]{1,4})?"
    r"|(?:(?<=[TBFPMKÖ] [0-9])|(?<=mål [0-9])|(?<=nr [0-9])|(?<=nr: [0-9]))[0-9]{0,5}-[0-9]{2})(?![0-9])(?!-[0-9])",
    0.95,
)
