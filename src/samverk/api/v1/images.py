"""`POST /v1/images/generations`: pictures of a text, as base64 unless an address is asked for."""

import time
from typing import Any, Literal, cast

import orjson

from samverk.api.refusals import WrongField
from samverk.api.v1.arrived import Arrived
from samverk.api.v1.asked import HELD_BACK
from samverk.api.v1.direct import opened, wished
from samverk.library.ports import Image, ImageRequest, Images

MOST_PICTURES = 10  # in one call, as OpenAI has it
_FORMATS = ("b64_json", "url")
_OWN_FIELDS = (
    frozenset({"model", "prompt", "n", "size", "response_format", "stream", "partial_images", "samverk"}) | HELD_BACK
)


async def draw(arrived: Arrived) -> None:
    """As OpenAI's generation of images."""
    fields = await arrived.json()
    if fields.flag("stream"):
        raise WrongField("stream", "bilder ges hela", "pictures are given whole")
    request = ImageRequest(
        fields.needed("prompt"),
        fields.count("n", MOST_PICTURES),
        fields.text("size"),
        cast("Literal['url', 'b64_json']", fields.choice("response_format", _FORMATS, _FORMATS[0])),
        fields.beside(_OWN_FIELDS),
    )
    said = wished(arrived, fields)

    async def work() -> None:
        call = await opened(arrived, arrived.rooms.gateway.draw, said, request)
        made: Images = await call.answering.result()
        body = {"created": int(time.time()), "data": [_shown(image) for image in made.items], **_counted(made)}
        await arrived.tell(orjson.dumps({**body, "samverk": call.samverk()}), headers=call.headers())

    await arrived.while_listening(work())


def _shown(image: Image) -> dict[str, str]:
    told = {"url": image.url, "b64_json": image.b64_json, "revised_prompt": image.revised_prompt}
    return {name: value for name, value in told.items() if value}


def _counted(made: Images) -> dict[str, Any]:
    if made.tokens_in is None and made.tokens_out is None:
        return {}
    read, drawn = made.tokens_in or 0, made.tokens_out or 0
    details = {"text_tokens": read, "image_tokens": 0}
    told = {"input_tokens": read, "output_tokens": drawn, "total_tokens": read + drawn, "input_tokens_details": details}
    return {"usage": told}
