"""The area of models: the cards of the library, and what stewards do with them."""

from starlette.routing import BaseRoute, Route

from samverk.web.areas import sent, shown
from samverk.web.models import adding, cards, catalogues, managing, offers


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    one, place = "/modeller/{model}", "/modeller/{model}/platser/{place}"
    catalogue = f"{catalogues.HOME}/{{catalogue}}"
    return [
        Route("/modeller", cards.gallery),
        Route("/modeller/jamfor", cards.compare),
        *shown(adding.PLACE, adding.show, adding.add),
        *shown("/modeller/ej-granskade", offers.show, offers.adopt),
        *shown(catalogues.HOME, catalogues.show_all, catalogues.follow),
        *shown(catalogue, catalogues.show, catalogues.adopt),
        *sent(f"{catalogue}/uppdatera", catalogues.update),
        *shown(f"{catalogue}/lamna", catalogues.ask_leave, catalogues.leave),
        Route(one, cards.card),
        Route(f"{one}/hantera", managing.show),
        *sent(f"{one}/skarp", managing.tighten),
        *sent(f"{one}/granskning", managing.certify),
        *sent(f"{one}/platser", managing.add_place),
        *sent(f"{place}/nyckel", managing.replace_key),
        *shown(f"{place}/ta-bort", managing.ask_remove_place, managing.remove_place),
        *sent(f"{one}/prova", managing.attempt),
        *sent(f"{one}/prova/inspelning", managing.attempt_recording),
        *shown(f"{one}/ur-bruk", managing.ask_retire, managing.retire),
        *sent(f"{one}/i-bruk", managing.restore),
    ]
