"""Roads with a number: E4, riksväg 40, RV 50, länsväg 259, väg 222."""

from samverk.masking.lookalikes._shape import Shape

LOOKALIKE = Shape(
    "ROAD",
    r"(?:E(?<!\w\w)[ \u00a0]?|R[Vv](?<!\w\w\w)[ \u00a0]?|[Rr]iksväg(?:en)?[ \u00a0]|[Ll]änsväg(?:en)?[ \u00a0]"
    r"|[Vv]äg(?<!\w\w\w\w)[ \u00a0]|[Ee]uropaväg(?:en)?[ \u00a0])[0-9]{1,4}(?:\.[0-9]{1,2})?(?![\w-])(?![ .][0-9])",
    0.9,
)
