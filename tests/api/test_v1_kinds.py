"""Vectors, sound, pictures and the list of models through `/v1`, as OpenAI's client sees them."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx2 as httpx
import openai
import pytest
from openai import AsyncOpenAI

from samverk.core.levels import Level
from samverk.library.cards import Kind, ModelCard
from samverk.library.ports import Endpoint
from tests.platform import Served

KINDS: dict[str, Kind] = {"vektorer": "embeddings", "röst": "speech", "bilder": "image"}
SLUGS = {"vektorer": "vektorer", "röst": "rost", "bilder": "bilder"}
OPEN: dict[str, Any] = {"samverk": {"level": "open"}}


@pytest.fixture(scope="module", autouse=True)
def _models(platform: Served) -> None:
    for name, kind in KINDS.items():
        for slug, model in ((SLUGS[name], name), (f"failing-{SLUGS[name]}", "failing")):
            card = ModelCard(slug=slug, name=name, kind=kind, approved_for=Level.SENSITIVE, context_tokens=512)
            platform.run(platform.rooms.library.adopt(platform.a.id, card, Endpoint("fake", model), "tests"))
    card = ModelCard(slug="granby-vektorer", name="x", kind="embeddings", approved_for=Level.SENSITIVE)
    platform.run(platform.rooms.library.adopt(platform.b.id, card, Endpoint("fake", "x"), "tests"))


@pytest.fixture
async def client(platform: Served) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=f"{platform.url}/v1", api_key=platform.a.keys["chat"], max_retries=0) as client:
        yield client


async def test_vectors_come_as_the_client_asks_by_itself_and_as_numbers(client: AsyncOpenAI) -> None:
    """The client asks for base64 unless told otherwise, and makes numbers of it."""
    texts = ["fyra veckor", "sju dagar", "fyra veckor"]
    made = await client.embeddings.create(model="vektorer", input=texts)
    plain = await client.embeddings.create(model="vektorer", input=texts, encoding_format="float")
    packed = await client.embeddings.create(model="vektorer", input=texts, encoding_format="base64")
    assert [item.embedding for item in made.data] == [item.embedding for item in plain.data]
    assert made.data[0].embedding == made.data[2].embedding != made.data[1].embedding
    assert isinstance(packed.data[0].embedding, str)
    assert [item.index for item in made.data] == [0, 1, 2]
    assert made.usage.prompt_tokens == made.usage.total_tokens == 6
    assert made.model == "vektorer"
    assert made.samverk["model"] == "vektorer"
    sized = await client.embeddings.create(model="vektorer", input="ett", dimensions=7)
    assert len(sized.data[0].embedding) == 7


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"input": [1, 2, 3]}, "input"),
        ({"input": [[1, 2], [3]]}, "input"),
        ({"input": []}, "input"),
        ({"input": ""}, "input[0]"),
        ({"input": ["a", ""]}, "input[1]"),
        ({"input": ["a"] * 2049}, "input"),
        ({"input": {"a": 1}}, "input"),
        ({"input": "a", "dimensions": 0}, "dimensions"),
        ({"input": "a", "dimensions": "sju"}, "dimensions"),
        ({"input": "a", "encoding_format": "hex"}, "encoding_format"),
    ],
)
async def test_what_no_vectors_are_made_of(client: AsyncOpenAI, fields: dict[str, Any], param: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        await client.post("/embeddings", body={"model": "vektorer", **fields}, cast_to=object)
    assert caught.value.param == param


async def test_a_recording_is_written_down_in_every_format(client: AsyncOpenAI, platform: Served) -> None:
    said = "Nämnden beslutar enligt förslaget.".encode()
    file = ("möte.wav", said, "audio/wav")
    plain = await client.audio.transcriptions.create(model="rost", file=file, extra_body=OPEN)
    assert plain.text == said.decode()
    assert plain.samverk["model"] == "rost"
    for form in ("text", "srt", "vtt"):
        text = await client.audio.transcriptions.create(model="rost", file=file, response_format=form)
        assert text == said.decode()
    full = await client.audio.transcriptions.create(
        model="rost",
        file=file,
        response_format="verbose_json",
        language="sv",
        temperature=0.2,
        timestamp_granularities=["word", "segment"],
    )
    assert full.duration == full.segments[0].end == len(said) / 100
    assert full.language == "sv"
    assert full.usage.seconds == len(said) / 100
    _, asked = platform.model.asked[-1]
    assert (asked.filename, asked.mime, asked.audio) == ("möte.wav", "audio/wav", said)
    assert asked.options["timestamp_granularities"] == ["word", "segment"]
    assert asked.options["temperature"] == 0.2
    assert asked.options["language"] == "sv"
    assert not asked.translate
    english = await client.audio.translations.create(model="rost", file=file)
    assert english.text == said.decode()
    assert platform.model.asked[-1][1].translate


async def test_a_recording_that_nobody_marked_may_hold_anything(client: AsyncOpenAI) -> None:
    file = ("a.mp3", b"hej", "audio/mpeg")
    answer = await client.audio.transcriptions.create(model="rost", file=file)
    assert answer.samverk["level"] == "sensitive"
    with pytest.raises(openai.PermissionDeniedError):
        await client.audio.transcriptions.create(model="rost", file=file, extra_body={"samverk": {"level": "secret"}})
    text = await client.audio.transcriptions.with_raw_response.create(model="rost", file=file, response_format="text")
    assert text.headers["x-samverk-level"] == "sensitive"
    assert text.headers["x-samverk-record"]


async def test_a_recording_is_bounded_and_must_be_there(platform: Served) -> None:
    async with httpx.AsyncClient(base_url=f"{platform.url}/v1/audio", timeout=30) as http:
        http.headers["Authorization"] = f"Bearer {platform.a.keys['chat']}"
        large = await http.post("/transcriptions", data={"model": "rost"}, files={"file": ("a.wav", b"a" * 3_000_000)})
        missing = await http.post("/transcriptions", data={"model": "rost"}, files={"other": ("a.wav", b"a")})
        none = await http.post("/transcriptions", files={"model": (None, "rost")})
        json = await http.post("/transcriptions", json={"model": "rost"})
        unnamed = await http.post("/transcriptions", files={"file": ("a.wav", b"a")})
        wrong = await http.post(
            "/transcriptions", data={"model": "rost", "temperature": "nan"}, files={"file": ("a.wav", b"a")}
        )
        cut = await http.post(
            "/transcriptions", headers={"Content-Type": "multipart/form-data; boundary=x"}, content=b"--x\r\nConte"
        )
    told = [(r.status_code, r.json()["error"]["param"]) for r in (large, missing, none, json, unnamed, wrong, cut)]
    assert told == [
        (413, None),
        (400, None),
        (400, "file"),
        (415, None),
        (400, "model"),
        (400, "temperature"),
        (400, None),
    ]
    uploads = platform.rooms.settings.home / "uploads"
    assert not list(uploads.iterdir()), "nothing is left behind"


async def test_a_text_is_read_aloud_as_it_is_made(client: AsyncOpenAI, platform: Served) -> None:
    async with client.audio.speech.with_streaming_response.create(
        model="rost", voice="alva", input="Hej på dig", response_format="wav", speed=1.2
    ) as sound:
        assert sound.headers["content-type"] == "audio/wav"
        assert sound.headers["x-samverk-model"] == "rost"
        assert await sound.read() == "Hej på dig ".encode()
    _, asked = platform.model.asked[-1]
    assert (asked.voice, asked.format, dict(asked.options)) == ("alva", "wav", {"speed": 1.2})
    for fields, param in (
        ({"input": ""}, "input"),
        ({"input": "a" * 5000}, "input"),
        ({"voice": ""}, "voice"),
        ({"voice": {}}, "voice.id"),
        ({"response_format": "midi"}, "response_format"),
        ({"stream_format": "sse"}, "stream_format"),
    ):
        with pytest.raises(openai.BadRequestError) as caught:
            body = {"model": "rost", "input": "Hej", "voice": "alva", **fields}
            await client.post("/audio/speech", body=body, cast_to=object)
        assert caught.value.param == param


async def test_pictures_are_drawn(client: AsyncOpenAI) -> None:
    drawn = await client.images.generate(model="bilder", prompt="en älg", n=2, size="256x256")
    assert [base64.b64decode(image.b64_json).decode() for image in drawn.data] == ["en älg"] * 2
    assert drawn.usage.total_tokens == 22
    assert drawn.samverk["model"] == "bilder"
    linked = await client.images.generate(model="bilder", prompt="en älg", response_format="url")
    assert linked.data[0].url.startswith("https://")
    assert linked.data[0].b64_json is None
    for fields, param in (
        ({"prompt": ""}, "prompt"),
        ({"n": 11}, "n"),
        ({"stream": True}, "stream"),
        ({"size": 5}, "size"),
    ):
        with pytest.raises(openai.BadRequestError) as caught:
            await client.post("/images/generations", body={"model": "bilder", "prompt": "x", **fields}, cast_to=object)
        assert caught.value.param == param


async def test_a_failing_model_is_a_502_of_every_kind(client: AsyncOpenAI) -> None:
    calls = (
        client.embeddings.create(model="failing-vektorer", input="x"),
        client.audio.transcriptions.create(model="failing-rost", file=("a.wav", b"x")),
        client.audio.speech.create(model="failing-rost", voice="a", input="x"),
        client.images.generate(model="failing-bilder", prompt="x"),
    )
    for call in calls:
        with pytest.raises(openai.APIStatusError) as caught:
            await call
        assert (caught.value.status_code, caught.value.code) == (502, "model_failed")


async def test_a_model_of_another_kind_is_refused_with_the_reason(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.PermissionDeniedError) as caught:
        await client.embeddings.create(model="chatty", input="x")
    assert "other_kind" in [reason["code"] for reason in caught.value.body["samverk"]["reasons"]]


async def test_models_are_listed_with_what_they_are(client: AsyncOpenAI) -> None:
    models = {model.id: model async for model in client.models.list()}
    assert {models[slug].samverk["kind"] for slug in SLUGS.values()} == set(KINDS.values())
    assert models["vektorer"].samverk["context_tokens"] == 512
    assert models["chatty"].samverk["abilities"] == ["abstain"]
    assert "granby-vektorer" not in models


async def test_the_models_of_another_organisation_are_not_there_in_any_kind(client: AsyncOpenAI) -> None:
    calls = (
        client.embeddings.create(model="granby-vektorer", input="x"),
        client.responses.create(model="granby-vektorer", input="x"),
        client.audio.transcriptions.create(model="granby-vektorer", file=("a.wav", b"x")),
        client.audio.speech.create(model="granby-vektorer", voice="a", input="x"),
        client.images.generate(model="granby-vektorer", prompt="x"),
        client.models.retrieve("granby-vektorer"),
    )
    for call in calls:
        with pytest.raises(openai.NotFoundError) as caught:
            await call
        assert caught.value.code == "model_not_found"


async def test_two_kinds_at_once(client: AsyncOpenAI) -> None:
    vectors, drawn, heard = await asyncio.gather(
        client.embeddings.create(model="vektorer", input="ett"),
        client.images.generate(model="bilder", prompt="två"),
        client.audio.transcriptions.create(model="rost", file=("a.wav", b"tre")),
    )
    assert len(vectors.data) == 1
    assert base64.b64decode(drawn.data[0].b64_json).decode() == "två"
    assert heard.text == "tre"
