"""A model that nobody offers: a steward says where it is reached and what it is for, and it is tried before it is saved."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Conflict, Invalid, SamverkError
from samverk.gateway.budgets import amount_of
from samverk.gateway.trial import Tried, tried, unadopted
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted
from samverk.identity.principal import Principal
from samverk.library import providers, quirks
from samverk.library.cards import ABILITIES, ModelCard
from samverk.library.endpoints import check
from samverk.library.ports import Endpoint
from samverk.web.asked import number_in
from samverk.web.models import trying
from samverk.web.models.cards import HOSTINGS, KINDS, LEVELS
from samverk.web.models.managing import steward
from samverk.web.pages import language_of, page, reader_of, see_other, texts_of
from samverk.web.said import Said, say
from samverk.web.texts import Texts

PLACE = "/modeller/ny"
PRICES = ("price_in", "price_out", "price_minute", "price_image")
_TEXTS = ("name", "slug", "server", "url", "model", "level", "hosting", "kind", "context_tokens", "currency", *PRICES)
_UNLESS_SAID = {"kind": "chat", "context_tokens": "32768", "currency": "SEK"}
_COMPATIBLE = "openai_compatible"


async def show(request: Request) -> Response:
    """The form."""
    return await _page(request, await steward(request), _UNLESS_SAID)


async def _page(
    request: Request,
    who: Principal,
    fields: Mapping[str, str],
    error: SamverkError | None = None,
    test: Tried | None = None,
) -> Response:
    """The form as it was filled in, but for the key: that is never shown again."""
    words, language = texts_of(request), language_of(request)
    failed = test.error if test else None
    context = {
        "fields": {name: fields.get(name, "") for name in _TEXTS},
        "abilities": [(name, words("models.ability." + name), f"ability.{name}" in fields) for name in ABILITIES],
        "servers": _servers(words),
        "levels": [("", words("models.choose_level")), *((level, words("level." + level)) for level in LEVELS)],
        "hostings": [("", words("models.new.choose")), *((one, words("hosting." + one)) for one in HOSTINGS)],
        "kinds": [(kind, words("models.kind." + kind)) for kind in KINDS],
        "prices": [(name, words("models.new." + name)) for name in PRICES],
        "wrong": defaultdict(str, {str(error.facts.get("param", "form")): error.message(language)} if error else {}),
        "failed": failed.message(language) if failed else "",
        **trying.shown(test, words),
        "error": error.message(language) if error else "",
    }
    status = error.status if error else 400 if failed else 200
    response = page(request, "models/new.html", context, reader=await reader_of(request, who), status=status)
    return trying.audible(response, test)


def _servers(words: Texts) -> list[tuple[str, str]]:
    """The kinds of servers: the vendors that are known by name, and any other that speaks one of the interfaces."""
    native = [name for name in providers.names() if name not in (_COMPATIBLE, "extractive")]
    rows = [(f"{_provider(name)}:{name}", row.vendor) for name, row in quirks.ROWS.items() if name not in native]
    named = sorted(
        [*rows, *((f"{name}:", quirks.ROWS[name].vendor) for name in native)], key=lambda one: one[1].lower()
    )
    return [*named, (f"{_COMPATIBLE}:", words("models.new.other_server"))]


def _provider(flavour: str) -> str:
    return flavour if flavour in providers.names() else _COMPATIBLE


async def add(request: Request) -> Response:
    """Try the model, and save it if it answers; `untried` saves it as it is, and `look` shows the answer and saves nothing."""
    who, sent = await posted(request, steward)
    fields = {**{name: sent.get(name, "").strip() for name in _TEXTS}, **_ticked(sent)}
    rooms = rooms_of(request)
    try:
        card, endpoint = _card(fields), _endpoint(fields, sent.get("key", "").strip())
        if any(one.card.slug == card.slug for one in await rooms.library.models(who.org_id, stopped=True)):
            raise _taken(card.slug)
        if sent.get("act") != "untried":
            test = await _tried(request, who, card, endpoint)
            if test.error is not None or sent.get("act") == "look":
                return await _page(request, who, fields, test=test)
        adopted = await rooms.library.curation.put(who, card, endpoint)
    except (Invalid, Conflict) as error:
        return await _page(request, who, fields, error)
    return say(request, see_other(f"/modeller/{card.slug}"), Said("model.adopted", {"name": adopted.card.name}))


async def _tried(request: Request, who: Principal, card: ModelCard, endpoint: Endpoint) -> Tried:
    """A test call of the model that the form describes, in the first way of its kind that it answers to."""
    words, gateway = texts_of(request), rooms_of(request).gateway
    tests = []
    for act in trying.acts_of(card.kind):
        tests.append(await tried(gateway, who, card.slug, trying.sample(act, words), unadopted(card, endpoint)))
        if tests[-1].error is None:
            return tests[-1]
    return tests[0]


def _ticked(sent: Mapping[str, str]) -> dict[str, str]:
    return {f"ability.{name}": "yes" for name in ABILITIES if f"ability.{name}" in sent}


def _card(fields: Mapping[str, str]) -> ModelCard:
    """The card that the form describes. Raises Invalid, naming the field."""
    for name, known in (("level", LEVELS), ("hosting", HOSTINGS), ("kind", KINDS)):
        if fields[name] not in known:
            raise _choose(name)
    if not fields["model"]:
        raise Invalid(sv="Ange vad modellen heter på servern.", en="Say what the model is called there.", param="model")
    if not re.fullmatch(r"[A-Za-z]{3}", fields["currency"]):
        raise _wrong("currency")
    vendor = quirks.ROWS[fields["server"].partition(":")[2]].vendor if _row(fields["server"]) else ""
    said: dict[str, Any] = {
        "slug": fields["slug"] or slug_of(fields["name"] or fields["model"]),
        "name": fields["name"] or fields["model"],
        "vendor": vendor,
        "kind": fields["kind"],
        "hosting": fields["hosting"],
        "approved_for": fields["level"],
        "context_tokens": number_in(fields["context_tokens"]) or 0,
        "currency": fields["currency"].upper(),
        "abilities": [name for name in ABILITIES if f"ability.{name}" in fields],
        **{name: _price(fields, name) for name in PRICES},
    }
    try:
        return ModelCard.model_validate({**said, "approved_for": LEVELS.index(fields["level"])})
    except ValidationError as error:
        raise _wrong(str(error.errors()[0]["loc"][0])) from error


def _row(server: str) -> bool:
    return server.partition(":")[2] in quirks.ROWS


def _endpoint(fields: Mapping[str, str], key: str) -> Endpoint:
    """Where the form says that the model is reached. Raises Invalid, naming the field."""
    provider, _, flavour = fields["server"].partition(":")
    url = fields["url"] or (quirks.ROWS[provider].address if provider in quirks.ROWS else "")
    endpoint = Endpoint(provider, fields["model"], url, key or None, flavour)
    if not url:
        raise Invalid(sv="Ange serverns adress.", en="Give the server's address.", param="url")
    check(endpoint)
    return endpoint


def slug_of(name: str) -> str:
    """A short name that addresses and programs can have: `Gemma 3 (4b)` is `gemma-3-4b`."""
    plain = name.lower().translate(str.maketrans("åäöéü", "aaoeu"))
    return re.sub(r"[^a-z0-9._:]+", "-", plain).strip("-._:")[:100]


def _price(fields: Mapping[str, str], name: str) -> int:
    """A price in millionths; nothing and 0 are free. Raises Invalid."""
    text = fields[name]
    if not text.strip("0,. "):
        return 0
    try:
        return amount_of(text, "money")
    except Invalid as error:
        raise _wrong(name) from error


def _choose(name: str) -> Invalid:
    told = {
        "level": (
            "Välj vilken informationsklass modellen får ta emot.",
            "Choose the level that the model may receive.",
        ),
        "hosting": ("Välj var modellen körs.", "Choose where the model runs."),
        "kind": ("Välj vad modellen gör.", "Choose what the model does."),
    }
    sv, en = told[name]
    return Invalid(sv=sv, en=en, param=name)


_WRONG = {
    "slug": (
        "Kortnamnet får bara ha a–z, siffror och . _ : - och högst 100 tecken. Det börjar med en bokstav eller siffra.",
        "The short name may have only a–z, digits and . _ : -, at most 100 characters. It begins with a letter or digit.",
    ),
    "context_tokens": (
        "Skriv ett helt antal token, till exempel 32768.",
        "Write a whole number of tokens, such as 32768.",
    ),
    "currency": (
        "Skriv valutan med tre bokstäver, till exempel SEK.",
        "Write the currency with three letters, such as SEK.",
    ),
}
_PRICE = ("Skriv priset som ett tal, till exempel 12,50.", "Write the price as a number, such as 12.50.")


def _wrong(name: str) -> Invalid:
    sv, en = (
        _PRICE if name in PRICES else _WRONG.get(name, (f"Fältet {name} går inte att använda.", f"The field {name}."))
    )
    return Invalid(sv=sv, en=en, param=name)


def _taken(slug: str) -> Conflict:
    return Conflict(
        sv=f"Det finns redan en modell med kortnamnet {slug}. Välj ett annat.",
        en=f"There is a model with the short name {slug} already. Choose another.",
        param="slug",
    )
