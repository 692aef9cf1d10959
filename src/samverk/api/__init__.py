"""The interfaces for programs: `/v1` as OpenAI's clients speak it, `/api` for everything else. Knows HTTP; decides nothing."""

from starlette.routing import BaseRoute

from samverk.api import metrics, rest, v1

__all__ = ["direct", "routes"]

direct = v1.direct


def routes() -> list[BaseRoute]:
    """Every route of the interfaces. The application keeps its `Rooms` in `app.state.rooms`."""
    return [*v1.routes(), *rest.routes(), *metrics.routes()]
