"""An answer whose request was masked gets its values back: text, thoughts and calls of tools, however they are cut."""

import json
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from samverk.api.v1.told import merged
from samverk.gateway.restoring import Restoring
from samverk.library.ports import Delta, Finish
from samverk.masking.ports import Span
from samverk.masking.pseudonyms import Pseudonyms
from samverk.masking.service import Masked

VALUE = 'Anna "Ek"\\\n Åberg'


def restoring(value: str = VALUE) -> Restoring:
    table = Pseudonyms(style="token")
    masked = table.mask([value], [[Span(0, len(value), "PERSON")]])
    assert masked == ["[PERSON_1]"]
    return Restoring(Masked(masked, table))


def played(one: Restoring, deltas: list[Delta]) -> tuple[str, dict[str, Any]]:
    """The text and the extras that a client puts together."""
    out = [event for delta in [*deltas, Finish()] for event in one.put_back(delta)]
    assert isinstance(out[-1], Finish)
    told = [event for event in out if isinstance(event, Delta)]
    return "".join(event.text for event in told), merged([event.extra for event in told])


def called(piece: str, index: int = 0, **more: Any) -> Delta:
    return Delta("", {"tool_calls": [{"index": index, **more, "function": {"arguments": piece}}]})


@given(st.lists(st.integers(0, 40), max_size=6))
def test_arguments_of_tools_come_back_however_they_are_cut(cuts: list[int]) -> None:
    said = '{"vem": "[PERSON_1]", "nr": 1}'
    places = [0, *sorted(min(cut, len(said)) for cut in cuts), len(said)]
    pieces = [said[start:end] for start, end in pairwise(places)]
    first = Delta("", {"tool_calls": [{"index": 0, "id": "c1", "type": "function", "function": {"name": "find"}}]})
    _, extra = played(restoring(), [first, *(called(piece) for piece in pieces)])
    [call] = extra["tool_calls"]
    assert (call["id"], call["type"], call["function"]["name"]) == ("c1", "function", "find")
    assert json.loads(call["function"]["arguments"]) == {"vem": VALUE, "nr": 1}


def test_calls_at_once_do_not_mix() -> None:
    deltas = [called('{"a": "[PER', 0), called('{"b": "[PERS', 1), called('SON_1]"}', 0), called('ON_1]"}', 1)]
    _, extra = played(restoring(), deltas)
    assert [json.loads(call["function"]["arguments"]) for call in extra["tool_calls"]] == [{"a": VALUE}, {"b": VALUE}]


def test_text_and_thoughts_come_back_each_in_their_own_stream() -> None:
    deltas = [
        Delta("Hej [PERS", {"reasoning_content": "Det är [PERSON"}),
        Delta("ON_1]!", {"reasoning_content": "_1]"}),
    ]
    text, extra = played(restoring("Anna Ek"), deltas)
    assert text == "Hej Anna Ek!"
    assert extra["reasoning_content"] == "Det är Anna Ek"


def test_the_older_interface_s_call_comes_back() -> None:
    deltas = [
        Delta("", {"function_call": {"name": "find", "arguments": '{"vem": "[PERS'}}),
        Delta("", {"function_call": {"arguments": 'ON_1]"}'}}),
    ]
    _, extra = played(restoring(), deltas)
    assert extra["function_call"]["name"] == "find"
    assert json.loads(extra["function_call"]["arguments"]) == {"vem": VALUE}


def test_an_answer_that_was_not_streamed_comes_back() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": '{"vem": "[PERSON_1]"}'}}
    whole = Delta("[PERSON_1]", {"tool_calls": [call], "annotations": ["[PERSON_1]", {"text": "[PERSON_1]"}]})
    text, extra = played(restoring(), [whole])
    assert text == VALUE
    assert json.loads(extra["tool_calls"][0]["function"]["arguments"]) == {"vem": VALUE}
    assert extra["annotations"] == [VALUE, {"text": VALUE}]


def test_what_the_model_made_up_is_told_once_and_stays() -> None:
    one = restoring("Anna Ek")
    text, extra = played(one, [Delta("[PERSON_7] och [PERSON_1]"), called('{"a": "[PERSON_7] [PHONE_3]"}')])
    assert text == "[PERSON_7] och Anna Ek"
    assert "[PHONE_3]" in extra["tool_calls"][0]["function"]["arguments"]
    assert one.invented == ("[PERSON_7]", "[PHONE_3]")


def test_what_was_held_back_of_an_answer_that_broke_off_is_said() -> None:
    one = restoring("Anna Ek")
    said = one.put_back(
        Delta("Hej [PERSON_", {"tool_calls": [{"index": 2, "function": {"arguments": '{"a": "[PERS'}}]})
    )
    rest = one.rest()
    assert "".join(event.text for event in [*said, *rest] if isinstance(event, Delta)) == "Hej [PERSON_"
    assert merged([event.extra for event in [*said, *rest] if isinstance(event, Delta)])["tool_calls"] == [
        {"index": 2, "function": {"arguments": '{"a": "[PERS'}}
    ]
