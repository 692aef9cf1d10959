"""How servers differ from the plain interface that they speak: a row each, data only. What has no row is plain.

The plain interface is OpenAI's: unknown fields are passed on, the key is a bearer token, tokens are counted in the stream when
asked. A row says what a server calls otherwise, and what it refuses: that is left out of the call, and told (`Finish.ignored`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

_SAMPLING = frozenset({"temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs"})


@dataclass(frozen=True, slots=True)
class Quirks:
    """One row. `hosts` are ends of host names, with a port where that is what tells; `address` the usual base URL.

    `renamed` are names of fields as asked, and what they are called there. `refused` are fields that end the call. `models` are
    patterns of models' names, and what those models refuse besides. `in_messages` are fields of messages that are refused.
    """

    vendor: str = ""
    hosts: tuple[str, ...] = ()
    address: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    models: tuple[tuple[str, frozenset[str]], ...] = ()
    in_messages: frozenset[str] = frozenset()
    counts_when_asked: bool = True  # takes `stream_options`, which asks for the tokens of a stream
    key_header: str = "Authorization"
    key_prefix: str = "Bearer "


PLAIN = Quirks()

_OPENAI_MODELS = (
    # Models that think take no sampling: platform.openai.com/docs/guides/reasoning. The chat models of GPT-5 do.
    (r"^(o\d|gpt-5($|-(mini|nano|pro|codex|\d{4})))", _SAMPLING | {"logit_bias"}),
)

ROWS: Mapping[str, Quirks] = {
    # docs.ollama.com/api/openai-compatibility: the list of supported request fields
    "ollama": Quirks(
        "Ollama",
        hosts=(":11434", "ollama.com"),
        address="http://127.0.0.1:11434/v1",
        renamed={"max_completion_tokens": "max_tokens"},
        refused=frozenset({"n", "logit_bias", "parallel_tool_calls"}),
    ),
    # docs.vllm.ai/en/latest/serving/openai_compatible_server.html: all fields, and more of its own
    "vllm": Quirks("vLLM", address="http://127.0.0.1:8000/v1"),
    # The source of `transformers serve` 5.23: UNUSED_CHAT_COMPLETION_FIELDS have no effect (4.x answered them with 422);
    # fields that OpenAI does not have are answered with 422; the tokens come with the last piece, asked for or not
    "transformers": Quirks(
        "transformers serve",
        address="http://127.0.0.1:8000/v1",
        renamed={"max_completion_tokens": "max_tokens"},
        refused=frozenset(
            {"function_call", "functions", "logprobs", "top_logprobs", "n", "parallel_tool_calls", "presence_penalty"}
            | {"prediction", "reasoning_effort", "response_format", "service_tier", "tool_choice", "modalities"}
            | {"web_search_options", "audio", "metadata", "store", "user"}
        ),
        counts_when_asked=False,
    ),
    # docs.mistral.ai/api: unknown fields are answered with 422 (extra_forbidden); tokens are always counted
    "mistral": Quirks(
        "Mistral",
        hosts=("api.mistral.ai",),
        address="https://api.mistral.ai/v1",
        renamed={"max_completion_tokens": "max_tokens", "seed": "random_seed", "dimensions": "output_dimension"},
        refused=frozenset({"logprobs", "top_logprobs", "logit_bias", "service_tier", "verbosity", "modalities"}),
        counts_when_asked=False,
    ),
    # platform.openai.com/docs/api-reference/chat: `max_tokens` is refused by models that think
    "openai": Quirks(
        "OpenAI",
        hosts=("api.openai.com",),
        address="https://api.openai.com/v1",
        renamed={"max_tokens": "max_completion_tokens"},
        models=_OPENAI_MODELS,
    ),
    # learn.microsoft.com/azure/foundry/openai/api-version-lifecycle; the model is the name of the deployment.
    # An older address with `?api-version=…` works too: the query stays behind the path.
    "azure": Quirks(
        "Azure OpenAI",
        hosts=(".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com"),
        address="https://RESURS.openai.azure.com/openai/v1",
        renamed={"max_tokens": "max_completion_tokens"},
        models=_OPENAI_MODELS,
        key_header="api-key",
        key_prefix="",
    ),
    # docs.x.ai/docs/guides/reasoning: models that think refuse these
    "xai": Quirks(
        "xAI",
        hosts=("api.x.ai",),
        address="https://api.x.ai/v1",
        renamed={"max_tokens": "max_completion_tokens"},
        refused=frozenset({"logit_bias"}),
        models=(
            (r"^grok-(4|3-mini|code)(?!.*non-reasoning)", frozenset({"presence_penalty", "frequency_penalty", "stop"})),
            (r"^grok-4(?!.*non-reasoning)", frozenset({"reasoning_effort"})),
        ),
    ),
    # scaleway.com/en/docs/generative-apis/api-cli/using-chat-api: unsupported parameters
    "scaleway": Quirks(
        "Scaleway",
        hosts=("api.scaleway.ai", ".scaleway.com"),
        address="https://api.scaleway.ai/v1",
        refused=frozenset({"frequency_penalty", "n", "top_logprobs", "logit_bias"}),
    ),
    # api.berget.ai: vLLM behind; KB-Whisper for transcription, bge for reranking
    "berget": Quirks("Berget AI", hosts=("api.berget.ai",), address="https://api.berget.ai/v1"),
    # endpoints.ai.cloud.ovh.net: compatible with OpenAI's specification
    "ovhcloud": Quirks(
        "OVHcloud",
        hosts=(".ai.cloud.ovh.net",),
        address="https://oai.endpoints.kepler.ai.cloud.ovh.net/v1",
    ),
    # developer.infomaniak.com/docs/api/post/1/ai/{product_id}/openai/chat/completions: "UNUSED" fields
    "infomaniak": Quirks(
        "Infomaniak",
        hosts=("api.infomaniak.com",),
        address="https://api.infomaniak.com/1/ai/PRODUKT/openai",
        renamed={"max_completion_tokens": "max_tokens"},
        refused=frozenset({"n", "logit_bias"}),
    ),
    # console.groq.com/docs/openai: these are answered with 400
    "groq": Quirks(
        "Groq",
        hosts=("api.groq.com",),
        address="https://api.groq.com/openai/v1",
        refused=frozenset({"logprobs", "top_logprobs", "logit_bias", "n"}),
        in_messages=frozenset({"name"}),
    ),
    # platform.claude.com/docs: sampling is refused by the newer models (the guide to migrating to Opus 4.7)
    "anthropic": Quirks(
        "Anthropic",
        hosts=("api.anthropic.com",),
        address="https://api.anthropic.com/v1",
        models=((r"claude-(opus-(4-[7-9]|[5-9])|(sonnet|haiku|fable)-[5-9])", _SAMPLING | {"top_k"}),),
        key_header="x-api-key",
        key_prefix="",
    ),
    # ai.google.dev/api/generate-content
    "google": Quirks(
        "Google",
        hosts=("generativelanguage.googleapis.com",),
        address="https://generativelanguage.googleapis.com/v1beta",
        key_header="x-goog-api-key",
        key_prefix="",
    ),
}


@lru_cache(maxsize=1024)
def of(url: str, flavour: str = "", plain: str = "") -> Quirks:
    """The row of a server: its flavour's, else its host's, else that named `plain`, else the plain interface."""
    if flavour in ROWS:
        return ROWS[flavour]
    host = _host(url)
    found = (row for row in ROWS.values() if any(_is(host, end) for end in row.hosts))
    return next(found, ROWS.get(plain, PLAIN))


def _is(host: str, end: str) -> bool:
    return host == end or (end[0] in ".:" and host.endswith(end))


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def fitted(quirks: Quirks, model: str, options: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The options as the server takes them for a model, and the names of those that it does not, as they were asked.

    Where a field is given under both of its names, what the server calls it counts.
    """
    refused = quirks.refused.union(*(fields for pattern, fields in quirks.models if re.search(pattern, model)))
    kept = {name: value for name, value in options.items() if name not in refused}
    for asked, there in quirks.renamed.items():
        if asked in kept:
            value = kept.pop(asked)
            kept.setdefault(there, value)
    return kept, tuple(sorted(refused & options.keys()))
