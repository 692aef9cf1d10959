"""A model of each kind is asked in its own way, and what it answers is shown as what it is."""

import base64
import io
import wave

import pytest

from samverk.core.errors import ModelFailed
from samverk.core.levels import Level
from samverk.gateway import trial
from samverk.gateway.trial import ACTS, Asked, Media, tone, tried, unadopted
from samverk.identity.principal import Kind, Principal, Role
from samverk.library.cards import ModelCard
from samverk.library.fake import FakeProvider
from samverk.library.ports import Endpoint, Image, Images
from tests.gateway.door import ORG, Door

WHO = Principal(Kind.MEMBER, ORG, "samir", "Samir", Role.STEWARD)
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20


async def _tried(door: Door, kind: str, asked: Asked) -> trial.Tried:
    card = ModelCard(slug="ny", name="Ny", kind=kind, approved_for=Level.INTERNAL)
    return await tried(door.gateway, WHO, "ny", asked, unadopted(card, Endpoint("fake", "ny")))


async def test_vectors_are_counted(door: Door) -> None:
    found = await _tried(door, "embeddings", Asked("embeddings", "Hur överklagar jag?"))
    assert found.error is None
    assert found.numbers > 1
    assert found.model == "Ny"


async def test_texts_come_in_the_models_order(door: Door) -> None:
    documents = ("Biblioteket är öppet.", "Ett beslut överklagas skriftligt.", "Avfall hämtas.")
    found = await _tried(door, "rerank", Asked("rerank", "Hur överklagas beslut?", documents))
    assert {text for text, _ in found.ranked} == set(documents)
    assert [score for _, score in found.ranked] == sorted((score for _, score in found.ranked), reverse=True)


async def test_speech_is_a_sound_and_a_recording_becomes_text(door: Door) -> None:
    spoken = await _tried(door, "speech", Asked("speak", "Hej."))
    assert spoken.media
    assert spoken.media.type.startswith("audio/")
    written = await _tried(door, "speech", Asked("transcribe"))
    assert written.error is None
    assert written.answer


async def test_a_picture_is_shown_only_where_it_is_one(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(data: bytes) -> Images:
        return Images((Image(b64_json=base64.b64encode(data).decode()),))

    for data, media in ((PNG, Media("image/png", PNG)), (b"<svg onload=hacked()>", None)):

        async def draw(self: FakeProvider, *_: object, data: bytes = data) -> Images:
            return drawn(data)

        monkeypatch.setattr(FakeProvider, "draw", draw)
        assert (await _tried(door, "image", Asked("image", "Ett hus"))).media == media


async def test_a_model_of_another_kind_says_that_it_cannot(door: Door) -> None:
    found = await _tried(door, "embeddings", Asked("rerank", "Hur?", ("a", "b")))
    assert found.error is not None
    assert not isinstance(found.error, ModelFailed)  # refused before anything was sent


def test_every_kind_of_model_can_be_tried() -> None:
    assert ACTS.keys() == set(ModelCard.model_fields["kind"].annotation.__args__)  # type: ignore[union-attr]


def test_the_tone_is_a_second_of_sound() -> None:
    with wave.open(io.BytesIO(tone())) as file:
        assert file.getnframes() == file.getframerate()


def test_what_is_too_large_or_nothing_is_not_shown() -> None:
    assert trial._sound(b"") is None
    assert trial._sound(b"x" * (trial.MOST_BYTES + 1)) is None
    assert trial._sound(b"RIFF....WAVE") == Media("audio/wav", b"RIFF....WAVE")
