"""Amounts and quantities: digits, however grouped, and the currency or unit after them."""

from samverk.masking.lookalikes._shape import FIRST_DIGIT, Shape, one_of

_UNITS = one_of(
    """kr Kr kronor kronors tkr mkr mnkr mdkr SEK KSEK MSEK TSEK öre kkr euro EUR USD NOK DKK dollar miljoner miljarder tusen
    invånare personer elever barn ärenden hushåll besök platser stycken st procent procentenheter promille kg ton gram km mil
    meter m2 kvm kvadratmeter hektar ha liter kWh MWh GWh kW MW timmar tim minuter dagar veckor månader år exemplar fordon
    bostäder lägenheter""".split()
)

LOOKALIKE = Shape(
    "MONEY",
    FIRST_DIGIT + r"(?<![0-9][ \u00a0.,][0-9])[0-9]{0,12}(?:[ \u00a0\u2009\u202f.,][0-9]{3}){0,5}(?:[.,][0-9]{1,3})?"
    rf"(?:[ \u00a0\u202f]?(?:[:,]-|{_UNITS}|[%‰€$£]))",
    0.95,
)
