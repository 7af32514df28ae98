"""Cards: read from a request, judged, and reduced to what may be kept."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from hashlib import sha256

from counterfoil.sandbox.paytrace.outcomes import Reason, Refusal
from counterfoil.sandbox.paytrace.rows import StoredCard

# Publicly documented test cards with the security code that matches.
CSC_BY_TEST_CARD = {
    "4012000098765439": "999",
    "5499740000000057": "998",
    "6011000993026909": "996",
    "371449635392376": "9997",
    "4012881888818888": "999",
    "4111111111111111": "999",
}

_BRANDS = (
    ("Visa", re.compile(r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})")),
    (
        "MasterCard",
        re.compile(r"(?:5[1-5][0-9]{2}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720))[0-9]{12}"),
    ),
    ("American Express", re.compile(r"3[47][0-9]{13}")),
    ("Discover", re.compile(r"6(?:011|4[4-9][0-9]|5[0-9]{2})[0-9]{12}")),
)
_DIGITS_IN_TEXT = re.compile(r"[0-9](?:[ -]?[0-9]){12,}")
_LENGTHS = (19, 16, 15, 13)
_YEARS_TWO_DIGITS = 100
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Card:
    """A card as keyed; lives only while its request does."""

    number: str = field(repr=False)
    brand: str
    month: int
    year: int
    csc: str = field(repr=False)

    @property
    def csc_response(self) -> str:
        """`Match` for a test card's right code; a wrong one was recorded to answer nothing."""
        return "Match" if self.csc and CSC_BY_TEST_CARD.get(self.number) == self.csc else ""


@dataclass(frozen=True, slots=True)
class CardSeal:
    """Reduces cards to what may be kept; the key makes digests useless elsewhere."""

    key: bytes = field(repr=False)

    def digest(self, secret: str) -> str:
        return hmac.new(self.key, secret.encode(), sha256).hexdigest()

    def seal(self, card: Card) -> StoredCard:
        return StoredCard(
            digest=self.digest(card.number),
            last_four=card.number[-4:],
            brand=card.brand,
            month=card.month,
            year=card.year,
        )


def read_card(number: str, month: str, year: str, csc: str) -> Card | tuple[Refusal, ...]:
    """The card, or everything that is wrong with it.

    A year is judged only beside a good month: month 14 of 1999 was recorded to answer 35 and 43 alone.
    """
    brand = brand_of(number)
    refusals = [Refusal(Reason.CARD_NUMBER)] if brand is None else []
    if not month.isdecimal() or not 1 <= int(month) <= _MONTHS:
        refusals.append(Refusal(Reason.EXPIRATION_MONTH))
    elif not re.fullmatch(r"[0-9]{2}|[0-9]{4}", year):
        refusals.append(Refusal(Reason.EXPIRATION_YEAR))
    if brand is None or refusals:
        return tuple(refusals)
    full_year = int(year) if int(year) >= _YEARS_TWO_DIGITS else 2000 + int(year)
    return Card(number, brand, int(month), full_year, csc)


def brand_of(number: str) -> str | None:
    """The brand of a well-formed number; None where the gateway would refuse it."""
    if not is_luhn(number):
        return None
    return next((brand for brand, pattern in _BRANDS if pattern.fullmatch(number)), None)


def is_luhn(number: str) -> bool:
    """Whether the check digit is right."""
    if not (number.isascii() and number.isdigit()):
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def mask_numbers(text: str) -> str:
    """The text with every run of digits that holds a card number masked, so that no free field keeps one."""

    def masked(match: re.Match[str]) -> str:
        digits = re.sub(r"[ -]", "", match.group())
        found = (
            digits[start : start + length]
            for length in _LENGTHS
            for start in range(len(digits) - length + 1)
            if brand_of(digits[start : start + length])
        )
        number = next(found, None)
        return match.group() if number is None else mask(number[-4:], "x")

    return _DIGITS_IN_TEXT.sub(masked, text)


def mask(last_four: str, letter: str) -> str:
    """`xxxxxxxxxxxx5439`: always twelve letters, as recorded."""
    return letter * 12 + last_four
