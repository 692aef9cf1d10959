"""UUIDs, digests and other long runs of hexadecimal signs, in which numbers of every sort seem to stand."""

from samverk.masking.lookalikes._shape import Shape

LOOKALIKE = Shape(
    "HASH",
    r"[0-9a-fA-F](?<!\w\w)(?:[0-9a-fA-F]{7}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    r"|(?=[0-9]{0,63}[a-fA-F])[0-9a-fA-F]{11,127})(?![\w-])",
)
