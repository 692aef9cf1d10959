"""Figures of fiction, and laws that are called by a name: nobody's data."""

from samverk.masking.lookalikes._shape import Shape, one_of

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
    "FIGURE",
    one_of([*_FIGURES, *(f"{lex} {name}" for name in _LAWS for lex in ("lex", "Lex"))], r"s?(?!\w)"),
    against=("PERSON",),
)
