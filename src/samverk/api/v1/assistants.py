"""An assistant, asked as if it were a model: the events of a run become pieces and an end."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any
from uuid import UUID

from samverk.answers.model import Answer, unsaid
from samverk.answers.service import Interrupted
from samverk.api.grounds import grounds, money
from samverk.api.refusals import UnknownModel
from samverk.api.v1.arrived import Arrived
from samverk.api.v1.asked import Asked, Question, question_of
from samverk.api.v1.told import End, Told
from samverk.core.errors import NotFound, SamverkError
from samverk.core.levels import Level
from samverk.library.ports import Delta


async def ask(arrived: Arrived, asked: Asked) -> Told:
    """The assistant's answer. Raises WrongField; its pieces raise UnknownModel and what ends the run."""
    return Told(_pieces(arrived, asked, question_of(asked)))


async def _pieces(arrived: Arrived, asked: Asked, question: Question) -> AsyncGenerator[Delta | End, None]:
    answers, who, level = arrived.rooms.answers, arrived.principal, asked.level or Level.OPEN
    events = answers.ask(who, asked.assistant or "", question.text, history=question.history, marked_level=level)
    said, run = "", ""
    try:
        async with aclosing(events):
            async for event in events:
                if event.kind == "started":
                    run = event.body["run"]
                elif event.kind == "text":
                    said += event.body["text"]
                    yield Delta(event.body["text"])
                elif event.kind == "failed":
                    raise failure(event.body)
                elif event.kind == "stopped":  # not by this caller, who would no longer listen
                    raise Interrupted
                elif event.kind == "done" and (rest := unsaid(said, event.body["text"])):
                    yield Delta(rest)
    except NotFound as error:
        if error.facts.get("what") != "assistant":
            raise
        raise UnknownModel(asked.model) from error
    yield _end(await answers.run(who, UUID(run)), question)


def _end(answer: Answer, question: Question) -> End:
    model = {"model": answer.model.get("slug"), "hosting": answer.model.get("hosting")}
    samverk = {**grounds(answer), **model, "cost": money(answer.cost), "ignored": list(question.ignored)}
    return End("stop", answer.tokens_in, answer.tokens_out, samverk, answer.text)


def failure(body: Mapping[str, Any]) -> SamverkError:
    """The error that ended a run, as it was raised: its status belongs to its code."""
    error = SamverkError(sv=body["sv"], en=body["en"])
    error.code, error.status = body["code"], _statuses().get(body["code"], SamverkError.status)
    return error


def _statuses() -> dict[str, int]:
    """The status of every code in the family."""
    family, known = [SamverkError], {}
    while family:
        kind = family.pop()
        known[kind.code] = kind.status
        family += kind.__subclasses__()
    return known
