"""What a client asks of `/v1/chat/completions`, read from JSON. Pure: a body in, a question or a refusal out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

import orjson

from samverk.answers.model import Turn
from samverk.api.refusals import NotJson, UnknownModel, WrongField
from samverk.core.levels import Level
from samverk.library.ports import Message, Role, TextPart

ASSISTANT = "assistant:"
_ROLES = (*get_args(Role), "developer")
_OWN_FIELDS = frozenset({"model", "messages", "stream", "stream_options", "samverk", "n"})
# These name a person or ask the other side to keep things: they are never sent on.
HELD_BACK = frozenset({"user", "safety_identifier", "prompt_cache_key", "metadata", "store"})
# What an assistant cannot do is refused when it is asked for in earnest, so that nobody waits for it in vain.
_NOT_OF_ASSISTANTS = ("tools", "functions", "logprobs", "audio", "prediction")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was understood. `level` is what the caller says that the information is worth; None: nothing said.

    `masking` says whether personal data may be masked so that a model may be used. `options` are the fields that are passed on.
    """

    model: str
    messages: tuple[Message, ...]
    stream: bool
    include_usage: bool
    level: Level | None
    masking: bool
    options: Mapping[str, Any]
    held_back: tuple[str, ...]

    @property
    def assistant(self) -> str | None:
        """The slug of the assistant that is asked; None when a model is."""
        return self.model.removeprefix(ASSISTANT) if self.model.startswith(ASSISTANT) else None


@dataclass(frozen=True, slots=True)
class Question:
    """What an assistant makes of the messages. `ignored` names what it had no use for."""

    text: str
    history: tuple[Turn, ...]
    ignored: tuple[str, ...]


def read(body: bytes) -> Asked:
    """The request in a body. Raises NotJson and WrongField."""
    try:
        fields = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotJson from error
    if not isinstance(fields, dict):
        raise NotJson
    model = fields.get("model")
    if not isinstance(model, str) or not model:
        raise WrongField("model", "det ska vara en modells namn", "it must be the name of a model")
    if "\x00" in model:
        raise UnknownModel("")
    if fields.get("n") not in (None, 1):
        raise WrongField("n", "bara ett svar i taget ges", "only one answer at a time is given")
    stream_options, said = _object(fields, "stream_options"), _object(fields, "samverk")
    return Asked(
        model=model,
        messages=_messages(fields.get("messages")),
        stream=_flag(fields, "stream"),
        include_usage=_flag(stream_options, "include_usage"),
        level=_level(said.get("level")),
        masking=_flag(said, "masking", unless_given=True),
        options={name: value for name, value in fields.items() if name not in _OWN_FIELDS | HELD_BACK},
        held_back=tuple(sorted(HELD_BACK & fields.keys())),
    )


def question_of(asked: Asked) -> Question:
    """The last message of the user is the question; what was said before it is history. Raises WrongField.

    An assistant has its own instructions and settings: those of the caller are left out, and named.
    """
    for name in _NOT_OF_ASSISTANTS:
        if asked.options.get(name):
            raise WrongField(name, "en assistent kan inte det här", "an assistant cannot do this")
    form = asked.options.get("response_format")
    if form and not (isinstance(form, dict) and form.get("type") == "text"):
        raise WrongField("response_format", "en assistent svarar med text", "an assistant answers in text")
    last = max((i for i, message in enumerate(asked.messages) if message.role == "user"), default=-1)
    if last < 0:
        raise WrongField("messages", "det finns ingen fråga från användaren", "there is no question from the user")
    ignored = [f"messages[{i}]" for i, m in enumerate(asked.messages) if i > last or m.role in ("system", "tool")]
    said = [message for message in asked.messages[:last] if message.role in ("user", "assistant")]
    unused = [*ignored, *sorted(asked.options), *asked.held_back]
    return Question(asked.messages[last].text, _turns(said), tuple(unused))


def _turns(said: Sequence[Message]) -> tuple[Turn, ...]:
    """Questions with their answers. Several messages in a row from the same side are one; a greeting answers nothing."""
    turns: list[Turn] = []
    answered = True
    for message in said:
        if message.role == "user":
            if answered:
                turns.append(Turn(message.text, ""))
            else:
                turns[-1] = Turn(f"{turns[-1].question}\n\n{message.text}", "")
            answered = False
        elif turns:
            turns[-1] = Turn(turns[-1].question, "\n\n".join(filter(None, (turns[-1].answer, message.text))))
            answered = True
    return tuple(turns)


def _messages(value: object) -> tuple[Message, ...]:
    if not isinstance(value, list) or not value:
        raise WrongField(
            "messages", "det ska vara en lista med minst ett meddelande", "it must list at least one message"
        )
    return tuple(_message(f"messages[{i}]", item) for i, item in enumerate(value))


def _message(where: str, value: object) -> Message:
    if not isinstance(value, dict):
        raise WrongField(where, "det ska vara ett objekt", "it must be an object")
    role = value.get("role")
    if role not in _ROLES:
        known = ", ".join(_ROLES)
        raise WrongField(f"{where}.role", f"det ska vara en av {known}", f"it must be one of {known}")
    extra = {name: item for name, item in value.items() if name not in ("role", "content") and item is not None}
    spoken = cast("Role", "system" if role == "developer" else role)
    return Message(spoken, _parts(f"{where}.content", value.get("content"), needed=not extra), extra)


def _parts(where: str, value: object, *, needed: bool) -> tuple[TextPart, ...]:
    if value is None and not needed:  # a message that only calls tools
        return ()
    if isinstance(value, str):
        return (TextPart(value),)
    if not isinstance(value, list):
        raise WrongField(
            where, "det ska vara text eller en lista med textdelar", "it must be text or a list of text parts"
        )
    return tuple(_part(f"{where}[{i}]", part) for i, part in enumerate(value))


def _part(where: str, value: object) -> TextPart:
    if isinstance(value, dict) and value.get("type") == "text" and isinstance(value.get("text"), str):
        return TextPart(value["text"])
    raise WrongField(where, "bara delar med text tas emot", "only parts of text are accepted")


def _level(value: object) -> Level | None:
    if value is None:
        return None
    known = ", ".join(level.slug for level in Level)
    try:
        return Level.parse(str(value))
    except ValueError as error:
        raise WrongField("samverk.level", f"det ska vara en av {known}", f"it must be one of {known}") from error


def _object(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = fields.get(name)
    if value is not None and not isinstance(value, dict):
        raise WrongField(name, "det ska vara ett objekt", "it must be an object")
    return value or {}


def _flag(fields: Mapping[str, Any], name: str, *, unless_given: bool = False) -> bool:
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise WrongField(name, "det ska vara sant eller falskt", "it must be true or false")
    return unless_given if value is None else value
