"""Why a call came to nothing, in plain words: by status, by the server's own code, and by what the connection did.

What the server wrote is never repeated: it may hold the key, or what was asked.
"""

from collections.abc import Mapping
from typing import Any

from samverk.library.ports import Why

UNREACHED: Why = ("servern går inte att nå", "the server cannot be reached")
TOO_SLOW: Why = ("servern svarade inte i tid", "the server did not answer in time")
CUT: Why = ("svaret bröts innan det var klart", "the answer broke off before it was complete")
EMPTY: Why = ("svaret var tomt", "the answer was empty")
NOT_JSON: Why = ("svaret gick inte att tolka", "the answer could not be read")
WEB_PAGE: Why = (
    "servern svarade med en webbsida, kontrollera adressen",
    "the server answered with a web page, check the address",
)
TOO_LONG: Why = ("svaret var orimligt stort", "the answer was unreasonably large")
REPORTED: Why = ("servern rapporterade ett fel", "the server reported an error")
BAD_ADDRESS: Why = ("adressen är inte giltig", "the address is not valid")
BAD_KEY: Why = ("nyckeln har tecken som ingen nyckel har", "the key has characters that no key has")
WRONG_KEY: Why = ("servern godtog inte nyckeln", "the server did not accept the key")
REFUSED: Why = ("servern godtog inte frågan", "the server did not accept the request")
NO_CREDIT: Why = ("kontot saknar täckning", "the account has run out of credit")
NOT_THERE: Why = ("modellen eller adressen finns inte där", "the model or address does not exist there")
TOO_LARGE: Why = ("frågan är för stor för modellen", "the request is too large for the model")
TOO_MANY: Why = ("servern tar inte emot fler anrop just nu", "the server takes no more calls right now")
OVERLOADED: Why = ("servern är överbelastad", "the server is overloaded")
NOT_ALLOWED: Why = ("servern tillåter inte anropet", "the server does not allow the call")
FILTERED: Why = ("serverns innehållsfilter stoppade frågan", "the server's content filter stopped the request")

BY_STATUS: Mapping[int, Why] = {
    400: REFUSED,
    401: WRONG_KEY,
    402: NO_CREDIT,
    403: NOT_ALLOWED,
    404: NOT_THERE,
    408: TOO_SLOW,
    413: TOO_LARGE,
    422: REFUSED,
    429: TOO_MANY,
    503: OVERLOADED,
    504: TOO_SLOW,
    529: OVERLOADED,  # Anthropic
}

# What a code of the server's says better than its status: (the reason, the status that it stands for where there is none).
BY_CODE: Mapping[str, tuple[Why, int]] = {
    # OpenAI, Azure and those like them, as platform.openai.com/docs/guides/error-codes lists them
    "context_length_exceeded": (TOO_LARGE, 400),
    "string_above_max_length": (TOO_LARGE, 400),
    "insufficient_quota": (NO_CREDIT, 429),
    "invalid_api_key": (WRONG_KEY, 401),
    "model_not_found": (NOT_THERE, 404),
    "content_filter": (FILTERED, 400),
    "content_policy_violation": (FILTERED, 400),
    "rate_limit_exceeded": (TOO_MANY, 429),
    # llama.cpp, as its server answers what is longer than its `n_ctx`
    "exceed_context_size_error": (TOO_LARGE, 400),
    # Anthropic, as platform.claude.com/docs/en/api/errors lists them
    "invalid_request_error": (REFUSED, 400),
    "authentication_error": (WRONG_KEY, 401),
    "billing_error": (NO_CREDIT, 402),
    "permission_error": (NOT_ALLOWED, 403),
    "not_found_error": (NOT_THERE, 404),
    "request_too_large": (TOO_LARGE, 413),
    "rate_limit_error": (TOO_MANY, 429),
    "timeout_error": (TOO_SLOW, 504),
    "overloaded_error": (OVERLOADED, 529),
    # Google, as ai.google.dev/gemini-api/docs/troubleshooting lists them
    "RESOURCE_EXHAUSTED": (TOO_MANY, 429),
    "UNAVAILABLE": (OVERLOADED, 503),
    "DEADLINE_EXCEEDED": (TOO_SLOW, 504),
}


def told_by(error: object, status: int | None) -> tuple[Why, int | None]:
    """The reason in the error that a server reports (its object, or a text), and the status: the answer's, or what it names."""
    fields: Mapping[str, Any] = error if isinstance(error, dict) else {}
    named = [fields.get(name) for name in ("code", "status", "type")]
    for code in named:
        if isinstance(code, str) and code in BY_CODE:
            why, meant = BY_CODE[code]
            return why, status or meant
    number = next((code for code in named if isinstance(code, int) and 400 <= code < 600), None)
    status = status or number
    return BY_STATUS.get(status or 0, REPORTED), status
