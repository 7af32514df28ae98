"""Money: an exact amount with its currency."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

from typing_extensions import override

_CURRENCY = re.compile(r"[A-Z]{3}")
_DIGITS_MAX = 19
_WHOLE_DIGITS_MAX = 15
_PLACES_MAX = 12

# ISO 4217 minor units where they are not 2.
_EXPONENTS = {
    "JPY": 0,
    "KRW": 0,
    "CLP": 0,
    "ISK": 0,
    "VND": 0,
    "BHD": 3,
    "KWD": 3,
    "JOD": 3,
    "OMR": 3,
    "TND": 3,
}


class MoneyError(ValueError):
    """An amount or a currency that cannot be money, or two currencies in one sum."""


def exponent(currency: str) -> int:
    """Decimal places of the currency's minor unit (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """A finite decimal amount in one currency; arithmetic refuses to mix currencies.

    Digits are bounded, so that sums stay exact in Python's 28 digits and no text makes a giant number.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not self.amount.is_finite():
            raise MoneyError(f"not an exact, finite amount: {self.amount!r}")
        if len(self.amount.as_tuple().digits) > _DIGITS_MAX or self.amount.adjusted() >= _WHOLE_DIGITS_MAX:
            raise MoneyError(f"more than {_DIGITS_MAX} digits, {_WHOLE_DIGITS_MAX} of them whole")
        if self._scale() < -_PLACES_MAX:
            raise MoneyError(f"more than {_PLACES_MAX} decimal places")
        if not _CURRENCY.fullmatch(self.currency):
            raise MoneyError(f"not an ISO 4217 currency code: {self.currency!r}")

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Money:
        """Money from digits as written.

        Raises:
            MoneyError: the text is not a finite decimal, or the currency no code.
        """
        try:
            return cls(Decimal(amount), currency)
        except InvalidOperation as error:
            raise MoneyError(f"not an amount: {amount!r}") from error

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(Decimal(0), currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    @override
    def __str__(self) -> str:
        places = self.amount.normalize().as_tuple().exponent
        needed = -places if isinstance(places, int) else 0
        return f"{self.amount:,.{max(exponent(self.currency), needed)}f} {self.currency}"

    @property
    def is_zero(self) -> bool:
        return self.amount == 0

    @property
    def is_positive(self) -> bool:
        return self.amount > 0

    @property
    def is_whole_minor_units(self) -> bool:
        """Whether the amount can be paid: no fraction of the currency's minor unit."""
        return self.rounded() == self

    def rounded(self) -> Money:
        """To the currency's minor unit, half away from zero."""
        unit = Decimal(1).scaleb(-exponent(self.currency))
        return Money(self.amount.quantize(unit, rounding=ROUND_HALF_UP), self.currency)

    def _scale(self) -> int:
        places = self.amount.as_tuple().exponent
        return places if isinstance(places, int) else 0

    def _same(self, other: Money) -> Decimal:
        if self.currency != other.currency:
            raise MoneyError(f"{self.currency} and {other.currency} in one sum")
        return other.amount


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; zero in the given currency when there is nothing to add."""
    result = Money.zero(currency)
    for amount in amounts:
        result += amount
    return result


def split(whole: Money, weights: Sequence[Decimal]) -> list[Money]:
    """Splits money by weights into payable parts whose sum is the whole.

    The largest remainders take the spare minor units; ties go to the earlier part.

    Raises:
        MoneyError: no weight is positive, one is negative, or the whole is not payable.
    """
    if not whole.is_whole_minor_units or any(weight < 0 for weight in weights) or sum(weights) <= 0:
        raise MoneyError("a split needs a payable whole and weights with a positive sum")
    unit = Decimal(1).scaleb(-exponent(whole.currency))
    units = int(whole.amount / unit)
    weight_sum = sum(map(Fraction, weights))
    exact = [abs(units) * Fraction(weight) / weight_sum for weight in weights]
    floors = [int(share) for share in exact]
    spare = abs(units) - sum(floors)
    by_remainder = sorted(range(len(weights)), key=lambda index: (floors[index] - exact[index], index))
    for index in by_remainder[:spare]:
        floors[index] += 1
    sign = -1 if units < 0 else 1
    return [Money(sign * part * unit, whole.currency) for part in floors]
