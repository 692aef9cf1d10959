"""A run as the page follows it: its stream, stopping it, how it came about, and what the reader thought of it."""

import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from samverk.answers.cited import without_marks
from samverk.answers.model import FEEDBACK_REASONS
from samverk.core.errors import Invalid, NotFound
from samverk.core.ids import new_id
from samverk.http.events import Paced, event, last_seen, stream, with_heartbeats
from samverk.http.rooms import Rooms, rooms_of
from samverk.http.sessions import posted, principal
from samverk.identity.principal import Principal
from samverk.web.asked import number_in
from samverk.web.chat.asking import chat_path
from samverk.web.chat.citations import Check
from samverk.web.chat.live import LiveAnswer
from samverk.web.chat.turns import helped, turn_of
from samverk.web.labels import told
from samverk.web.markdown import plain
from samverk.web.pages import draw, page, prefix_of, reader_of, see_other, texts_of
from samverk.web.texts import Texts

SHORTEST_PAUSE = 0.06  # seconds between two redraws of the block that grows
STILL_HERE = event("still", {})  # as an event: a page cannot hear a comment
PAUSE_PER_COST = 8  # a redraw that takes long is followed by a longer pause


async def events(request: Request) -> Response:
    """The answer as it is written. `Last-Event-ID` or `?efter=` resumes; an event's number is that of its last run event."""
    who = await principal(request)
    rooms, run = rooms_of(request), request.path_params["run"]
    await rooms.answers.run(who, run)  # refuses before the stream begins
    seen = max(last_seen(request), number_in(request.query_params.get("efter", "")) or 0)
    frames = _frames(rooms, who, run, seen, texts_of(request), prefix_of(request))
    return stream(with_heartbeats(frames, beat=STILL_HERE))


async def _frames(
    rooms: Rooms, who: Principal, run: UUID, after: int, words: Texts, prefix: str
) -> AsyncIterator[bytes]:
    live = LiveAnswer(str(run), words, prefix)
    source = Paced(rooms.answers.events(who, run))
    seen, due, pause = 0, None, 0.0
    try:
        while not live.ended:
            try:
                item = await source.read(None if due is None else due - time.monotonic())
            except StopAsyncIteration:
                break
            if item is not None:
                if seen <= after < item.seq:
                    live.frames()  # what the reader has already
                live.fold(item.kind, item.body)
                seen = item.seq
                due = due if due is not None or seen <= after else time.monotonic() + pause
            if due is not None and (time.monotonic() >= due or live.ended):
                began, due = time.perf_counter(), None
                frames = live.frames()
                pause = max(SHORTEST_PAUSE, PAUSE_PER_COST * (time.perf_counter() - began))
                for i, (name, body) in enumerate(frames):
                    yield event(name, body, seen if i == len(frames) - 1 else None)
    finally:
        await source.aclose()
    with suppress(NotFound):  # deleted while it was written: there is nothing to end with
        yield event("done", await _ending(rooms, who, run, words, prefix), seen)


async def _ending(rooms: Rooms, who: Principal, run: UUID, words: Texts, prefix: str) -> dict[str, str]:
    """The whole answer, drawn as a reload would draw it, and the line that tells of it."""
    answer = await rooms.answers.run(who, run)
    turn = await helped(rooms, who, turn_of(answer, words, prefix))
    context = {
        "turn": turn,
        "name": answer.assistant.get("name", ""),
        "prefix": prefix,
        "action": chat_path(prefix, answer.assistant["slug"]) if answer.assistant else "",
        "conversation": answer.conversation,
        "thanked": "",
        "token": "",  # the page puts its own in
        "new_run": new_id,
    }
    said = "live.failed" if turn.status == "failed" else "live.stopped" if turn.status == "stopped" else "live.done"
    return {"html": draw("chat/answer.html", words, context), "text": words(said)}


async def stop(request: Request) -> Response:
    """Stop writing; what has come stays."""
    who, _ = await posted(request)
    rooms, run = rooms_of(request), request.path_params["run"]
    await rooms.answers.stop(who, run)
    conversation = await rooms.answers.conversation_of(who, run)
    return see_other(f"{prefix_of(request)}/samtal/{conversation}?gren={run}#svar-{run}")


async def trace(request: Request) -> Response:
    """How the answer came about, as a document."""
    who = await principal(request)
    rooms, run = rooms_of(request), request.path_params["run"]
    answer, found = await rooms.answers.run(who, run), await rooms.answers.trace(who, run)
    turn = turn_of(answer, texts_of(request), prefix_of(request))
    context = {
        "turn": turn,
        "conversation": answer.conversation,
        "trace": found,
        "reasons": [told(reason, texts_of(request)) for reason in found["verdict"]["reasons"]],
        "checks": [{"sentence": _sentence(answer.text, check), "check": check} for check in turn.checks],
        "finished": datetime.fromisoformat(found["finished"]),
        "prefix": prefix_of(request),
    }
    return page(request, "chat/trace.html", context, reader=await reader_of(request, who))


def _sentence(text: str, check: Check) -> str:
    """The cited sentence as plain words."""
    return plain(without_marks(text[check.start : check.end]))


async def feedback(request: Request) -> Response:
    """What the reader thought of the answer."""
    who, fields = await posted(request)
    rooms, run = rooms_of(request), request.path_params["run"]
    verdict, reason = fields.get("good"), fields.get("reason") or None
    if verdict not in ("yes", "no") or (reason and reason not in FEEDBACK_REASONS):
        raise Invalid(why="good, reason")
    comment, consent = fields.get("comment", "").strip(), fields.get("consent") == "yes"
    await rooms.answers.feedback(who, run, verdict == "yes", reason, comment, consent)
    conversation = await rooms.answers.conversation_of(who, run)
    return see_other(f"{prefix_of(request)}/samtal/{conversation}?gren={run}&tack={run}#tack")
