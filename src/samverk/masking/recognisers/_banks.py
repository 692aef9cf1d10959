"""Clearing numbers of Swedish banks, and how many digits an account has there. Facts alone.

Source: Bankgirot, "Bankernas kontonummer". A row is the first and the last clearing number of a bank and the fewest and the most
digits of the account beside it.
"""

from bisect import bisect_right

_TYPE_1, _TYPE_2, _SWEDBANK = (7, 7), (10, 10), (6, 11)

CLEARING: tuple[tuple[int, int, tuple[int, int]], ...] = (
    (1100, 1199, _TYPE_1),  # Nordea
    (1200, 1399, _TYPE_1),  # Danske Bank
    (1400, 2099, _TYPE_1),  # Nordea
    (2300, 2399, _TYPE_1),  # Ålandsbanken
    (2400, 2499, _TYPE_1),  # Danske Bank
    (3000, 3299, _TYPE_1),  # Nordea
    (3300, 3300, (7, 10)),  # Nordea, personal accounts: a personnummer
    (3301, 3399, _TYPE_1),  # Nordea
    (3400, 3409, _TYPE_1),  # Länsförsäkringar
    (3410, 3781, _TYPE_1),  # Nordea
    (3782, 3782, (7, 10)),  # Nordea, personal accounts
    (3783, 4999, _TYPE_1),  # Nordea
    (5000, 5999, _TYPE_1),  # SEB
    (6000, 6999, (7, 9)),  # Handelsbanken
    (7000, 7999, _TYPE_1),  # Swedbank
    (8000, 8999, _SWEDBANK),  # and savings banks: without leading zeros, or with the fifth digit of the clearing number
    (9020, 9029, _TYPE_1),  # Länsförsäkringar
    (9040, 9049, _TYPE_1),  # Citibank
    (9060, 9069, _TYPE_1),  # Länsförsäkringar
    (9070, 9079, _TYPE_1),  # Multitude Bank
    (9100, 9109, _TYPE_1),  # Nordnet
    (9120, 9124, _TYPE_1),  # SEB
    (9130, 9149, _TYPE_1),  # SEB
    (9150, 9169, _TYPE_1),  # Skandia
    (9170, 9179, _TYPE_1),  # Ikano
    (9180, 9189, _TYPE_2),  # Danske Bank
    (9190, 9199, _TYPE_1),  # DNB
    (9230, 9239, _TYPE_1),  # Marginalen
    (9250, 9259, _TYPE_1),  # SBAB
    (9260, 9269, _TYPE_1),  # DNB
    (9270, 9279, _TYPE_1),  # ICA Banken
    (9280, 9289, _TYPE_1),  # Resurs
    (9300, 9349, _TYPE_2),  # Swedbank, formerly Sparbanken Öresund
    (9390, 9399, _TYPE_1),  # Landshypotek
    (9400, 9449, _TYPE_1),  # Forex
    (9460, 9469, _TYPE_1),  # Santander
    (9470, 9479, _TYPE_1),  # BNP Paribas
    (9500, 9549, (2, 10)),  # Plusgirot
    (9550, 9569, _TYPE_1),  # Avanza
    (9570, 9579, _TYPE_2),  # Sparbanken Syd
    (9580, 9589, _TYPE_1),  # Aion
    (9590, 9599, _TYPE_1),  # Erik Penser
    (9630, 9639, _TYPE_1),  # Lån & Spar
    (9640, 9649, _TYPE_1),  # Nordax
    (9650, 9659, _TYPE_1),  # MedMera
    (9660, 9669, _TYPE_1),  # Svea
    (9670, 9679, _TYPE_1),  # JAK
    (9680, 9689, _TYPE_1),  # BlueStep
    (9700, 9709, _TYPE_1),  # Ekobanken
    (9710, 9719, _TYPE_1),  # Lunar
    (9750, 9759, _TYPE_1),  # Northmill
    (9780, 9789, _TYPE_1),  # Klarna
    (9880, 9889, _TYPE_1),  # Riksgälden
    (9890, 9899, _TYPE_2),  # Riksgälden
    (9960, 9969, (2, 10)),  # Plusgirot
)
_FIRSTS = [first for first, _, _ in CLEARING]


def sizes_of(clearing: int) -> tuple[int, int] | None:
    """The fewest and the most digits of an account with the clearing number; None when no bank has it."""
    _, last, sizes = CLEARING[bisect_right(_FIRSTS, clearing) - 1]
    return sizes if clearing <= last else None
