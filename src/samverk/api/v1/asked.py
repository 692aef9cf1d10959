"""What a client asks of a model or an assistant, read from `/v1/chat/completions`. Pure: fields in, a question out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast, get_args

from samverk.answers.model import Turn
from samverk.api.refusals import UnknownModel, WrongField
from samverk.api.v1.fields import Fields, wrong
from samverk.core.levels import Level
from samverk.library.ports import ImagePart, Message, Part, Role, TextPart

ASSISTANT = "assistant:"
MOST_ANSWERS = 128  # to one question (`n`), as OpenAI has it
_ROLES = (*get_args(Role), "developer")
_OWN_FIELDS = frozenset({"model", "messages", "stream", "stream_options", "samverk"})
# These name a person or ask the other side to keep things: they are never sent on.
HELD_BACK = frozenset({"user", "safety_identifier", "prompt_cache_key", "metadata", "store"})
# What an assistant cannot do is refused when it is asked for in earnest, so that nobody waits for it in vain.
_NOT_OF_ASSISTANTS = ("tools", "functions", "logprobs", "audio", "prediction")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was understood. `level` is what the caller says that the information is worth; None: nothing said.

    `masking` says whether personal data may be masked so that a model may be used. `options` are the fields that are passed on,
    `held_back` those that are not. Without `keep` nothing of it is kept, whatever the organisation has chosen.
    """

    model: str
    messages: tuple[Message, ...]
    stream: bool = False
    include_usage: bool = False
    level: Level | None = None
    masking: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)
    held_back: tuple[str, ...] = ()
    keep: bool = True

    @property
    def assistant(self) -> str | None:
        """The slug of the assistant that is asked; None when a model is."""
        return self.model.removeprefix(ASSISTANT) if self.model.startswith(ASSISTANT) else None

    @property
    def answers(self) -> int:
        """How many answers are wanted."""
        return int(self.options.get("n", 1))

    @property
    def pictures(self) -> str | None:
        """Where the first message with a picture in it stands; None where there is none."""
        for i, message in enumerate(self.messages):
            if any(isinstance(part, ImagePart) for part in message.parts):
                return f"messages[{i}].content"
        return None


@dataclass(frozen=True, slots=True)
class Question:
    """What an assistant makes of the messages. `ignored` names what it had no use for."""

    text: str
    history: tuple[Turn, ...]
    ignored: tuple[str, ...]


def read(fields: Fields, level: Level | None = None) -> Asked:
    """The request in a body. `level` is what the caller has marked. Raises WrongField and UnknownModel."""
    fields.count("n", MOST_ANSWERS)
    return Asked(
        model=model_in(fields),
        messages=tuple(_message(item) for item in fields.objects("messages")),
        stream=fields.flag("stream"),
        include_usage=fields.object("stream_options").flag("include_usage"),
        level=level,
        masking=masking_in(fields),
        options=fields.beside(_OWN_FIELDS | HELD_BACK),
        held_back=held_back_in(fields),
        keep=keeping_in(fields),
    )


def model_in(fields: Fields) -> str:
    """The model that is asked for. Raises WrongField, and UnknownModel for a name that nothing can have."""
    model = fields.needed("model")
    if "\x00" in model:
        raise UnknownModel("")
    return model


def masking_in(fields: Fields) -> bool:
    """Whether personal data may be masked so that a model may be used."""
    return fields.object("samverk").flag("masking", unless_given=True)


def keeping_in(fields: Fields) -> bool:
    """Whether what is said may be kept: not, where the caller writes `store: false`."""
    return fields.get("store") is not False


def held_back_in(fields: Fields) -> tuple[str, ...]:
    """The fields that were given and are not sent on."""
    return tuple(sorted(HELD_BACK & fields.values.keys()))


def question_of(asked: Asked) -> Question:
    """The last message of the user is the question; what was said before it is history. Raises WrongField.

    An assistant has its own instructions and settings: those of the caller are left out, and named.
    """
    for name in _NOT_OF_ASSISTANTS:
        if asked.options.get(name):
            raise WrongField(name, "en assistent kan inte det här", "an assistant cannot do this")
    if asked.answers > 1:
        raise WrongField("n", "en assistent ger ett svar i taget", "an assistant gives one answer at a time")
    if asked.pictures:
        raise WrongField(asked.pictures, "en assistent läser bara text", "an assistant reads text only")
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


def _message(item: Fields) -> Message:
    role = item.choice("role", _ROLES)
    if not role:
        raise wrong(item.path("role"), "needed")
    extra = item.beside(("role", "content"))
    spoken = cast("Role", "system" if role == "developer" else role)
    return Message(spoken, _parts(item, needed=not extra), extra)


def _parts(item: Fields, *, needed: bool) -> tuple[Part, ...]:
    value = item.get("content")
    if value is None and not needed:  # a message that only calls tools
        return ()
    if isinstance(value, str):
        return (TextPart(value),)
    if not isinstance(value, list):
        why = "det ska vara text eller en lista med delar", "it must be text or a list of parts"
        raise WrongField(item.path("content"), *why)
    return tuple(_part(part) for part in item.objects("content"))


def _part(part: Fields) -> Part:
    match part.get("type"):
        case "text":
            return _text(part, "text")
        case "refusal":
            return _text(part, "refusal")
        case "image_url":
            shown = part.get("image_url")
            inner = Fields({"url": shown}, part.where) if isinstance(shown, str) else part.object("image_url")
            return picture(inner, "url")
    raise WrongField(part.where, "bara text och bilder tas emot", "only text and pictures are accepted")


def _text(part: Fields, name: str) -> TextPart:
    if part.get(name) is None:
        raise wrong(part.path(name), "needed")
    return TextPart(part.text(name))


def picture(shown: Fields, name: str) -> ImagePart:
    """A picture by its address, which is passed on: nobody fetches it here. Raises WrongField."""
    address = shown.needed(name)
    head, comma, _ = address[:200].partition(",")
    if address.startswith("https://"):
        mime = ""
    elif head.startswith("data:image/") and comma:
        mime = head[len("data:") :].partition(";")[0]
    else:
        why = (
            "det ska vara en adress med https: eller en bild med data:",
            "it must be an https: address or a data: picture",
        )
        raise WrongField(shown.path(name), *why)
    return ImagePart(address, mime, shown.text("detail"))
