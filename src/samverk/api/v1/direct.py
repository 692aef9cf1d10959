"""An adopted model, called through the one door as the client wishes: no sources, no assistant."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from samverk.api.refusals import UnknownModel
from samverk.api.v1.asked import Asked
from samverk.api.v1.told import End, Piece
from samverk.core.errors import NotFound
from samverk.core.levels import Level
from samverk.gateway.service import Call
from samverk.http.rooms import Rooms
from samverk.identity.principal import Principal
from samverk.library.ports import ChatRequest, Delta, Finish


async def call(rooms: Rooms, principal: Principal, asked: Asked) -> AsyncGenerator[Piece | End, None]:
    """The model's answer. Closing the iterator stops the call. Raises UnknownModel, Denied, ModelFailed.

    Personal data that the model may not have is masked on the way, unless the caller forbids it: then the call is refused.
    What is said to a model without a mark is taken for internal: nothing that nobody marked goes to one approved for less.
    """
    started = time.monotonic()
    level = Level.INTERNAL if asked.level is None else asked.level
    request = ChatRequest(asked.messages, asked.options)
    call = Call(principal, (asked.model,), request, "v1", marked_level=level, masking_allowed=asked.masking)
    try:
        answering = await rooms.gateway.call(call)
    except NotFound as error:
        raise UnknownModel(asked.model) from error
    finish = Finish()
    async with aclosing(answering.events()) as events:
        async for event in events:
            if isinstance(event, Delta):
                yield Piece(event.text, event.extra)
            else:
                finish = event
    samverk = {
        "level": answering.verdict.level.slug,
        "model": answering.model.card.slug,
        "hosting": answering.model.card.hosting,
        "reasons": [reason.body() for reason in answering.verdict.reasons],
        "record": str(answering.id),
        "invented": list(answering.invented),
        "ms": round((time.monotonic() - started) * 1000),
        "cost": answering.cost,
        "currency": answering.model.card.currency,
        "ignored": list(asked.held_back),
    }
    yield End(finish.reason, finish.tokens_in, finish.tokens_out, samverk)
