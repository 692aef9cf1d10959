"""Diseases and scales that are named after persons."""

from samverk.masking.lookalikes._shape import Shape, one_of

_PEOPLE = (
    *"""Addison Alzheimer Asperger Angelman Bechterew Behçet Bell Chagas Charcot Crohn Cushing Down Duchenne Dupuytren Edwards
    Fabry Gaucher Gilbert Graves Hashimoto Hirschsprung Hodgkin Huntington Kawasaki Klinefelter Korsakoff Ménière Menière Marfan
    Munchausen Münchausen Parkinson Perthes Raynaud Reiter Rett Schlatter Sjögren Tourette Turner Wernicke Williams Wilson Lewy
    Apgar Barthel Katz Glasgow Rorschach Wechsler Norton Downton Ehlers-Danlos Guillain-Barré Prader-Willi""".split(),
    "Ehlers Danlos",
    "Creutzfeldt-Jakob",
)
_NAMED_SO = """sjukdom sjukdomen syndrom syndromet syndrome disease pares test testet skala skalan index poäng fenomen lymfom
    demens kontraktur palsy score""".split()

LOOKALIKE = Shape("EPONYM", rf"{one_of(_PEOPLE, 's?[- ]')}{one_of(_NAMED_SO)}", against=("PERSON",))
