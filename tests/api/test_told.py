"""What is told back, piece by piece and whole: the pure half of `/v1`."""

from typing import Any

import orjson
import pytest

from samverk.answers.model import Turn, unsaid
from samverk.api.v1.asked import question_of, read
from samverk.api.v1.completions import Completion
from samverk.api.v1.fields import Fields
from samverk.api.v1.told import End, merged
from samverk.library.ports import Delta


def completion(**more: Any) -> Completion:
    return Completion("chatcmpl-1", 1, "modell", "samverk-0", **more)


@pytest.mark.parametrize(
    ("said", "final", "rest"),
    [
        ("Fyra veckor [1].", "Fyra veckor [1].", ""),
        ("Fyra veckor [1].\n", "Fyra veckor [1].", ""),
        ("", "Källorna ger inget säkert svar.", "Källorna ger inget säkert svar."),
        ("Fyra ", "Fyra veckor.", "veckor."),
        ("Sju dagar.", "Källorna ger inget säkert svar.", "\n\nKällorna ger inget säkert svar."),
    ],
)
def test_a_stream_ends_with_the_answer_that_stands(said: str, final: str, rest: str) -> None:
    assert unsaid(said, final) == rest


def test_calls_of_tools_are_put_together() -> None:
    pieces: list[dict[str, Any]] = [
        {"tool_calls": [{"index": 0, "id": "a", "type": "function", "function": {"name": "slå_upp", "arguments": ""}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"ort": '}}]},
        {"tool_calls": [{"index": 1, "id": "b", "type": "function", "function": {"name": "räkna", "arguments": "{}"}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '"Granby"}'}}], "reasoning_content": "Först "},
        {"reasoning_content": "ort."},
    ]
    assert merged(pieces) == {
        "tool_calls": [
            {
                "index": 0,
                "id": "a",
                "type": "function",
                "function": {"name": "slå_upp", "arguments": '{"ort": "Granby"}'},
            },
            {"index": 1, "id": "b", "type": "function", "function": {"name": "räkna", "arguments": "{}"}},
        ],
        "reasoning_content": "Först ort.",
    }
    end = End("tool_calls", 3, None, {})
    message = orjson.loads(completion().whole([Delta(extra=extra) for extra in pieces], end))["choices"][0]["message"]
    assert message["content"] is None
    assert [call["id"] for call in message["tool_calls"]] == ["a", "b"]


def test_a_whole_answer_is_the_one_that_stands_not_what_was_said_on_the_way() -> None:
    end = End("stop", 5, 2, {"answered": False}, text="Källorna ger inget säkert svar.")
    body = orjson.loads(completion().whole([Delta("Sju dagar.")], end))
    assert body["choices"][0]["message"]["content"] == "Källorna ger inget säkert svar."
    assert body["usage"] == {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}


def test_messages_become_turns() -> None:
    said = [
        ("assistant", "Hej, vad vill du veta?"),
        ("user", "Vem söker?"),
        ("user", "Och hur?"),
        ("assistant", "Den som behöver det."),
        ("assistant", "Skriftligt."),
        ("user", "När?"),
        ("assistant", "Nu."),
        ("user", "Var?"),
        ("assistant", "Det finns"),
    ]
    messages = [{"role": role, "content": text} for role, text in said]
    question = question_of(read(Fields({"model": "assistant:x", "messages": messages, "seed": 1})))
    assert question.text == "Var?"
    assert question.history == (
        Turn("Vem söker?\n\nOch hur?", "Den som behöver det.\n\nSkriftligt."),
        Turn("När?", "Nu."),
    )
    assert question.ignored == ("messages[8]", "seed")
