"""What a column of ours is: Sage Pro's name for it, what it holds and how sure we are of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

Value = str | int | Decimal | date | bool | None
"""What a column holds: text without padding, exact numbers, a date or None where it is blank."""


class TableName(Enum):
    """The company tables that we read or write; the company code follows the name in the file system."""

    CUSTOMERS = "arcust"
    SHIP_TOS = "arcadr"
    DOCUMENTS = "armast"
    DOCUMENT_HISTORY = "arymst"
    LINES = "artran"
    LINE_HISTORY = "arytrn"
    CASH = "arcash"
    CASH_HISTORY = "arycsh"
    DISTRIBUTIONS = "ardist"
    LINK_CODES = "arglac"
    ORDERS = "somast"
    ORDER_LINES = "sotran"
    ORDER_ADDRESSES = "soaddr"
    ORDER_HISTORY = "soymst"
    ORDER_LINE_HISTORY = "soytrn"
    ITEMS = "icitem"
    LOCATIONS = "iciloc"
    STORES = "iciqty"
    COST_TIERS = "iccost"
    ACCOUNTS = "glacnt"
    SYSTEM = "sysdata"
    RECEIVABLES_COUNTERS = "arsysd"
    ORDER_COUNTERS = "sosysd"
    STOCK_COUNTERS = "icsysd"

    @classmethod
    def own(cls, name: str) -> TableName:
        """A table of the site's own, as the profile or the posting ledger names it; one name is one table.

        It is none of those that the program knows: iterating does not give it, and no name in a profile
        becomes one but through `own_rows`.
        """
        known = next((one for one in cls if one.value == name), None) or _OWN.get(name)
        if known is not None:
            return known
        made = object.__new__(cls)
        made._name_, made._value_ = f"OWN_{name}", name
        return _OWN.setdefault(name, made)

    @property
    def is_own(self) -> bool:
        """Whether it is a table of the site's own, of which we know no column."""
        return self.value in _OWN

    @property
    def module(self) -> str:
        """The two letters under which the system table names the table's folder."""
        return self.value[:2].upper()


_OWN: dict[str, TableName] = {}


class Certainty(Enum):
    """How sure we are of a column: seen at a live site, concluded from one, or proposed by analogy."""

    VERIFIED = "verified"
    INFERRED = "inferred"
    PROPOSED = "proposed"


class Kind(Enum):
    """What a column holds; padding and types follow from it."""

    TEXT = "text"
    """Left-justified."""
    NUMBER = "number"
    """A document number: text, right-justified in the column's own width."""
    MONEY = "money"
    QUANTITY = "quantity"
    COUNT = "count"
    RATE = "rate"
    DATE = "date"
    FLAG = "flag"
    MEMO = "memo"
    """Text of any length."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: Sage Pro's name for it, what it holds, how sure we are, whether we can do without."""

    field: str
    kind: Kind
    certainty: Certainty
    required: bool = False
    aliases: tuple[str, ...] = ()


Columns = Mapping[str, Column]

VERIFIED, INFERRED, PROPOSED = Certainty.VERIFIED, Certainty.INFERRED, Certainty.PROPOSED
TEXT, NUMBER, MONEY, DATE = Kind.TEXT, Kind.NUMBER, Kind.MONEY, Kind.DATE
QUANTITY, RATE, COUNT = Kind.QUANTITY, Kind.RATE, Kind.COUNT

LOCK = {
    "lock_state": Column("lckstat", TEXT, VERIFIED),
    "lock_user": Column("lckuser", TEXT, VERIFIED),
}
ADDED = {
    "added_by": Column("adduser", TEXT, VERIFIED),
    "added_on": Column("adddate", DATE, VERIFIED),
    "added_at": Column("addtime", TEXT, VERIFIED),
}
CURRENCY = {
    "currency": Column("currid", TEXT, PROPOSED),
    "exchange_rate": Column("exchrat", Kind.RATE, PROPOSED),
}

POSTAL = {
    "name": Column("company", TEXT, VERIFIED),
    "address_1": Column("address1", TEXT, VERIFIED),
    "address_2": Column("address2", TEXT, VERIFIED),
    "city": Column("city", TEXT, VERIFIED),
    "state": Column("addrstate", TEXT, VERIFIED, aliases=("state",)),
    "zip": Column("zip", TEXT, VERIFIED),
    "country": Column("country", TEXT, VERIFIED),
    "phone": Column("phone", TEXT, VERIFIED),
    "email": Column("email", Kind.MEMO, VERIFIED),
}
PAYMENT_TERMS = {
    "terms": Column("pterms", TEXT, VERIFIED),
    "terms_percent": Column("pdisc", RATE, VERIFIED),
    "terms_days": Column("pdays", COUNT, VERIFIED),
    "net_days": Column("pnet", COUNT, VERIFIED),
}
