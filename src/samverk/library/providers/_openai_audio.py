"""Speech to text and text to speech as OpenAI's interface has them: a form with the recording, and a stream of sound."""

import io
import re
import wave
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import aiohttp
import orjson

from samverk.library import quirks
from samverk.library.ports import Endpoint, SpeechRequest, Transcription, TranscriptionRequest
from samverk.library.providers import _reasons as reasons
from samverk.library.providers._http import JSON, Exchange, Http, Post, address, count, key_headers


async def transcribe(http: Http, endpoint: Endpoint, request: TranscriptionRequest) -> Transcription:
    """What is said in a recording. Raises Unanswered, also for a server that takes the recording and answers later."""
    row = quirks.of(endpoint.url, endpoint.flavour)
    path = "/audio/translations" if request.translate else "/audio/transcriptions"
    headers = key_headers(endpoint, row.key_header, row.key_prefix)
    async with http.posted(endpoint, Post(address(endpoint.url, path), _form(endpoint, request), headers)) as exchange:
        if exchange.response.content_type == "application/json":
            return _told(exchange, await exchange.json(), request)
        text = (await exchange.whole()).decode("utf-8", errors="replace")
        return Transcription(text, seconds=_seconds_of_wave(request.audio))


def _form(endpoint: Endpoint, request: TranscriptionRequest) -> aiohttp.FormData:
    """The form. A list is a field that comes several times, as `timestamp_granularities[]`; streaming is never asked for.

    Of the file's name only its ending is sent: servers tell formats by it, and the rest may name a person.
    """
    ending = re.search(r"\.[A-Za-z0-9]{1,8}$", request.filename)
    form = aiohttp.FormData()
    name = f"audio{ending[0] if ending else ''}"
    form.add_field("file", request.audio, filename=name, content_type=request.mime)
    form.add_field("model", endpoint.model)
    for name, value in request.options.items():
        if name not in ("file", "model", "stream"):
            for item in value if isinstance(value, list | tuple) else (value,):
                form.add_field(name, _field(item))
    return form


def _field(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _told(exchange: Exchange, body: Mapping[str, Any], request: TranscriptionRequest) -> Transcription:
    text = body.get("text")
    if not isinstance(text, str):
        raise exchange.failure(reasons.NOT_JSON)
    segments, usage = tuple(body.get("segments") or ()), body.get("usage") or {}
    known = (body.get("duration"), usage.get("seconds"), segments[-1].get("end") if segments else None)
    seconds = next((float(value) for value in known if value is not None), None)
    return Transcription(
        text=text,
        segments=segments,
        seconds=_seconds_of_wave(request.audio) if seconds is None else seconds,
        language=str(body.get("language") or ""),
        tokens_in=count(usage.get("input_tokens")),
        tokens_out=count(usage.get("output_tokens")),
        body=body,
    )


def _seconds_of_wave(audio: bytes) -> float | None:
    """How long a WAV is; None for other formats, whose length only a decoder knows."""
    try:
        with wave.open(io.BytesIO(audio)) as sound:
            return float(sound.getnframes() / sound.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError):
        return None


async def speak(http: Http, endpoint: Endpoint, request: SpeechRequest) -> AsyncGenerator[bytes, None]:
    """The sound of a text, as it is made. Raises Unanswered. Leaving stops the server."""
    row = quirks.of(endpoint.url, endpoint.flavour)
    asked = {"model": endpoint.model, "input": request.text, "voice": request.voice, "response_format": request.format}
    headers = {**JSON, **key_headers(endpoint, row.key_header, row.key_prefix)}
    body = orjson.dumps({**request.options, **asked})
    async with http.posted(endpoint, Post(address(endpoint.url, "/audio/speech"), body, headers)) as exchange:
        if exchange.response.content_type == "application/json":
            raise exchange.reported((await exchange.json()).get("error"))
        while chunk := await exchange.response.content.readany():
            exchange.told = True
            yield chunk
        if not exchange.told:
            raise exchange.failure(reasons.EMPTY)
