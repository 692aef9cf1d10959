"""The heart: how a question becomes an answer. `Asking.ask` reads as the list of the steps; nothing else knows their order."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from samverk.answers.checking import StreamChecker
from samverk.answers.conclusion import Outcome, conclude, is_unsure, opening
from samverk.answers.confidence import Confidence, assess
from samverk.answers.live import LiveRun
from samverk.answers.model import Citation, Turn, scope_of, shown_model
from samverk.answers.prompt import NO_ANSWER, Prompt, compose, search_query
from samverk.answers.trace import Course, Grounds, snapshot
from samverk.assistants.model import Assistant
from samverk.core.levels import Level
from samverk.gateway.rules import Verdict
from samverk.gateway.service import Answering, Call, Gateway
from samverk.identity.principal import Principal
from samverk.knowledge.attached import Attachments, Sources
from samverk.knowledge.service import Knowledge
from samverk.knowledge.views import Found
from samverk.library.cards import ModelCard, Use
from samverk.library.ports import ChatEvent, ChatRequest, Delta, Message, TextPart

PASSAGES_SOUGHT = 12
MOST_ATTACHED = 40  # passages of attached files that all go along: who attaches a letter asks about the whole of it

_NOTHING_ATTACHED = Sources("", (), ())


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was put: by whom, to which assistant, after what was said before, with which files beside it.

    `attached` is the collection of the files that were attached to the conversation. Of a `temporary` one nothing is kept.
    """

    run: UUID
    conversation: UUID | None
    principal: Principal
    assistant: Assistant
    question: str
    history: tuple[Turn, ...] = ()
    marked_level: Level = Level.OPEN
    attached: UUID | None = None
    temporary: bool = False


class Asking:
    """Answers questions. Stores nothing: events go to the run, the outcome to the caller."""

    def __init__(self, knowledge: Knowledge, attachments: Attachments, gateway: Gateway) -> None:
        self._knowledge = knowledge
        self._attachments = attachments
        self._gateway = gateway

    async def ask(self, asked: Asked, live: LiveRun) -> Outcome:
        """Answer one question. Raises NotFound without a model, Denied by policy, ModelFailed."""
        course, assistant = Course(), asked.assistant
        cards = await self._gateway.cards(asked.principal.org_id, assistant.body.models)
        live.emit("started", _started(asked, assistant, cards[0]))
        query = search_query(asked.question, asked.history)
        attached = await self._attached(asked)
        found = await self._search(asked.principal, assistant, attached, query)
        course.step("search")
        prompt = compose(assistant.body, asked.question, asked.history, found.hits, _window(cards), attached.name)
        confidence = _confidence(query, found)
        live.emit("searched", _searched(asked, assistant, found, prompt))
        course.step("compose")
        answering, checker = await self._answer(asked, assistant, prompt, confidence, live)
        course.step("answer")
        outcome = conclude(asked.question, assistant.body, prompt, checker, confidence, answering)
        grounds = Grounds(assistant, asked.question, query, found, prompt)
        return replace(outcome, ms=course.ms, trace=snapshot(grounds, outcome, answering, course))

    async def foresee(self, principal: Principal, assistant: Assistant, question: str, marked_level: Level) -> Verdict:
        """What the policy would say of this question as it stands, before it is asked; of the sources nothing is known yet."""
        request = ChatRequest((Message("user", (TextPart(question),)),))
        return await self._gateway.foresee(
            Call(
                principal=principal,
                models=assistant.body.models,
                request=request,
                purpose=f"assistant:{assistant.slug}",
                assistant_level=assistant.body.level,
                marked_level=marked_level,
                masking_allowed=assistant.body.masking,
                masking_off=assistant.body.masking_off,
                use=_use(assistant),
            )
        )

    async def reach(self, principal: Principal, attached: UUID) -> None:
        """See that files are the principal's: a conversation that keeps their id may erase them. Raises NotFound."""
        await self._attachments.state(principal, attached)

    async def _attached(self, asked: Asked) -> Sources:
        if asked.attached is None:
            return _NOTHING_ATTACHED
        return await self._attachments.sources(asked.principal, asked.attached, MOST_ATTACHED)

    async def _search(self, principal: Principal, assistant: Assistant, attached: Sources, query: str) -> Found:
        """What the assistant's collections and the attached files say; files with few passages come first, whole."""
        names = [name for name in (*assistant.body.collections, attached.name) if name]
        if not names:
            return Found((), ())
        found = await self._knowledge.search(principal, names, query, PASSAGES_SOUGHT)
        scores = {hit.id: hit.score for hit in found.hits}
        whole = {passage.id: replace(passage, score=scores.get(passage.id, 0.0)) for passage in attached.passages}
        rest = (hit for hit in found.hits if hit.id not in whole)
        return Found((*whole.values(), *rest), (*attached.left_out, *found.left_out))

    async def _answer(
        self, asked: Asked, assistant: Assistant, prompt: Prompt, confidence: Confidence, live: LiveRun
    ) -> tuple[Answering[ChatEvent] | None, StreamChecker]:
        """Call the model and check what it says while it says it. No model is called when there is nothing to answer from."""
        checker = StreamChecker(
            prompt.numbered,
            lambda text: live.emit("text", {"text": text}),
            lambda ordinal, citation: live.emit("checked", _checked(ordinal, citation)),
            hold=assistant.body.audience == "citizen",
        )
        if assistant.body.collections and not prompt.numbered:
            return None, checker
        answering = await self._gateway.call(_call(asked, assistant, prompt))
        if is_unsure(answering.model.card, assistant.body, confidence):
            checker.feed(opening(assistant.body.language))
        async with aclosing(answering.events()) as events, aclosing(_spoken(events)) as pieces:
            async for piece in pieces:
                checker.feed(piece)
        checker.end()
        return answering, checker


async def _spoken(events: AsyncIterator[ChatEvent]) -> AsyncGenerator[str, None]:
    """The text of an answer, piece by piece; nothing of one that begins by saying that the sources do not answer."""
    beginning: str | None = ""
    async for event in events:
        if not isinstance(event, Delta):
            continue
        if beginning is None:
            yield event.text
            continue
        beginning += event.text
        if not NO_ANSWER.startswith(beginning.strip()[: len(NO_ANSWER)]):
            yield beginning
            beginning = None
    if beginning and not beginning.strip().startswith(NO_ANSWER):
        yield beginning


def _confidence(query: str, found: Found) -> Confidence:
    hits = sorted(found.hits, key=lambda hit: -hit.score)  # attached files come first whatever their score
    titles = [" ".join((hit.title, *hit.heading)) for hit in hits]
    return assess(query, [hit.text for hit in hits], titles, [hit.score for hit in hits])


def _window(cards: Sequence[ModelCard]) -> int:
    return min(card.context_tokens for card in cards)


def _call(asked: Asked, assistant: Assistant, prompt: Prompt) -> Call:
    return Call(
        principal=asked.principal,
        models=assistant.body.models,
        request=prompt.request,
        purpose=f"assistant:{assistant.slug}",
        assistant_level=assistant.body.level,
        source_level=max((passage.level for passage in prompt.numbered.values()), default=Level.OPEN),
        marked_level=asked.marked_level,
        masking_allowed=assistant.body.masking,
        masking_off=assistant.body.masking_off,
        scope=scope_of(asked.conversation) if asked.conversation else "",
        run_id=asked.run,
        keep_content=assistant.body.keep_content and not asked.temporary,
        use=_use(assistant),
    )


def _use(assistant: Assistant) -> Use:
    """What a model serves by answering for an assistant, as model cards have it."""
    return "citizens" if assistant.body.audience == "citizen" else "staff"


def _started(asked: Asked, assistant: Assistant, card: ModelCard) -> dict[str, Any]:
    return {
        "run": str(asked.run),
        "conversation": str(asked.conversation) if asked.conversation else None,
        "assistant": {"slug": assistant.slug, "name": assistant.name},
        "model": shown_model(card),
        "level": max(assistant.body.level, asked.marked_level).slug,
        "question": asked.question,
    }


def _searched(asked: Asked, assistant: Assistant, found: Found, prompt: Prompt) -> dict[str, Any]:
    return {
        "collections": len(assistant.body.collections) + (asked.attached is not None),
        "found": len(found.hits),
        "kept": len(prompt.numbered),
        "left_out": [{"title": item.title, "reason": item.reason.as_json()} for item in found.left_out],
    }


def _checked(ordinal: int, citation: Citation) -> dict[str, Any]:
    return {"ordinal": ordinal, **citation.body()}
