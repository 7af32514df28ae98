"""The part of a profile that tells how a site numbers, takes orders and keeps customers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from counterfoil.connectors.sagepro.records import COLUMNS, Kind, TableName, Value

_DEFAULTS_REFUSED = frozenset({"number", "name", "balance", "on_order", "last_payment"})

_COUNTERS = [name for name, column in COLUMNS[TableName.SYSTEM].items() if column.kind is Kind.COUNT]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NumberRule(_Section):
    """How one kind of document is numbered: by a counter of the system table, or from a range of ours."""

    counter: str = ""
    """Our name of the integer column that holds the number last used, such as ``int1``."""
    first: Annotated[int, Field(ge=0)] = 0
    last: Annotated[int, Field(ge=0)] = 0
    prefix: str = ""
    """What stands before the number, such as ``W`` before customers from the shop."""
    digits: Annotated[int, Field(ge=0, le=20)] = 0
    """To how many digits the number is filled up with zeros."""

    @model_validator(mode="after")
    def _one_rule(self) -> NumberRule:
        has_range = bool(self.first or self.last)
        if bool(self.counter) == has_range or self.first > self.last:
            raise ValueError("give either counter, or first and last in this order")
        column = COLUMNS[TableName.SYSTEM].get(self.counter)
        if self.counter and (column is None or column.kind is not Kind.COUNT):
            known = ", ".join(
                name for name, one in COLUMNS[TableName.SYSTEM].items() if one.kind is Kind.COUNT
            )
            raise ValueError(f"counter must be one of {known}; map another name under columns.sysdata")
        return self

    def written(self, number: int) -> str:
        return f"{self.prefix}{str(number).zfill(self.digits)}"


class Numbering(_Section):
    """Who numbers what; a kind without a rule gets no number, and what needs one is refused."""

    orders: NumberRule | None = None
    customers: NumberRule | None = None
    credit_memos: NumberRule | None = NumberRule(first=800_000_000, last=899_999_999)


class TaxMode(Enum):
    """How an order bears its sales tax."""

    HEADER = "header"
    """As rate and amount on the order itself."""
    LINE = "line-item"
    """As a line with an item of its own."""
    NONE = "none"
    """Not at all: orders that bear tax are refused."""


class CreditHold(Enum):
    """What becomes of the order of a customer who is on credit hold."""

    REFUSE = "refuse"
    ENTER = "enter"


_Codes = Annotated[tuple[str, ...], Field(min_length=1)]


class OrderCodes(_Section):
    """What one-letter codes on orders mean; the first of each is written."""

    open: _Codes = ("",)
    void: _Codes = ("V", "X")
    firm: _Codes = ("", "O")
    bid: _Codes = ("B",)
    returned: _Codes = ("R",)


class OrderRules(_Section):
    """How this site writes sales orders."""

    tax_mode: TaxMode = TaxMode.HEADER
    tax_in_amount: bool = False
    """Whether the amount of an order with its tax in the header counts the tax."""
    freight_item: str = ""
    discount_item: str = ""
    tax_item: str = ""
    """Items that stand for charges; each must exist as an item and at the order's location."""
    charge_codes: Mapping[str, str] = Field(default_factory=dict)
    """Sales link codes of such items, where they are not the customer's own: ``{FRT: FRT}``."""
    location: str = ""
    """Where lines are shipped from that name no location."""
    store: str = ""
    """Which store of a location reserves; empty for its first."""
    items: bool = True
    """Whether the site keeps items and stock, so that an order's items must be there."""
    allocates: bool = True
    """Whether an order reserves stock."""
    on_order: bool = True
    """Whether an order raises the customer's amount on order."""
    hold_codes: tuple[str, ...] = ()
    """What the customer's credit state holds while the customer is on hold."""
    on_hold: CreditHold = CreditHold.REFUSE
    codes: OrderCodes = OrderCodes()


class CustomerRules(_Section):
    """What new customers bear that a shop does not tell."""

    defaults: Mapping[str, str] = Field(default_factory=dict)
    """By our name of a customer's column: ``{terms: Net 30, net_days: "30", link_code: DEF}``."""

    @model_validator(mode="after")
    def _known_columns(self) -> CustomerRules:
        for name, text in self.defaults.items():
            if name not in COLUMNS[TableName.CUSTOMERS] or name in _DEFAULTS_REFUSED:
                raise ValueError(f"{name} is no column of a customer that has a default")
            value_of(TableName.CUSTOMERS, name, text)
        return self


def value_of(table: TableName, column: str, text: str) -> Value:
    """A text as the column holds it.

    Raises:
        ValueError: it cannot hold that.
    """
    match COLUMNS[table][column].kind:
        case Kind.MONEY | Kind.QUANTITY | Kind.RATE:
            try:
                return Decimal(text)
            except InvalidOperation as error:
                raise ValueError(f"{column}: {text!r} is no number") from error
        case Kind.COUNT:
            return int(text)
        case Kind.TEXT | Kind.NUMBER | Kind.MEMO:
            return text
        case _:
            raise ValueError(f"{column} takes no default")
