"""The command `cite-check --jsonl` as a function: one line in, one line out."""

from collections.abc import Mapping
from typing import Any

from samverk.answers.citations.checking import check
from samverk.core.errors import Invalid


def check_line(line: object) -> dict[str, Any]:
    """Check `{"sentence", "passage"}` and answer `{"verdict", "start", "end", "reasons"}`; reasons are `{code, facts, sv, en}`.

    Raises Invalid when the line is not an object with these two texts.
    """
    if not isinstance(line, Mapping):
        raise Invalid(sv="Det är inget JSON-objekt.", en="It is not a JSON object.")
    for name in ("sentence", "passage"):
        if not isinstance(line.get(name), str):
            raise Invalid(sv=f"{name} saknas eller är ingen text.", en=f"{name} is missing or is not a text.")
    finding = check(line["sentence"], line["passage"])
    reasons = [
        {"code": r.code, "facts": dict(r.facts), "sv": r.message("sv"), "en": r.message("en")} for r in finding.reasons
    ]
    return {"verdict": str(finding.verdict), "start": finding.start, "end": finding.end, "reasons": reasons}
