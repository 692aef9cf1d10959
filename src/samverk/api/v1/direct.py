"""Adopted models, called through the one door as the client wishes: no sources, no assistant."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from samverk.api.grounds import money
from samverk.api.refusals import UnknownModel, WrongField, rates
from samverk.api.v1.arrived import Arrived
from samverk.api.v1.asked import Asked, held_back_in, masking_in, model_in
from samverk.api.v1.fields import Fields
from samverk.api.v1.told import End, Header, Told
from samverk.core.errors import Denied, NotFound
from samverk.core.levels import Level
from samverk.gateway.calls import Answering, Call, Request
from samverk.library.ports import ChatRequest, Delta, Finish

Open = Callable[[Call], Awaitable[Answering[Any]]]
"""One of the gateway's ways in: `call`, `embed`, `transcribe`, `speak`, `draw`."""


class Opened:
    """A call that the door has let in. `ignored` names what of the request was not used."""

    __slots__ = ("_began", "_ignored", "answering")

    def __init__(self, answering: Answering[Any], ignored: tuple[str, ...]) -> None:
        self.answering, self._ignored, self._began = answering, ignored, time.monotonic()

    def samverk(self, ignored: tuple[str, ...] = ()) -> dict[str, Any]:
        """The verdict with its reasons, and what the call was made with: the object that rides in every answer.

        `ignored` are fields that the model's server does not take.
        """
        answering, card = self.answering, self.answering.model.card
        return {
            "level": answering.verdict.level.slug,
            "action": answering.verdict.action,
            "model": card.slug,
            "hosting": card.hosting,
            "reasons": [reason.body() for reason in answering.verdict.reasons],
            "record": str(answering.id),
            "attempts": [{"model": one.model, "why": one.why, "ms": one.ms} for one in answering.attempts],
            "warnings": [{"sv": near.message("sv"), "en": near.message("en")} for near in answering.nearly],
            "invented": list(answering.invented),
            "ms": round((time.monotonic() - self._began) * 1000),
            "cost": money(answering.cost),
            "currency": card.currency,
            "ignored": [*self._ignored, *ignored],
        }

    def headers(self) -> list[Header]:
        """The verdict as headers, for what has no room for an object, and what is left of the caller's rate."""
        verdict, model = self.answering.verdict, self.answering.model.card.slug
        told = {
            "x-samverk-record": str(self.answering.id),
            "x-samverk-level": verdict.level.slug,
            "x-samverk-action": verdict.action,
            "x-samverk-model": model,
        }
        if self.answering.quota is not None:
            told |= rates(self.answering.quota)
        return [(name.encode(), value.encode()) for name, value in told.items()]


@dataclass(frozen=True, slots=True)
class Wished:
    """What a caller says of any call: the model, what the information is worth, whether it may be masked, what is not sent on."""

    model: str
    level: Level | None
    masking: bool
    held_back: tuple[str, ...]


def wished(arrived: Arrived, fields: Fields) -> Wished:
    """What the fields of a request say. Raises WrongField and UnknownModel."""
    level = arrived.level(fields.object("samverk"))
    return Wished(model_in(fields), level, masking_in(fields), held_back_in(fields))


async def opened(arrived: Arrived, way: Open, wished: Wished | Asked, request: Request) -> Opened:
    """Ask the door for a call. Raises UnknownModel, and what the door refuses with.

    Personal data that the model may not have is masked on the way, unless the caller forbids it: then the call is refused.
    """
    who, level, masking = arrived.principal, wished.level, wished.masking
    keep = isinstance(wished, Asked) and wished.keep
    call = Call(who, (wished.model,), request, "v1", marked_level=level, masking_allowed=masking, keep_content=keep)
    try:
        return Opened(await way(call), wished.held_back)
    except NotFound as error:
        if error.code != NotFound.code:
            raise
        raise UnknownModel(wished.model) from error


async def ask(arrived: Arrived, asked: Asked) -> Told:
    """A chat model's answer. Raises as `opened`, and WrongField for pictures to a model that sees none."""
    request = ChatRequest(asked.messages, asked.options, asked.stream)
    try:
        call = await opened(arrived, arrived.rooms.gateway.call, asked, request)
    except Denied as error:
        if asked.pictures and _sees_none(error):
            raise WrongField(
                asked.pictures, "modellen tar inte emot bilder", "the model does not take pictures"
            ) from error
        raise
    return Told(_pieces(call), call.headers)


def _sees_none(error: Denied) -> bool:
    """Whether the policy refuses because no model takes pictures."""
    reasons: Any = error.facts.get("reasons", ())
    return any(reason["code"] == "ability_lacking" for reason in reasons)


async def _pieces(call: Opened) -> AsyncGenerator[Delta | End, None]:
    finish = Finish()
    async with aclosing(call.answering.events()) as events:
        async for event in events:
            if isinstance(event, Delta):
                yield event
            else:
                finish = event
    counted = finish.tokens_in, finish.tokens_out
    yield End(finish.reason, *counted, call.samverk(finish.ignored), reasons=finish.reasons, details=finish.details)
