"""`/v1/audio/*`: a recording is written down or put into English, a text is read aloud."""

import asyncio
import math
from contextlib import suppress
from typing import Any

import orjson

from samverk.api.refusals import WrongField
from samverk.api.v1.arrived import JSON, Arrived
from samverk.api.v1.asked import HELD_BACK
from samverk.api.v1.direct import Wished, opened, wished
from samverk.api.v1.fields import Fields, wrong
from samverk.http.uploads import ReceivedForm
from samverk.library.ports import SPEECH_TYPES, SpeechRequest, Transcription, TranscriptionRequest

_TEXTS = {"text": b"text/plain; charset=utf-8", "srt": b"application/x-subrip", "vtt": b"text/vtt; charset=utf-8"}
_FORMATS = ("json", "verbose_json", *_TEXTS)
_LISTS = ("timestamp_granularities", "include")
_OF_RECORDING = frozenset({"model", "stream", "samverk"}) | HELD_BACK
_OF_SPEECH = frozenset({"model", "input", "voice", "response_format", "stream_format", "samverk"}) | HELD_BACK
_UNKNOWN = "application/octet-stream"
_LONGEST = 4096  # characters of speech in one call, as OpenAI has it


async def transcribe(arrived: Arrived) -> None:
    """As OpenAI's transcriptions."""
    await _written(arrived, translate=False)


async def translate(arrived: Arrived) -> None:
    """As OpenAI's translations: English, whatever is spoken."""
    await _written(arrived, translate=True)


async def speak(arrived: Arrived) -> None:
    """As OpenAI's speech: the sound as it is made."""
    fields = await arrived.json()
    if fields.choice("stream_format", ("audio", "sse"), "audio") == "sse":
        raise WrongField("stream_format", "ljudet strömmas som det är", "the sound is streamed as it is")
    text, format = fields.needed("input"), fields.choice("response_format", SPEECH_TYPES, "mp3")
    if len(text) > _LONGEST:
        raise WrongField(
            "input", f"högst {_LONGEST} tecken läses upp åt gången", f"at most {_LONGEST} characters at a time"
        )
    voice = fields.object("voice").needed("id") if isinstance(fields.get("voice"), dict) else fields.needed("voice")
    request, said = SpeechRequest(text, voice, format, fields.beside(_OF_SPEECH)), wished(arrived, fields)

    async def work() -> None:
        call = await opened(arrived, arrived.rooms.gateway.speak, said, request)
        await arrived.sound(call.answering.events(), SPEECH_TYPES[format].encode(), call.headers)

    await arrived.while_listening(work())


async def _written(arrived: Arrived, *, translate: bool) -> None:
    async with arrived.form("file") as form:
        fields = _fields(form)
        format = fields.choice("response_format", _FORMATS, "json")
        if fields.get("stream") == "true":
            raise WrongField("stream", "texten ges hel", "the text is given whole")
        said, options = wished(arrived, fields), fields.beside(_OF_RECORDING)
        if not form.files:
            raise wrong("file", "needed")
        [file] = form.files
        sound = await asyncio.to_thread(file.path.read_bytes)
    request = TranscriptionRequest(sound, file.name, file.mime or _UNKNOWN, options, translate)
    await arrived.while_listening(_told(arrived, request, said, format))


async def _told(arrived: Arrived, request: TranscriptionRequest, said: Wished, format: str) -> None:
    call = await opened(arrived, arrived.rooms.gateway.transcribe, said, request)
    heard: Transcription = await call.answering.result()
    if format in _TEXTS:
        await arrived.tell(heard.text.encode(), _TEXTS[format], call.headers())
    else:
        body = {**shown(heard, verbose=format == "verbose_json"), "samverk": call.samverk()}
        await arrived.tell(orjson.dumps(body), JSON, call.headers())


def _fields(form: ReceivedForm) -> Fields:
    """The form's fields as JSON would have them: lists by `name[]`, numbers as numbers, `samverk[level]` as an object."""
    values: dict[str, Any] = dict(form.fields)
    for name in _LISTS:
        values.pop(f"{name}[]", None)
        if several := [value for key, value in form.pairs if key in (name, f"{name}[]")]:
            values[name] = several
    said = {name: values.pop(f"samverk[{name}]") for name in ("level", "masking") if f"samverk[{name}]" in values}
    if masking := said.get("masking"):
        said["masking"] = {"true": True, "false": False}.get(masking.lower(), masking)
    if said:
        values["samverk"] = said
    if "temperature" in values:
        values["temperature"] = _number(values["temperature"])
    return Fields(values)


def _number(text: str) -> float:
    with suppress(ValueError):
        if math.isfinite(number := float(text)):
            return number
    raise WrongField("temperature", "det ska vara ett tal", "it must be a number")


def shown(heard: Transcription, *, verbose: bool) -> dict[str, Any]:
    """What was said, as JSON: the server's own answer, with what must be there."""
    body = {**heard.body, "text": heard.text}
    if verbose:
        segments = [dict(segment) for segment in heard.segments]
        body |= {"duration": heard.seconds or 0.0, "language": heard.language, "segments": segments}
    if "usage" not in body and heard.seconds is not None:
        body["usage"] = {"type": "duration", "seconds": heard.seconds}
    return body
