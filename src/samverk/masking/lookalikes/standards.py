"""Standards, provisions and codes of diagnoses with their number: SS-EN ISO 14001:2015, AFS 2020:1, ICD-10 F32.1."""

from samverk.masking.lookalikes._shape import Shape

_BODIES = "ISO|IEC|EN|SS|AFS|SOSFS|HSLF-FS|BFS|BBR|TDOK|ICD|RFC|SKR|RA-FS|MSBFS|PCI|DIN|NIST|ITU|IEEE"
_NUMBER = r"[0-9]{1,6}(?:[-:.][0-9]{1,5}){0,3}(?: [A-Z][0-9]{2}(?:\.[0-9])?)?"

LOOKALIKE = Shape(
    "STANDARD",
    rf"(?:{_BODIES})(?:[ /-](?:EN|ISO|IEC|TS|TR)){{0,4}}[ \u00a0-]?{_NUMBER}",
    0.95,
)
