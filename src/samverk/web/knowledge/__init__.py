"""The area of knowledge: collections, their documents, and passages where they stand."""

from starlette.routing import BaseRoute, Route

from samverk.web.areas import sent, shown
from samverk.web.knowledge import (
    collections,
    document,
    documents,
    meaning,
    pictured,
    seeking,
    settings,
    sources,
    uploads,
)


def routes() -> list[BaseRoute]:
    """The addresses of the area. A collection that is shared with us stands under its organisation, so it comes last."""
    return [
        *citizens(),
        *shown("/kunskap", collections.listing),
        *shown("/kunskap/sok", seeking.show),
        *shown(meaning.HOME, meaning.show, meaning.begin),
        *sent(f"{meaning.HOME}/av", meaning.turn_off),
        *sent(f"{meaning.HOME}/{{model}}/prova", meaning.attempt),
        *sent(f"{meaning.HOME}/{{model}}/pa", meaning.turn_on),
        *shown(f"{meaning.HOME}/{{model}}/ta-bort", meaning.ask_forget, meaning.forget),
        *shown("/kunskap/ny", settings.new, settings.create),
        *sent("/kunskap/borttagna/{collection:uuid}", collections.restore),
        *shown("/kunskap/{slug}", collections.show),
        *sent("/kunskap/{slug}/filer", uploads.send),
        *shown("/kunskap/{slug}/filer/lage", uploads.progress),
        *shown("/kunskap/{slug}/installningar", settings.edit, settings.save),
        *shown("/kunskap/{slug}/delning", settings.sharing, settings.share),
        *shown("/kunskap/{slug}/kallor", sources.listing),
        *shown("/kunskap/{slug}/kallor/ny", sources.new, sources.create),
        *shown("/kunskap/{slug}/ta-bort", collections.confirm_delete, collections.delete),
        *shown("/kunskap/{owner}/{slug}", collections.show_shared),
        *shown("/kallor/{source:uuid}", sources.show),
        *shown("/kallor/{source:uuid}/andra", sources.edit, sources.save),
        *sent("/kallor/{source:uuid}/synka", sources.run),
        *sent("/kallor/{source:uuid}/pausa", sources.pause),
        *sent("/kallor/{source:uuid}/ta-bort", sources.remove),
        *sent("/kallor/{source:uuid}/aterstall", sources.restore),
        *shown("/synkningar/{sync:uuid}", sources.report),
        *sent("/synkningar/{sync:uuid}/avbryt", sources.cancel),
        *sent("/synkningar/{sync:uuid}/svar", sources.answer),
        *sent("/synkningar/{sync:uuid}/aterstall", sources.bring_back),
        *shown("/dokument/{document:uuid}", document.show),
        *sent("/dokument/{document:uuid}/fil", document.replace),
        *sent("/dokument/{document:uuid}/las-igen", document.read_again),
        *sent("/dokument/{document:uuid}/ta-bort", document.delete),
        *sent("/dokument/{document:uuid}/aterstall", document.restore),
    ]


def citizens() -> list[BaseRoute]:
    """Those that citizens have too: sources may be read where they were cited."""
    return [
        Route("/stycken/{passage:uuid}", documents.passage),
        Route("/sidor/{version:uuid}/{page:int}", pictured.picture),
        Route("/original/{document:uuid}/{version:uuid}", documents.original),
    ]
