"""The examples of the guide to keys and clients do what they say, word for word but for the address and the key."""

import asyncio
import re
from pathlib import Path

import pytest

from samverk.api.v1 import OPERATIONS
from samverk.core.levels import Level
from samverk.identity.principal import system
from samverk.library.cards import Kind, ModelCard
from samverk.library.fake import Script
from samverk.library.ports import Endpoint, Finish
from tests.api.test_v1_chat import upstream
from tests.api.upstream import Upstream
from tests.platform import Served

__all__ = ["upstream"]
GUIDE = Path(__file__).parents[2] / "docs/howto/keys-and-openai-client.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
SHOWN = [
    "verified",
    "Ansök i mars.stor-modell 0 SEK",
    "no_model",
    "Det blir soligt.",
    "Ansök i mars.",
    "Nämnden beslutar enligt förslaget.",
]
KINDS: dict[str, Kind] = {"vektorer": "embeddings", "rost": "speech", "bilder": "image"}


@pytest.fixture(scope="module", autouse=True)
def _models(platform: Served, upstream: Upstream) -> None:
    """What the guide takes for granted: an assistant and models of these names."""
    library, org = platform.rooms.library, platform.a
    platform.model.scripts["stor-modell"] = Script(("Ansök ", "i mars."), Finish("stop", 9, 4))
    tools = platform.run(library.model(org.id, "tools"))
    body = platform.run(platform.rooms.assistants.get(system(org.id), "regelhjalpen")).body
    platform.run(platform.rooms.assistants.save(org.id, "handlaggarstod", body, system(org.id)))
    cards = {
        slug: ModelCard(slug=slug, name=slug, kind=kind, approved_for=Level.SENSITIVE) for slug, kind in KINDS.items()
    }
    cards["stor-modell"] = ModelCard(slug="stor-modell", name="Stor", approved_for=Level.INTERNAL)
    for slug, card in cards.items():
        platform.run(library.adopt(org.id, card, Endpoint("fake", slug), "tests"))
    card = tools.card.model_copy(update={"slug": "modell-med-verktyg"})
    platform.run(library.adopt(org.id, card, tools.endpoint, "tests"))


def test_every_operation_is_told_and_no_other() -> None:
    page = (GUIDE.parents[1] / "reference/api.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(GET|POST) (/v1/\S+)` \|", page, re.MULTILINE)
    assert set(told) == {(method, path.replace(":path", "")) for method, path in OPERATIONS}


def test_every_example_is_tried() -> None:
    assert len(EXAMPLES) == len(SHOWN)


@pytest.mark.parametrize(("example", "shown"), list(zip(EXAMPLES, SHOWN, strict=False)))
async def test_an_example_works(platform: Served, capsys: pytest.CaptureFixture[str], example: str, shown: str) -> None:
    here = example.replace("http://127.0.0.1:8400", platform.url).replace("sv-…", platform.a.keys["chat"])
    here = here.replace("Vem får besluta om en hyresskuld på två månader?", "Inom hur lång tid ska ett beslut fattas?")
    assert here != example
    await asyncio.to_thread(exec, compile(here, str(GUIDE), "exec"), {})
    assert shown in capsys.readouterr().out
