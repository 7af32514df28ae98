"""The chart of accounts, and the link codes that lead documents to it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

BANK = "10100-000"
CARD_CLEARING = "10300-000"
ACH_CLEARING = "10310-000"
RECEIVABLE = "12000-000"
RECEIVABLE_NATIONAL = "12050-000"
INVENTORY_EAST = "13000-100"
INVENTORY_WEST = "13000-200"
UNIDENTIFIED = "20500-000"
SALES_TAX = "22000-000"
DEPOSITS = "24000-000"
RETAINED = "30000-000"
FINANCE_CHARGES = "42000-000"
OTHER_INCOME = "49000-000"
CASH_DISCOUNTS = "58000-000"
CARD_FEES = "61500-000"
CHARGEBACKS = "61600-000"
WRITE_OFFS = "61700-000"
SURCHARGES = "42500-000"


@dataclass(frozen=True, slots=True)
class Account:
    """One GL account with its type and opening balance; debits are positive."""

    number: str
    name: str
    type: str
    opening: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Link:
    """The accounts behind one pair of sales link code and inventory link code."""

    sales: str
    stock: str
    name: str
    income: str
    cost: str
    activity: str
    discount: str = "40900-000"


ACCOUNTS = (
    Account(BANK, "Cash in bank, operating", "CA", Decimal("184250.37")),
    Account(CARD_CLEARING, "Card clearing", "CA"),
    Account(ACH_CLEARING, "Electronic check clearing", "CA"),
    Account(RECEIVABLE, "Receivables, trade", "CA"),
    Account(RECEIVABLE_NATIONAL, "Receivables, national accounts", "CA"),
    Account(INVENTORY_EAST, "Inventory, Minneapolis", "CA"),
    Account(INVENTORY_WEST, "Inventory, Denver", "CA"),
    Account("15000-000", "Warehouse equipment", "FA", Decimal("96400.00")),
    Account("20000-000", "Accounts payable", "CL", Decimal("-73118.92")),
    Account(UNIDENTIFIED, "Unidentified receipts", "CL"),
    Account(SALES_TAX, "Sales tax payable", "CL"),
    Account(DEPOSITS, "Customer deposits", "CL"),
    Account(RETAINED, "Retained earnings", "EQ"),
    Account("40000-100", "Sales, industrial supply", "RV"),
    Account("40000-200", "Sales, retail counter", "RV"),
    Account("40000-300", "Sales, national accounts", "RV"),
    Account("40900-000", "Line discounts given", "RV"),
    Account("41900-000", "Freight billed", "RV"),
    Account(FINANCE_CHARGES, "Finance charges", "RV"),
    Account(SURCHARGES, "Card surcharges", "RV"),
    Account(OTHER_INCOME, "Other income", "RV"),
    Account("50000-100", "Cost of sales, industrial supply", "EX"),
    Account("50000-200", "Cost of sales, retail counter", "EX"),
    Account("50000-300", "Cost of sales, national accounts", "EX"),
    Account(CASH_DISCOUNTS, "Cash discounts allowed", "EX"),
    Account(CARD_FEES, "Card processing fees", "EX"),
    Account(CHARGEBACKS, "Chargebacks", "EX"),
    Account(WRITE_OFFS, "Small balance write-offs", "EX"),
)

# Type, name, first and last account of the type.
TYPES = (
    ("CA", "Current assets", "10000", "14999"),
    ("FA", "Fixed assets", "15000", "19999"),
    ("CL", "Current liabilities", "20000", "29999"),
    ("EQ", "Equity", "30000", "39999"),
    ("RV", "Revenue", "40000", "49999"),
    ("EX", "Expenses", "50000", "99999"),
)

SEGMENTS = (("1", 5, "99999"), ("2", 3, "999"))

SALES_CODES = {"DEF": "100", "RET": "200", "NAT": "300"}
STOCK_CODES = {"100": INVENTORY_EAST, "200": INVENTORY_WEST, "DEF": INVENTORY_EAST}
FREIGHT_CODE = "FRT"
DISCOUNT_CODE = "DSC"


def _links() -> tuple[Link, ...]:
    stocked = [
        Link(sales, stock, f"Sales {sales} from {stock}", f"40000-{suffix}", f"50000-{suffix}", activity)
        for sales, suffix in SALES_CODES.items()
        for stock, activity in STOCK_CODES.items()
    ]
    charges = [
        Link(FREIGHT_CODE, "DEF", "Freight billed", "41900-000", "50000-100", INVENTORY_EAST),
        Link(DISCOUNT_CODE, "DEF", "Order discounts", "40900-000", "50000-100", INVENTORY_EAST),
    ]
    return (*stocked, *charges)


LINKS = _links()
INCOME = {(link.sales, link.stock): link.income for link in LINKS}
