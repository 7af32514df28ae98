"""What a shop tells of a customer and of where the customer's goods go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from typing_extensions import override

from counterfoil.domain.facts.fact import Fact, digest_of
from counterfoil.domain.facts.keys import FactError, PostingKey
from counterfoil.domain.identifiers import CustomerNumber


class CustomerField(Enum):
    """What may be told of a customer or of a delivery address."""

    NAME = "name"
    CONTACT = "contact"
    ADDRESS_1 = "address_1"
    ADDRESS_2 = "address_2"
    CITY = "city"
    STATE = "state"
    ZIP = "zip"
    COUNTRY = "country"
    PHONE = "phone"
    EMAIL = "email"
    SALESPERSON = "salesperson"
    TERRITORY = "territory"
    TAX_CODE = "tax_code"
    PRICE_CODE = "price_code"


OF_CUSTOMERS_ALONE = frozenset({CustomerField.TAX_CODE, CustomerField.PRICE_CODE})
"""What a delivery address does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """One field as it must become, with what the decision assumed that it holds."""

    field: CustomerField
    value: str
    assumed: str | None = None
    """None where whatever stands there is replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFact(Fact):
    """A customer is new, or fields of one change; what is not named stays as it is.

    Each change is a fact of its own, under the number of the event that told of it.
    """

    key: PostingKey
    number: CustomerNumber | None = None
    """None for a new customer who is numbered by the site's rule."""
    is_new: bool = False
    values: tuple[FieldValue, ...]

    def __post_init__(self) -> None:
        _require_values(self.key, self.values, is_new=self.is_new)
        if not self.is_new and not self.number:
            raise FactError(f"{self.key}: a change names the customer that it is of")

    @property
    @override
    def digest(self) -> str:
        return digest_of(self.number or "", str(self.is_new), *_words(self.values))

    @property
    @override
    def summary(self) -> str:
        name = self.number or next(one.value for one in self.values if one.field is CustomerField.NAME)
        return f"the new customer {name}" if self.is_new else f"a change of customer {name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipToFact(Fact):
    """A delivery address of a customer is new, or fields of one change."""

    key: PostingKey
    customer: CustomerNumber
    number: str = ""
    """Which of the customer's addresses; empty for a new one that gets the next number."""
    is_new: bool = False
    values: tuple[FieldValue, ...]

    def __post_init__(self) -> None:
        _require_values(self.key, self.values, is_new=self.is_new)
        if not self.is_new and not self.number:
            raise FactError(f"{self.key}: a change names the address that it is of")
        if any(one.field in OF_CUSTOMERS_ALONE for one in self.values):
            raise FactError(f"{self.key}: a delivery address has no codes for tax and prices")

    @property
    @override
    def digest(self) -> str:
        return digest_of(self.customer, self.number, str(self.is_new), *_words(self.values))

    @property
    @override
    def summary(self) -> str:
        kind = "the new delivery address" if self.is_new else "a change of delivery address"
        return f"{kind} {self.number} of customer {self.customer}".replace("  ", " ")


def _require_values(key: PostingKey, values: Sequence[FieldValue], *, is_new: bool) -> None:
    named = [one.field for one in values]
    if not named or len(set(named)) < len(named):
        raise FactError(f"{key}: some fields are told, each once")
    if is_new and CustomerField.NAME not in named:
        raise FactError(f"{key}: who is new has a name")
    if is_new and any(one.assumed is not None for one in values):
        raise FactError(f"{key}: nothing is assumed of what is new")
    if any(one.field is CustomerField.NAME and not one.value.strip() for one in values):
        raise FactError(f"{key}: a name is not empty")


def _words(values: Sequence[FieldValue]) -> list[str]:
    ordered = sorted(values, key=lambda one: one.field.value)
    return [word for one in ordered for word in (one.field.value, one.value)]
