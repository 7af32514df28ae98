"""Sage Pro's tables: the one place that knows its short field names, and the records read from them."""

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
    ORDER_HISTORY = "soymst"
    ORDER_LINE_HISTORY = "soytrn"
    ITEMS = "icitem"
    LOCATIONS = "iciloc"
    STORES = "iciqty"
    COST_TIERS = "iccost"
    ACCOUNTS = "glacnt"

    @property
    def module(self) -> str:
        """The two letters under which the system table names the table's folder."""
        return self.value[:2].upper()


POSTING_TABLES = (
    TableName.CUSTOMERS,
    TableName.DOCUMENTS,
    TableName.DOCUMENT_HISTORY,
    TableName.LINES,
    TableName.LINE_HISTORY,
    TableName.CASH,
    TableName.DISTRIBUTIONS,
    TableName.ORDERS,
)
"""The tables that a posting cannot do without; all others are only read, where a site has them."""


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


@dataclass(frozen=True, slots=True)
class Column:
    """One column: Sage Pro's name for it, what it holds, how sure we are, whether we can do without."""

    field: str
    kind: Kind
    certainty: Certainty
    required: bool = False
    aliases: tuple[str, ...] = ()


_V, _I, _P = Certainty.VERIFIED, Certainty.INFERRED, Certainty.PROPOSED
_TEXT, _NUMBER, _MONEY, _DATE = Kind.TEXT, Kind.NUMBER, Kind.MONEY, Kind.DATE

_LOCK = {
    "lock_state": Column("lckstat", _TEXT, _V),
    "lock_user": Column("lckuser", _TEXT, _V),
}
_ADDED = {
    "added_by": Column("adduser", _TEXT, _V),
    "added_on": Column("adddate", _DATE, _V),
    "added_at": Column("addtime", _TEXT, _V),
}
_CURRENCY = {
    "currency": Column("currid", _TEXT, _P),
    "exchange_rate": Column("exchrat", Kind.RATE, _P),
}
_DOCUMENT = {
    "number": Column("invno", _NUMBER, _V, required=True),
    "invoiced_on": Column("invdte", _DATE, _V, required=True),
    "customer": Column("custno", _TEXT, _V, required=True),
    "salesperson": Column("salesmn", _TEXT, _V),
    "territory": Column("terr", _TEXT, _V),
    "purchase_order": Column("ponum", _TEXT, _V),
    "reference": Column("refno", _TEXT, _V),
    "total": Column("invamt", _MONEY, _V, required=True),
    "tax": Column("tax", _MONEY, _V),
    "discount": Column("disamt", _MONEY, _V),
    "paid": Column("paidamt", _MONEY, _V, required=True),
    "balance": Column("balance", _MONEY, _V, required=True),
    "net_days": Column("pnet", Kind.COUNT, _V),
    "paid_on": Column("dtepaid", _DATE, _V, required=True),
    "order": Column("ornum", _NUMBER, _V),
    "link_code": Column("glarec", _TEXT, _V),
    "status": Column("arstat", _TEXT, _V, required=True),
    "kind": Column("artype", _TEXT, _V, required=True),
    "twin": Column("currhist", _TEXT, _I),
    "base_total": Column("binvamt", _MONEY, _P),
    "base_paid": Column("bpaidamt", _MONEY, _P),
    "base_discount": Column("bdisamt", _MONEY, _P),
    "base_balance": Column("bbal", _MONEY, _V),
    **_CURRENCY,
    **_ADDED,
    **_LOCK,
}
_LINE = {
    "number": Column("invno", _NUMBER, _V, required=True),
    "customer": Column("custno", _TEXT, _V, required=True),
    "line": Column("tranlineno", Kind.COUNT, _V, aliases=("lineno",)),
    "item": Column("item", _TEXT, _V, required=True),
    "description": Column("descrip", _TEXT, _V),
    "extended_price": Column("extprice", _MONEY, _V, required=True),
    "base_extended_price": Column("bextpri", _MONEY, _P),
    "invoiced_on": Column("invdte", _DATE, _V),
    "salesperson": Column("salesmn", _TEXT, _V),
    "territory": Column("terr", _TEXT, _V),
    "status": Column("arstat", _TEXT, _V),
    "kind": Column("artype", _TEXT, _V),
    "order": Column("sono", _NUMBER, _V),
    "sales_code": Column("glsale", _TEXT, _V),
    "stock_code": Column("glasst", _TEXT, _V),
    "twin": Column("currhist", _TEXT, _I),
    **_CURRENCY,
    **_ADDED,
}
_CASH = {
    "number": Column("invno", _NUMBER, _V, required=True),
    "invoiced_on": Column("invdte", _DATE, _V),
    "customer": Column("custno", _TEXT, _V, required=True),
    "salesperson": Column("salesmn", _TEXT, _V),
    "purchase_order": Column("ponum", _TEXT, _V),
    "paid": Column("paidamt", _MONEY, _V, required=True),
    "discount": Column("disamt", _MONEY, _V),
    "paid_on": Column("dtepaid", _DATE, _V, required=True),
    "reference": Column("refno", _TEXT, _V, required=True),
    "kind": Column("artype", _TEXT, _V),
    "link_code": Column("glarec", _TEXT, _V),
    "account": Column("glaccnt", _TEXT, _V),
    "user": Column("userid", _TEXT, _V),
    "applied_to": Column("applto", _NUMBER, _I),
    "reversed": Column("recdel", Kind.FLAG, _I),
    "base_paid": Column("bpaidamt", _MONEY, _P),
    "base_discount": Column("bdisamt", _MONEY, _P),
    **_CURRENCY,
    **_ADDED,
}
_ORDER = {
    "number": Column("sono", _NUMBER, _V, required=True),
    "customer": Column("custno", _TEXT, _V, required=True),
    "purchase_order": Column("ponum", _TEXT, _V),
    "amount": Column("ordamt", _MONEY, _V),
    "tax": Column("tax", _MONEY, _V),
    "status": Column("sostat", _TEXT, _V),
    "kind": Column("sotype", _TEXT, _V),
    "twin": Column("currhist", _TEXT, _I),
}
_ORDER_LINE = {
    "number": Column("sono", _NUMBER, _V, required=True),
    "line": Column("tranlineno", Kind.COUNT, _V, aliases=("lineno",)),
    "item": Column("item", _TEXT, _V),
    "location": Column("loctid", _TEXT, _V, aliases=("locid",)),
    "open_quantity": Column("qtyord", Kind.QUANTITY, _V),
    "extended_price": Column("extprice", _MONEY, _V),
    "status": Column("sostat", _TEXT, _V),
    "stocked": Column("stkcode", _TEXT, _V),
    "twin": Column("currhist", _TEXT, _I),
}
_PLACE = {
    "item": Column("item", _TEXT, _V, required=True),
    "location": Column("loctid", _TEXT, _V, required=True, aliases=("locid",)),
}

COLUMNS: Mapping[TableName, Mapping[str, Column]] = {
    TableName.CUSTOMERS: {
        "number": Column("custno", _TEXT, _V, required=True),
        "name": Column("company", _TEXT, _V, required=True),
        "balance": Column("balance", _MONEY, _V, required=True),
        "on_order": Column("onorder", _MONEY, _V),
        "last_paid_on": Column("lastpay", _DATE, _V, required=True),
        "last_payment": Column("lpymt", _MONEY, _V, required=True),
        "salesperson": Column("salesmn", _TEXT, _V),
        "territory": Column("terr", _TEXT, _V),
        "link_code": Column("gllink", _TEXT, _V),
        "receivable_account": Column("aracct", _TEXT, _V),
        "tax_account": Column("sltxact", _TEXT, _V),
        "charge_account": Column("fchgact", _TEXT, _V),
        "deposit_account": Column("depact", _TEXT, _I),
        **_LOCK,
    },
    TableName.DOCUMENTS: _DOCUMENT,
    TableName.DOCUMENT_HISTORY: _DOCUMENT,
    TableName.LINES: _LINE,
    TableName.LINE_HISTORY: _LINE,
    TableName.CASH: _CASH,
    TableName.CASH_HISTORY: _CASH,
    TableName.DISTRIBUTIONS: {
        "customer": Column("custno", _TEXT, _P, required=True),
        "number": Column("invno", _NUMBER, _P, required=True),
        "posted_on": Column("pstdate", _DATE, _P, required=True),
        "reference": Column("ref", _TEXT, _P),
        "account": Column("account", _TEXT, _P, required=True),
        "amount": Column("amount", _MONEY, _P, required=True),
        "line_kind": Column("dttype", _TEXT, _P),
        "status": Column("dtstat", _TEXT, _P),
        "base_amount": Column("bamount", _MONEY, _P),
        **_CURRENCY,
        **_ADDED,
    },
    TableName.LINK_CODES: {
        "sales_code": Column("scode", _TEXT, _V, required=True),
        "stock_code": Column("icode", _TEXT, _V, required=True),
        "stock_account": Column("activity", _TEXT, _V),
        "income_account": Column("incom", _TEXT, _V),
        "cost_account": Column("costs", _TEXT, _V),
        "discount_account": Column("lndisc", _TEXT, _V),
    },
    TableName.ORDERS: _ORDER,
    TableName.ORDER_LINES: _ORDER_LINE,
    TableName.ORDER_HISTORY: _ORDER,
    TableName.ORDER_LINE_HISTORY: _ORDER_LINE,
    TableName.ITEMS: {
        "item": Column("item", _TEXT, _V, required=True),
        "on_hand": Column("ionhand", Kind.QUANTITY, _V),
    },
    TableName.LOCATIONS: {
        **_PLACE,
        "on_hand": Column("lonhand", Kind.QUANTITY, _V),
        "allocated": Column("lsoaloc", Kind.QUANTITY, _V),
        "account": Column("icacct", _TEXT, _V),
    },
    TableName.STORES: {
        **_PLACE,
        "on_hand": Column("qonhand", Kind.QUANTITY, _V),
        "allocated": Column("qsoaloc", Kind.QUANTITY, _V),
    },
    TableName.COST_TIERS: {**_PLACE, "on_hand": Column("conhand", Kind.QUANTITY, _V)},
    TableName.ACCOUNTS: {
        "number": Column("glacnt", _TEXT, _V, required=True),
        "balance": Column("glcurb", _MONEY, _V),
    },
}


OUTSIDE_RECEIVABLES = "N"
"""Kind of a receipt that no customer's account took (verified in an older series)."""
NO_CUSTOMER = "NON_AR"
"""Stands in the customer column of such a receipt (verified in an older series)."""
SYSTEM_TABLE = "sysdata"
SYSTEM_MODULE, SYSTEM_FLAGS, SYSTEM_DRIVE = "sysid", "pass2", "drive"
"""Columns of the system table: module and company, flags (D first: deleted), and where the folder stands."""
DRIVE_FOLDER = slice(60, 90)
"""Positions 61 to 90 name the module's data folder; what stands before them is not known."""


@dataclass(frozen=True, slots=True)
class SearchPath:
    """Rows of a table must be findable by these columns through an index tag."""

    table: TableName
    column: str
    required: bool


SEARCH_PATHS = (
    SearchPath(TableName.CUSTOMERS, "number", required=True),
    SearchPath(TableName.DOCUMENTS, "number", required=True),
    SearchPath(TableName.DOCUMENTS, "customer", required=True),
    SearchPath(TableName.DOCUMENTS, "order", required=False),
    SearchPath(TableName.DOCUMENTS, "purchase_order", required=False),
    SearchPath(TableName.DOCUMENT_HISTORY, "number", required=True),
    SearchPath(TableName.DOCUMENT_HISTORY, "order", required=False),
    SearchPath(TableName.LINES, "order", required=False),
    SearchPath(TableName.LINE_HISTORY, "order", required=False),
    SearchPath(TableName.ORDERS, "number", required=True),
    SearchPath(TableName.ORDERS, "purchase_order", required=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row that was read, by our column names; columns that the site lacks are absent."""

    table: TableName
    record: int
    values: Mapping[str, Value]

    def text(self, column: str) -> str:
        return str(self.values.get(column) or "")

    def money(self, column: str) -> Decimal:
        value = self.values.get(column)
        return value if isinstance(value, Decimal) else Decimal(0)

    def day(self, column: str) -> date | None:
        value = self.values.get(column)
        return value if isinstance(value, date) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRecord:
    """A row of the customer table, as far as receipts need it."""

    row: Row
    number: str
    name: str
    balance: Decimal
    last_paid_on: date | None
    receivable_account: str

    @classmethod
    def of(cls, row: Row) -> CustomerRecord:
        return cls(
            row=row,
            number=row.text("number"),
            name=row.text("name"),
            balance=row.money("balance"),
            last_paid_on=row.day("last_paid_on"),
            receivable_account=row.text("receivable_account"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """A row of the document table or of its history: invoice, credit memo or open credit."""

    row: Row
    number: str
    customer: str
    kind: str
    status: str
    invoiced_on: date | None
    net_days: int
    total: Decimal
    balance: Decimal
    paid_on: date | None
    order: str
    purchase_order: str
    currency: str
    exchange_rate: Decimal
    is_twin: bool
    """Marked as standing in the current and in the history table at once."""

    @classmethod
    def of(cls, row: Row) -> DocumentRecord:
        net_days = row.values.get("net_days")
        return cls(
            row=row,
            number=row.text("number"),
            customer=row.text("customer"),
            kind=row.text("kind"),
            status=row.text("status"),
            invoiced_on=row.day("invoiced_on"),
            net_days=net_days if isinstance(net_days, int) else 0,
            total=row.money("total"),
            balance=row.money("balance"),
            paid_on=row.day("paid_on"),
            order=row.text("order"),
            purchase_order=row.text("purchase_order"),
            currency=row.text("currency"),
            exchange_rate=row.money("exchange_rate"),
            is_twin=row.text("twin") == "X",
        )

    @property
    def has_base_amounts(self) -> bool:
        """Whether the site keeps amounts in base currency on this row; where they are blank, they stay so."""
        return bool(self.row.money("base_balance") or self.row.money("base_total"))
