"""Finding payment card numbers in text, however their digits are written or split."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_VISIBLE = r"\s.\-+_/\u00b7\u2010-\u2015\u2022\u2212"
_GAP = rf"(?:[{_INVISIBLE}{_VISIBLE}]|%[0-9A-Fa-f]{{2}}|&nbsp;)"
# A gap of more than three signs separates two things.
_RUN = re.compile(rf"\d(?:{_GAP}{{0,3}}\d){{12,}}")
_GAP_OR_DIGIT = re.compile(rf"(?P<gap>%[0-9A-Fa-f]{{2}}|&nbsp;|[{_VISIBLE}])|(?P<hidden>[{_INVISIBLE}])|\d")

# Issuer ranges as inclusive prefixes with the lengths in use (public issuer tables; verified for the
# brands that the gateway takes, inferred for the others).
_ISSUERS: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (4, 4, (19, 16, 13)),
    (51, 55, (16,)),
    (2221, 2720, (16,)),
    (34, 34, (15,)),
    (37, 37, (15,)),
    (6011, 6011, (19, 18, 17, 16)),
    (644, 649, (19, 18, 17, 16)),
    (65, 65, (19, 18, 17, 16)),
    (300, 305, (16, 14)),
    (3095, 3095, (16, 14)),
    (36, 36, (14,)),
    (38, 39, (16, 14)),
    (3528, 3589, (19, 18, 17, 16)),
    (62, 62, (19, 18, 17, 16)),
    (5018, 5018, (19, 18, 16)),
    (5020, 5020, (19, 18, 16)),
    (5038, 5038, (19, 18, 16)),
    (6304, 6304, (19, 18, 16)),
    (6759, 6763, (19, 18, 16)),
)

# Numbers of these lengths are as often a shop system's identifier as a card.
_DOUBTFUL_LENGTHS = frozenset({13, 14})
_CONTEXT = re.compile(
    r"card|visa|diners|credit|debit|\bpan\b|\bcc\b|cvv|cvc|\bcsc\b|expir|\bexp\b", re.IGNORECASE
)
_CONTEXT_REACH = 48

# The sum of the digits of each doubled digit, for Luhn's check.
_DOUBLED = dict(zip("0123456789", (0, 2, 4, 6, 8, 1, 3, 5, 7, 9), strict=True))

# Groups in which people and forms write card numbers.
_GROUPINGS = frozenset({(4, 6, 5), (4, 6, 4), (4, 4, 5), (4, 4, 4, 4, 3), (4, 11), (10, 5)})
_PRINTED = 4


@dataclass(frozen=True, slots=True)
class _Digits:
    """A run of digits with where each stands and whether a visible gap precedes it."""

    text: str
    places: tuple[int, ...]
    starts: tuple[bool, ...]

    def is_boundary(self, index: int) -> bool:
        return index == len(self.text) or self.starts[index]

    def grouping(self, first: int, end: int) -> tuple[int, ...]:
        starts = [index for index in range(first, end) if index == first or self.starts[index]]
        return tuple(after - start for start, after in zip(starts, [*starts[1:], end], strict=True))


def find_card_numbers(text: str, *, everywhere: bool) -> Iterator[tuple[int, int]]:
    """Start and end of each card number in the text, left to right, without overlap.

    Found are 13 to 19 digits of an issuer's range with a right check digit; 13 and 14 digits only where
    words near them speak of cards. Digits must stand together or in groups as card numbers are written;
    `everywhere` also takes them out of longer runs and from any grouping, at the price of false alarms.
    """
    for run in _RUN.finditer(text):
        digits = _read_digits(text, run.start(), run.end())
        index = 0
        while index < len(digits.text):
            length = _length_at(text, digits, index, everywhere=everywhere)
            if length:
                yield digits.places[index], digits.places[index + length - 1] + 1
            index += length or 1


def has_right_check_digit(digits: str) -> bool:
    """Luhn's check over ASCII digits."""
    return (sum(map(int, digits[-1::-2])) + sum(map(_DOUBLED.__getitem__, digits[-2::-2]))) % 10 == 0


def _read_digits(text: str, start: int, end: int) -> _Digits:
    digits: list[str] = []
    places: list[int] = []
    starts: list[bool] = []
    after_gap = True
    for sign in _GAP_OR_DIGIT.finditer(text, start, end):
        if sign.group("gap"):
            after_gap = True
        elif not sign.group("hidden"):
            digits.append(str(unicodedata.decimal(sign.group())))
            places.append(sign.start())
            starts.append(after_gap)
            after_gap = False
    return _Digits("".join(digits), tuple(places), tuple(starts))


def _length_at(text: str, digits: _Digits, index: int, *, everywhere: bool) -> int:
    """How many digits from here are a card number; 0 when none."""
    if not everywhere and not digits.is_boundary(index):
        return 0
    for length in _lengths(digits.text[index : index + 4]):
        end = index + length
        if end > len(digits.text) or not has_right_check_digit(digits.text[index:end]):
            continue
        if not everywhere and not (
            digits.is_boundary(end) and _is_card_grouping(digits.grouping(index, end))
        ):
            continue
        if length in _DOUBTFUL_LENGTHS and not _has_context(text, digits.places[index]):
            continue
        return length
    return 0


@lru_cache(maxsize=16_384)
def _lengths(prefix: str) -> tuple[int, ...]:
    for low, high, lengths in _ISSUERS:
        digits = prefix[: len(str(low))]
        if digits and len(digits) == len(str(low)) and low <= int(digits) <= high:
            return lengths
    return ()


def _is_card_grouping(groups: tuple[int, ...]) -> bool:
    """All groups alike (the last may be shorter), printed groups, or those of four with a gap forgotten."""
    alike = len(set(groups[:-1])) <= 1 and groups[-1] <= groups[0]
    return alike or groups in _GROUPINGS or all(size % _PRINTED == 0 for size in groups)


def _has_context(text: str, place: int) -> bool:
    near = text[max(0, place - _CONTEXT_REACH) : place + _CONTEXT_REACH]
    return _CONTEXT.search(near) is not None
