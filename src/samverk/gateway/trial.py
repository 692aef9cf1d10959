"""Asking a model something to see whether it answers: through the door, as every call goes, decided, recorded and paid for.

A model that nobody has adopted yet can be tried too; it is known to that one call alone.
"""

import time
from contextlib import aclosing
from dataclasses import dataclass

from samverk.core.errors import SamverkError
from samverk.core.ids import new_id
from samverk.core.levels import Level
from samverk.gateway.calls import Call
from samverk.gateway.rules import Reason
from samverk.gateway.service import Gateway
from samverk.identity.principal import Principal
from samverk.library.cards import AdoptedCard, ModelCard
from samverk.library.ports import ChatRequest, Delta, Endpoint, Message, TextPart
from samverk.library.service import Model

LONGEST_QUESTION = 2_000  # characters
LONGEST_ANSWER = 4_000
_MOST_TOKENS = 500


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a test call: the answer, or the error that there was instead. `ms` is how long it took."""

    question: str
    ms: int
    answer: str = ""
    error: SamverkError | None = None
    model: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: int = 0
    reasons: tuple[Reason, ...] = ()


async def tried(gateway: Gateway, who: Principal, slug: str, question: str, model: Model | None = None) -> Tried:
    """Ask a model that chats: the one that the organisation has by this name, or the given one."""
    began, asked = time.monotonic(), question[:LONGEST_QUESTION]
    request = ChatRequest((Message("user", (TextPart(asked),)),), {"max_tokens": _MOST_TOKENS})
    call = Call(who, (slug,), request, "model-test", marked_level=Level.OPEN, use="staff")
    pieces: list[str] = []
    try:
        answering = await gateway.call(call, model)
        async with aclosing(answering.events()) as events:
            async for event in events:
                pieces += [event.text] if isinstance(event, Delta) else []
    except SamverkError as error:
        return Tried(asked, _since(began), error=error)
    return Tried(
        asked,
        _since(began),
        answer=_plain("".join(pieces))[:LONGEST_ANSWER],
        model=answering.model.card.name,
        tokens_in=answering.tokens_in,
        tokens_out=answering.tokens_out,
        cost=answering.cost,
        reasons=answering.verdict.reasons,
    )


def unadopted(card: ModelCard, endpoint: Endpoint) -> Model:
    """A model that no organisation has adopted, to be tried."""
    return Model(AdoptedCard(id=new_id(), version=0, card=card), (endpoint,))


def _plain(text: str) -> str:
    """The text without characters that would steer a terminal."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
