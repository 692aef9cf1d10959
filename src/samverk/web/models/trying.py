"""A test call of a model, as people ask for it and as it is shown: each kind of model in its own way."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from samverk.core.errors import Invalid
from samverk.gateway.trial import ACTS, Act, Asked, Tried
from samverk.http.headers import CONTENT_SECURITY_POLICY
from samverk.web.texts import Texts

_WITH_SOUND = f"{CONTENT_SECURITY_POLICY}; media-src data:"
_MOST_DOCUMENTS = 10


def acts_of(kind: str) -> tuple[Act, ...]:
    """The ways in which a kind of model can be asked."""
    return ACTS[kind]


def sample(act: Act, words: Texts) -> Asked:
    """What a model is asked where nobody says what."""
    return Asked(act, words("models.try.sample." + act), tuple(words("models.try.documents").splitlines()))


def asked_in(kind: str, fields: Mapping[str, str]) -> Asked:
    """What a form asks a model of this kind. Raises Invalid."""
    act = next((act for act in acts_of(kind) if act == fields.get("act")), acts_of(kind)[0])
    if act == "transcribe":
        return Asked(act)
    text = fields.get("question", "").strip()
    documents = tuple(line.strip() for line in fields.get("documents", "").splitlines() if line.strip())
    if not text:
        raise Invalid(sv="Skriv något att prova modellen med.", en="Write something to try the model with.")
    if act == "rerank" and not 2 <= len(documents) <= _MOST_DOCUMENTS:
        raise Invalid(
            sv=f"Skriv 2–{_MOST_DOCUMENTS} texter att sortera, en på varje rad.",
            en=f"Write 2–{_MOST_DOCUMENTS} texts to put in order, one on each line.",
        )
    return Asked(act, text, documents, fields.get("voice", "").strip()[:100] or "alloy")


def shown(test: Tried | None, words: Texts) -> dict[str, Any]:
    """What a page tells of a test call."""
    if test is None:
        return {"tried": None, "refused": "", "why": ""}
    return {
        "tried": test,
        "refused": test.error.message(words.language) if test.error else "",
        "why": " ".join(reason.message(words.language) for reason in test.reasons),
    }


def audible(response: Response, test: Tried | None) -> Response:
    """The response, which may play the sound that stands in the page itself. Nothing else may bring one."""
    if test and test.media and test.media.type.startswith("audio/"):
        response.headers["Content-Security-Policy"] = _WITH_SOUND
    return response
