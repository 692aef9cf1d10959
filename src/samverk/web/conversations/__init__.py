"""The area of one's conversations: finding, naming, keeping and deleting them."""

from starlette.routing import BaseRoute, Route

from samverk.web.areas import sent, shown
from samverk.web.conversations import changes, folders, history

ONE = "/samtal/{conversation:uuid}"
FOLDER = "/samtal/mappar/{folder:uuid}"


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    return [
        *citizens(),
        Route("/samtal/alla.json", history.export),
        *sent(f"{ONE}/fast", changes.pin),
        *shown(f"{ONE}/mapp", folders.choose, folders.move),
        *shown("/samtal/mappar/ny", folders.new, folders.make),
        *shown(FOLDER, folders.edit, folders.rename),
        *shown(f"{FOLDER}/radera", folders.confirm_delete, folders.delete),
    ]


def citizens() -> list[BaseRoute]:
    """Those that citizens have too."""
    return [
        *shown("/samtal", history.show),
        *shown(f"{ONE}/namn", changes.title, changes.rename),
        *sent(f"{ONE}/radera", changes.delete),
        *sent(f"{ONE}/avsluta", changes.end),
        *sent("/samtal/valda", changes.chosen),
        *sent("/samtal/aterstall", changes.restore),
    ]
