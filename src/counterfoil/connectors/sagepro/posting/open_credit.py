"""The rows of an open credit: money that no invoice took, plain or as a deposit on a sales order."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from counterfoil.connectors.sagepro.operations import Append
from counterfoil.connectors.sagepro.posting.rows import Sheet, stamp
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import CustomerRecord, Row, TableName, Value

_ITEM = "Credit Memo"


def credit_document(sheet: Sheet, number: str, amount: Decimal, order: str = "") -> Row:
    """The document that holds the money; it bears the order that it is a deposit on."""
    customer = sheet.customer.row
    values: Mapping[str, Value] = {
        **stamp(sheet.terms),
        "number": number,
        "invoiced_on": sheet.day,
        "customer": sheet.customer.number,
        "salesperson": customer.text("salesperson"),
        "territory": customer.text("territory"),
        "reference": sheet.marker,
        "total": -amount,
        "paid": Decimal(0),
        "balance": -amount,
        "base_total": -amount,
        "base_paid": Decimal(0),
        "base_balance": -amount,
        "link_code": customer.text("link_code"),
        "status": sheet.profile.codes.live[0],
        "kind": sheet.profile.codes.open_credit[0],
        **({"order": order} if order else {}),
    }
    return Row(table=TableName.DOCUMENTS, record=0, values=values)


def credit_line(sheet: Sheet, number: str, amount: Decimal, words: str) -> Append:
    """Its one line. It bears no order, so that sums of what was invoiced for one leave it out."""
    customer = sheet.customer.row
    return Append(
        table=TableName.LINES,
        values={
            **stamp(sheet.terms),
            "number": number,
            "customer": sheet.customer.number,
            "item": _ITEM,
            "description": words,
            "extended_price": -amount,
            "base_extended_price": -amount,
            "invoiced_on": sheet.day,
            "salesperson": customer.text("salesperson"),
            "territory": customer.text("territory"),
            "status": sheet.profile.codes.live[0],
            "kind": sheet.profile.codes.open_credit[0],
        },
    )


def is_deposit(document: Row, profile: Profile) -> bool:
    """An open credit of our own that bears an order; what Sage Pro itself does for a deposit is not known."""
    number = document.text("number")
    is_ours = number.isdecimal() and int(number) in profile.open_credits
    return is_ours and bool(document.text("order")) and document.text("kind") in profile.codes.open_credit


def deposit_account(customer: CustomerRecord, profile: Profile) -> str:
    """The liability that deposits of the customer stand in; empty where nobody named one."""
    return customer.row.text("deposit_account") or profile.accounts.deposits


def account_of(document: Row, sheet: Sheet) -> str:
    """The account that what is open on a document stands in."""
    if is_deposit(document, sheet.profile):
        return deposit_account(sheet.customer, sheet.profile)
    return sheet.receivable
