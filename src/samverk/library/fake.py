"""A model for tests, beside the port: says what it is told to, also lies, breaks off and fails. Reaches nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from samverk.core.errors import ModelFailed
from samverk.library.ports import ChatEvent, ChatRequest, Delta, Endpoint, Finish


@dataclass(frozen=True, slots=True)
class Script:
    """How to answer: these pieces, then this finish; `error` is raised instead of the finish, `pause` (s) before each."""

    pieces: tuple[str, ...]
    finish: Finish | None = field(default_factory=Finish)
    error: str | None = None
    pause: float = 0.0


HONEST = Script(("Det står i källan. ", "[1]"), Finish("stop", 10, 5))
CUT_OFF = Script(("Ansökan ska lämnas in senast den ",), Finish("length", 10, 6))
FAILING = Script((), error="servern svarade 500")
FAILING_MIDWAY = Script(("Beslutet ",), error="strömmen bröts")


def paraphrase(request: ChatRequest) -> Script:
    """The first source's first sentence, honest in other clothes: the clauses swapped around a dash, cited."""
    first, n = _first_sentence(request)
    head, _, tail = first.partition(" ")
    return Script((f"Enligt källan gäller att {head.lower()} {tail}".rstrip("."), f". [{n}]"))


def lie(request: ChatRequest) -> Script:
    """The first source's first sentence with every digit raised and a negation put in, cited as if it stood there."""
    first, n = _first_sentence(request)
    turned = "".join(str((int(letter) + 1) % 10) if letter in "0123456789" else letter for letter in first)
    head, _, tail = turned.partition(" ")
    return Script((f"{head} inte {tail} [{n}]",))


def _first_sentence(request: ChatRequest) -> tuple[str, int]:
    for message in reversed(request.messages):
        for source in message.sources:
            return source.text.split(". ")[0].strip(), source.n
    return "Det finns ingen källa.", 1


Answer = Script | Callable[[ChatRequest], Script]


class FakeProvider:
    """A `ChatProvider` that answers by model name from its scripts, and remembers what it was asked.

    `calls` holds every request in order; `closed` counts the answers that somebody stopped listening to. `extras` are told before
    the pieces, each as what is not text (calls of tools).
    """

    name = "fake"

    def __init__(self, scripts: Mapping[str, Answer] | None = None) -> None:
        self.scripts: dict[str, Answer] = {
            "honest": HONEST,
            "cut-off": CUT_OFF,
            "failing": FAILING,
            "failing-midway": FAILING_MIDWAY,
            "paraphrase": paraphrase,
            "lie": lie,
            **(scripts or {}),
        }
        self.calls: list[tuple[Endpoint, ChatRequest]] = []
        self.closed = 0
        self.extras: list[dict[str, Any]] = []

    async def chat(self, endpoint: Endpoint, request: ChatRequest) -> AsyncIterator[ChatEvent]:
        """Play the script of the model asked for. Raises ModelFailed where the script says so, or for no script."""
        self.calls.append((endpoint, request))
        answer = self.scripts.get(endpoint.model)
        if answer is None:
            raise ModelFailed(model=endpoint.model, why="modellen finns inte")
        script = answer(request) if callable(answer) else answer
        try:
            for extra in self.extras:
                yield Delta("", extra)
            for piece in script.pieces:
                await asyncio.sleep(script.pause)
                yield Delta(piece)
            if script.error is not None:
                raise ModelFailed(model=endpoint.model, why=script.error)
            if script.finish is not None:
                yield script.finish
        except (GeneratorExit, asyncio.CancelledError):
            self.closed += 1
            raise
