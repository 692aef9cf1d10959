"""The rows of servers: which row is whose, and what becomes of options. And that the documentation tells every row."""

import re
from pathlib import Path
from typing import Any

import pytest

from samverk.library import quirks

GUIDE = Path(__file__).parents[2] / "docs/howto/own-model.md"


@pytest.mark.parametrize(
    ("url", "row"),
    [
        ("http://127.0.0.1:11434/v1", "ollama"),
        ("http://gpu.lan:11434/v1", "ollama"),
        ("https://api.mistral.ai/v1", "mistral"),
        ("https://API.openai.com/v1", "openai"),
        ("https://minkommun.openai.azure.com/openai/v1", "azure"),
        ("https://0a1b.ifr.fr-par.scaleway.com/v1", "scaleway"),
        ("https://oai.endpoints.kepler.ai.cloud.ovh.net/v1", "ovhcloud"),
    ],
)
def test_a_server_is_known_by_its_host(url: str, row: str) -> None:
    assert quirks.of(url) is quirks.ROWS[row]


@pytest.mark.parametrize(
    "url",
    ["https://llm.example/v1", "", "http://[", "https://api.openai.com.example/v1", "https://notapi.openai.com/v1"],
)
def test_an_unknown_server_is_plain(url: str) -> None:
    assert quirks.of(url) is quirks.PLAIN
    assert quirks.fitted(quirks.PLAIN, "m", {"n": 2, "eget": {"x": 1}}) == ({"n": 2, "eget": {"x": 1}}, ())


def test_the_flavour_of_an_endpoint_counts_more_than_its_host() -> None:
    assert quirks.of("https://api.openai.com/v1", "mistral") is quirks.ROWS["mistral"]
    assert quirks.of("https://proxy.example", "", "anthropic") is quirks.ROWS["anthropic"]


@pytest.mark.parametrize(
    ("row", "model", "options", "kept", "ignored"),
    [
        ("mistral", "m", {"seed": 0, "max_completion_tokens": 5}, {"random_seed": 0, "max_tokens": 5}, ()),
        ("openai", "gpt-4o", {"max_tokens": 5, "temperature": 1}, {"max_completion_tokens": 5, "temperature": 1}, ()),
        ("openai", "gpt-4o", {"max_tokens": 5, "max_completion_tokens": 9}, {"max_completion_tokens": 9}, ()),
        ("openai", "o3-mini", {"temperature": 1, "top_p": 0.5}, {}, ("temperature", "top_p")),
        ("openai", "gpt-5-mini", {"temperature": 1}, {}, ("temperature",)),
        ("openai", "gpt-5-chat-latest", {"temperature": 1}, {"temperature": 1}, ()),
        ("xai", "grok-4", {"stop": "x"}, {}, ("stop",)),
        ("xai", "grok-4-fast-non-reasoning", {"stop": "x"}, {"stop": "x"}, ()),
        ("groq", "m", {"n": 2, "top_k": 1}, {"top_k": 1}, ("n",)),
        ("anthropic", "claude-opus-4-8", {"temperature": 1}, {}, ("temperature",)),
        ("anthropic", "claude-sonnet-4-5", {"temperature": 1}, {"temperature": 1}, ()),
    ],
)
def test_what_becomes_of_options(
    row: str, model: str, options: dict[str, Any], kept: dict[str, Any], ignored: tuple[str, ...]
) -> None:
    assert quirks.fitted(quirks.ROWS[row], model, options) == (kept, ignored)


def test_the_guide_tells_every_row_with_its_address() -> None:
    told = {
        cells[0].strip(" `"): (cells[1].strip(), cells[2].strip(" `"))
        for line in GUIDE.read_text("utf-8").splitlines()
        if re.match(r"\| `\w+` \|", line) and (cells := line.strip("|").split("|"))
    }
    assert told == {name: (row.vendor, row.address) for name, row in quirks.ROWS.items()}
