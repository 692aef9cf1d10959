"""Check digits: arithmetic on digits, nothing else. Every function takes ASCII digits without separators."""

_DOUBLED = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
"""Twice a digit, the digits of the product added."""


def luhn(digits: str) -> bool:
    """Whether the last digit is right by Luhn's sum (modulus 10): personnummer, organisation numbers, giros, cards, OCR.

    Source: ISO/IEC 7812-1, annex B.
    """
    numbers = digits.encode()
    doubled = sum(numbers[-2::-2].translate(_DOUBLED))
    single = sum(numbers[-1::-2]) - 48 * len(numbers[-1::-2])
    return (doubled + single) % 10 == 0


def mod11(digits: str) -> bool:
    """Whether the weighted sum (1, 2, … 10, 1, … from the right) is divisible by 11: many Swedish bank accounts.

    Source: Bankgirot, "Bankernas kontonummeruppbyggnad".
    """
    return sum(int(digit) * (place % 10 + 1) for place, digit in enumerate(reversed(digits))) % 11 == 0


def mod97(text: str) -> bool:
    """Whether letters and digits, the first four moved last and A–Z read as 10–35, leave 1 when divided by 97: IBAN.

    Source: ISO 13616-1 and ISO/IEC 7064. False for what holds anything but ASCII letters and digits.
    """
    if not (text.isascii() and text.isalnum() and len(text) > 4):
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def ean(digits: str) -> bool:
    """Whether the sum with weights 1 and 3, from the right, is divisible by 10: EAN-8, EAN-13 and ISBN-13.

    Source: GS1 General Specifications, section 7.9.
    """
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))) % 10 == 0
