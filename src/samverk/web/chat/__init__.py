"""The area of asking: an assistant's page, answers as they are written, how they came about, what the reader thought."""

from starlette.routing import BaseRoute, Route

from samverk.web.areas import sent, shown
from samverk.web.chat import asking, attaching, downloads, runs


def routes(assistants: str) -> list[BaseRoute]:
    """The addresses of the area, for members and citizens alike. `assistants` is where assistants are found."""
    return [
        Route("/runs/{run:uuid}/events", runs.events),
        *sent("/runs/{run:uuid}/stop", runs.stop),
        Route("/svar/{run:uuid}", runs.trace),
        Route("/svar/{run:uuid}.{suffix}", downloads.answer),
        *sent("/svar/{run:uuid}/omdome", runs.feedback),
        *shown("/samtal/{conversation:uuid}", asking.conversation),
        Route("/samtal/{conversation:uuid}.{suffix}", downloads.conversation),
        *sent("/bilagor", attaching.attach),
        Route("/bilagor/{attached:uuid}", attaching.state),
        *sent("/bilagor/{attached:uuid}/{document:uuid}/ta-bort", attaching.remove),
        *sent("/bilagor/{attached:uuid}/{document:uuid}/ater", attaching.restore),
        *shown(f"{assistants}/{{assistant}}", asking.begin, asking.ask),
    ]
