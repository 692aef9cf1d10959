"""Masking texts and putting the values back. A scope is the key's own: another key with the same name for it has another one."""

from typing import Annotated, Literal, Self

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints, model_validator

from samverk.api.refusals import WrongField
from samverk.api.rest.keyed import Caller, KeyedRoute, Reached, needs
from samverk.api.rest.shapes import Label, Sent, Text
from samverk.core.ids import new_id
from samverk.identity.principal import Principal
from samverk.masking.ports import Span
from samverk.masking.publishing import publish
from samverk.masking.service import Masker

router = APIRouter(tags=["masking"], route_class=KeyedRoute)

ScopeName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$")]
_Many = Field(min_length=1, max_length=1000)


class TextsIn(Sent):
    """A text, or several that belong together."""

    text: Text | None = None
    texts: Annotated[list[Text], _Many] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.text is None) == (self.texts is None):
            raise ValueError("send either text or texts")
        return self

    @property
    def all(self) -> list[str]:
        """The texts."""
        return self.texts if self.texts is not None else [self.text or ""]


class MaskIn(TextsIn):
    """What to mask and how.

    `scope`: where a value keeps its token; a new one unless given. `labels`: only these sorts. `careful`: also what is less sure.
    `style`: tokens or made-up values. `irreversible`: nothing is kept. Unless given, the organisation's settings decide.
    """

    scope: ScopeName | None = None
    labels: Annotated[list[Label], Field(max_length=100)] | None = None
    careful: bool | None = None
    style: Literal["token", "surrogate"] | None = None
    irreversible: Literal["generalise", "black", "replace"] | None = None


class SpanOut(BaseModel):
    """What was found: a half-open range of code points in the text as it was sent, its sort, and how sure (0 to 1)."""

    start: int
    end: int
    label: str
    score: float


class MaskedOut(BaseModel):
    """A masked text, and what was found in it."""

    masked: str
    spans: list[SpanOut]


class MaskOut(BaseModel):
    """The texts in their order. `scope` puts the values back; null where they are gone for good."""

    texts: list[MaskedOut]
    scope: str | None


class UnmaskIn(TextsIn):
    """Texts in which the values of a scope are to be put back."""

    scope: ScopeName


class UnmaskedOut(BaseModel):
    """A text with its values. `invented` are tokens that were never given: they stay as they are."""

    text: str
    invented: list[str]


class UnmaskOut(BaseModel):
    """The texts in their order."""

    texts: list[UnmaskedOut]


@router.post("/mask", openapi_extra=needs("chat"))
async def mask(body: MaskIn, rooms: Reached, who: Caller) -> MaskOut:
    """Texts with personal data replaced: the same value by the same token in all of the scope."""
    if body.irreversible and body.scope:
        raise WrongField(
            "scope", "ingenting sparas när det inte går att återställa", "nothing is kept of what is final"
        )
    masker = await rooms.masking.bound(who.org_id)
    found = await _found(masker, body)
    if body.irreversible:
        pairs = zip(body.all, found, strict=True)
        return _told([publish(text, spans, body.irreversible) for text, spans in pairs], found, None)
    scope = body.scope or new_id().hex
    masked = await masker.mask(body.all, _kept(who, scope), spans=found, style=body.style)
    return _told(masked.texts, found, scope)


@router.post("/unmask", openapi_extra=needs("chat"))
async def unmask(body: UnmaskIn, rooms: Reached, who: Caller) -> UnmaskOut:
    """Texts with the values of a scope put back, also where a model wrote the tokens in its own way."""
    masker = await rooms.masking.bound(who.org_id)
    restored = await masker.unmask(body.all, _kept(who, body.scope))
    return UnmaskOut(texts=[UnmaskedOut(text=one.text, invented=list(one.invented)) for one in restored])


@router.delete("/scopes/{scope}", status_code=204, openapi_extra=needs("chat"))
async def end_scope(scope: ScopeName, rooms: Reached, who: Caller) -> None:
    """End a scope: its values are erased and can never be put back."""
    await rooms.masking.end(who.org_id, _kept(who, scope))


async def _found(masker: Masker, body: MaskIn) -> list[list[Span]]:
    """What is to be masked. Raises WrongField for a label that there is no recogniser for."""
    careful = masker.settings.careful if body.careful is None else body.careful
    for label in body.labels or ():
        if label not in masker.labels:
            raise WrongField("labels", f"sorten {label} finns inte", f"the sort {label} does not exist")
    found = await masker.found(body.all, careful=careful)
    if body.labels is None:
        return found
    return [[span for span in spans if span.label in body.labels] for spans in found]


def _kept(who: Principal, scope: str) -> str:
    """How a scope is called among all of the organisation: by its owner first, so that nobody reaches another's."""
    return f"{who.owner}:{scope}"


def _told(masked: list[str], found: list[list[Span]], scope: str | None) -> MaskOut:
    texts = [
        MaskedOut(
            masked=text,
            spans=[SpanOut(start=one.start, end=one.end, label=one.label, score=one.score) for one in spans],
        )
        for text, spans in zip(masked, found, strict=True)
    ]
    return MaskOut(texts=texts, scope=scope)
