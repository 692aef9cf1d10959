"""The organisation's colour as a style sheet and its logo: for everybody, under addresses that name their content."""

from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import NotFound
from samverk.http.rooms import rooms_of
from samverk.identity.colours import Scheme, is_colour, is_readable, palette

FOREVER = "public, max-age=31536000, immutable"
# A picture is a picture: opened by itself it runs nothing, loads nothing and belongs to no site.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


async def colours_of(request: Request) -> Response:
    """The colours that follow from the brand's, for both schemes. Raises NotFound for a colour that no organisation can have."""
    colour = f"#{request.path_params['colour']}"
    if not is_colour(colour) or not is_readable(colour):
        raise NotFound("file")
    return Response(_sheet(colour), media_type="text/css; charset=utf-8", headers={"Cache-Control": FOREVER})


async def logo(request: Request) -> Response:
    """The logo; from an older page's address the newest, not to be kept. Raises NotFound."""
    identity = rooms_of(request).identity
    org = await identity.org(request.path_params["slug"])
    data, kind, digest = await identity.organisation.logo(org.id)
    headers = {
        "Cache-Control": FOREVER if request.path_params["digest"] == digest else "no-cache",
        "Content-Security-Policy": PICTURE_POLICY,
        "Content-Disposition": "inline",
    }
    return Response(data, media_type=kind, headers=headers)


@lru_cache(maxsize=256)
def _sheet(colour: str) -> str:
    """The variables of `app.css` that the brand changes, under the same selectors."""
    both = palette(colour)
    light, dark = _rule(both.light), _rule(both.dark)
    return (
        f":root{{{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root[data-theme=auto]{{{dark}}}}}\n"
        f":root[data-theme=dark]{{{dark}}}\n"
        f"@media print{{:root{{{light}}}}}\n"
    )


def _rule(scheme: Scheme) -> str:
    return f"--brand:{scheme.brand};--on-brand:{scheme.on_brand};--brand-soft:{scheme.soft}"
