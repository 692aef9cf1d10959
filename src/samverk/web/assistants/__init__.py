"""The area of assistants: the gallery, the builder, versions, and the prompt library."""

from starlette.routing import BaseRoute, Route

from samverk.web.areas import sent, shown
from samverk.web.assistants import begin, builder, gallery, prompts, publishing, versions


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    one = "/bygg/{assistant}"
    return [
        Route("/assistenter", gallery.show),
        *shown("/assistenter/delade/{share:uuid}", gallery.shared),
        *sent("/assistenter/{assistant}/fast", gallery.pin),
        *shown("/bygg/ny", begin.show, begin.create),
        *shown(one, builder.show, builder.send),
        *shown(f"{one}/kasta", builder.confirm_drop, builder.drop),
        *shown(f"{one}/publicera", publishing.show, publishing.publish),
        *shown(f"{one}/versioner", versions.show),
        *shown(f"{one}/jamfor", versions.compared),
        *shown(f"{one}/aterga/{{version:int}}", versions.confirm_roll_back, versions.roll_back),
        *sent(f"{one}/avveckla", versions.retire),
        *sent(f"{one}/aterstall", versions.restore),
        *sent(f"{one}/dela", versions.share),
        *sent(f"{one}/sluta-dela", versions.unshare),
        *prompts.routes(),
    ]
