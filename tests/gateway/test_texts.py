"""Every text of a request is found, wherever it stands, and others can be put in their places."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverk.core.errors import Invalid
from samverk.core.levels import Level
from samverk.gateway.texts import in_json, rewritten, texts_of
from samverk.library.ports import ChatRequest, Message, SourcePart, TextPart

CALL = {"id": "call_1", "type": "function", "function": {"name": "look_up", "arguments": '{"namn": "Anna", "nr": 12}'}}
TOOL = {
    "type": "function",
    "function": {
        "name": "look_up",
        "description": "Slår upp Anna.",
        "parameters": {
            "type": "object",
            "required": ["namn"],
            "properties": {"namn": {"type": "string", "description": "Vem", "enum": ["Anna", "Bo"]}},
        },
    },
}
REQUEST = ChatRequest(
    (
        Message("system", (TextPart("Du är snäll."),)),
        Message(
            "user", (SourcePart(1, "Om Anna", "Anna bor här.", Level.OPEN), TextPart("Var bor Anna?")), {"name": "Bo"}
        ),
        Message("assistant", (), {"tool_calls": [CALL]}),
        Message("tool", (TextPart('{"ort": "Björksta"}'),), {"tool_call_id": "call_1"}),
    ),
    {"temperature": 0.2, "tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "look_up"}}},
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def test_texts_are_found_wherever_they_stand() -> None:
    found = [text.text for text in texts_of(REQUEST)]
    for said in ("Du är snäll.", "Om Anna", "Anna bor här.", "Var bor Anna?", "Bo", '{"ort": "Björksta"}'):
        assert said in found
    for said in ("namn", "Anna", "nr", "12", "Slår upp Anna.", "Vem"):
        assert said in found
    for syntax in ("look_up", "function", "call_1", "object", "string"):
        assert syntax not in found


def test_a_source_says_what_its_texts_are_worth() -> None:
    worth = {text.text: text.level for text in texts_of(REQUEST)}
    assert worth["Om Anna"] is worth["Anna bor här."] is Level.OPEN
    assert worth["Var bor Anna?"] is None


def test_what_is_changed_stands_in_the_same_place() -> None:
    changed = rewritten(REQUEST, lambda text, _: text.replace("Anna", 'X"1'))
    assert changed.messages[1].parts[0] == SourcePart(1, 'Om X"1', 'X"1 bor här.', Level.OPEN)
    [call] = changed.messages[2].extra["tool_calls"]
    assert json.loads(call["function"]["arguments"]) == {"namn": 'X"1', "nr": 12}
    assert changed.options["tools"][0]["function"]["parameters"]["properties"]["namn"]["enum"] == ['X"1', "Bo"]
    assert changed.options["temperature"] == 0.2
    assert "Anna" not in repr(changed)


def test_a_request_in_which_nothing_changes_is_the_same() -> None:
    assert rewritten(REQUEST, lambda text, _: text) == REQUEST


@given(values)
def test_json_keeps_its_shape_and_its_values(value: Any) -> None:
    said = json.dumps(value)
    assert in_json(said, lambda text: text) == said
    marked = json.loads(in_json(said, lambda text: f"<{text}>"))
    assert marked == with_marks(value)
    assert json.loads(in_json(json.dumps(marked), lambda text: text[1:-1])) == with_marks(value, "", "")


def with_marks(value: Any, before: str = "<", after: str = ">") -> Any:
    """Every text, number and key between marks, and so a text."""
    if isinstance(value, list):
        return [with_marks(item, before, after) for item in value]
    if isinstance(value, dict):
        return {f"{before}{key}{after}": with_marks(item, before, after) for key, item in value.items()}
    return value if value is None or isinstance(value, bool) else f"{before}{value}{after}"


def test_a_number_that_is_personal_data_becomes_a_text() -> None:
    assert in_json('{"nr": 191212121212}', lambda text: text.replace("191212121212", "[X_1]")) == '{"nr": "[X_1]"}'
    assert in_json('{"nr": 1.5, "ja": true, "stort": 123456789012345678901}', lambda text: text) == (
        '{"nr": 1.5, "ja": true, "stort": 123456789012345678901}'
    )


@pytest.mark.parametrize("broken", ['{"namn": "Anna', "Anna", "", "[" * 100_000])
def test_what_is_no_json_is_changed_as_it_stands(broken: str) -> None:
    assert in_json(broken, lambda text: text.replace("Anna", "X")) == broken.replace("Anna", "X")


def test_what_is_nested_too_deeply_is_refused() -> None:
    deep: Any = "x"
    for _ in range(150):
        deep = [deep]
    with pytest.raises(Invalid):
        texts_of(ChatRequest((), {"tools": deep}))
