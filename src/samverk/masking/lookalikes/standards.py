"""Standards, provisions and codes of diagnoses with their number (SS-EN ISO 14001:2015, AFS 2020:1, ICD-10 F32.1); versions."""

from samverk.masking.lookalikes._shape import Shape

_BODIES = "ISO|IEC|EN|SS|AFS|SOSFS|HSLF-FS|BFS|BBR|TDOK|ICD|RFC|SKR|RA-FS|MSBFS|PCI|DIN|NIST|ITU|IEEE"
_NUMBER = r"[0-9]{1,6}(?:[-:.][0-9]{1,5}){0,3}(?: [A-Z][0-9]{2}(?:\.[0-9])?)?"
_RELEASES = "[Vv](?:er(?:sion(?:en|s|er)?|s)?)?|[Rr]elease|[Bb]uild|[Ff]irmware|[Uu]tgåva"

LOOKALIKE = Shape(
    "STANDARD",
    rf"(?:(?<![A-Za-z])(?:{_BODIES})(?:[ /-](?:EN|ISO|IEC|TS|TR)){{0,4}}[ \u00a0-]?{_NUMBER}"
    rf"|(?:{_RELEASES})(?<![a-zåäö][Vv])(?:[ \u00a0.:]{{1,2}}|)[0-9]{{1,6}}(?:\.[0-9]{{1,6}}){{1,5}})",
    0.95,
)
