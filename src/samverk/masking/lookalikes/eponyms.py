"""Diseases, scales and laws that are named after persons, and figures of fiction: nobody's data."""

from itertools import product

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
_LAWS = "Sarah Maria Bobby Laval Lisa Lasse Lotta Britney".split()
_FIGURES = (
    *("Pippi Långstrump", "Emil i Lönneberga", "Alfons Åberg", "Karlsson på taket", "Ronja Rövardotter", "Nalle Puh"),
    *("Musse Pigg", "Kalle Anka", "Kajsa Anka", "Harry Potter", "Sherlock Holmes", "Hercule Poirot", "Kurt Wallander"),
    *(
        "James Bond",
        "Mulle Meck",
        "Pettson och Findus",
        "Nils Holgersson",
        "Kalle Blomkvist",
        "Romeo och Julia",
        "Robin Hood",
    ),
    *("Peter Pan", "Nancy Drew", "Madicken", "Mio min Mio", "Bröderna Lejonhjärta", "Svenne Banan", "Moder Svea"),
)

LOOKALIKE = Shape(
    "EPONYM",
    one_of(
        [
            *(f"{name}{s}{gap}{what}" for name, s, gap, what in product(_PEOPLE, ("", "s"), " -", _NAMED_SO)),
            *(f"{lex} {name}" for lex, name in product(("lex", "Lex"), _LAWS)),
            *(figure + s for figure, s in product(_FIGURES, ("", "s"))),
        ]
    ),
    against=("PERSON",),
)
