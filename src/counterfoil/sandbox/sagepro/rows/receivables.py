"""Rows of documents, their lines, receipts and distributions."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.sandbox.sagepro import distributions
from counterfoil.sandbox.sagepro.distributions import Distribution
from counterfoil.sandbox.sagepro.documents import Application, Document, Kind, Line, Place, right_justified
from counterfoil.sandbox.sagepro.periods import Calendar
from counterfoil.sandbox.sagepro.rows.values import CURRENCY, TWIN, Row, Value, added, blank_or, yes

_NOTES = "Deliver to dock 4.\r\nCall before delivery."
_NOTED_EVERY = 40


def _twin(document: Document) -> str:
    return TWIN if document.place is Place.BOTH else ""


def _reference(document: Document) -> str:
    match document.kind:
        case Kind.INVOICE:
            return ""
        case Kind.CREDIT_MEMO:
            return "CR.MEMO"
        case Kind.OPEN_CREDIT:
            return document.received[0].reference


def _terms(document: Document) -> dict[str, Value]:
    terms = document.customer.terms
    if document.kind is Kind.OPEN_CREDIT:
        return {"pdisc": None, "pdays": None, "pnet": None}
    return {
        "pterms": terms.text,
        "pdisc": blank_or(terms.percent),
        "pdays": terms.discount_days or None,
        "pnet": terms.net_days,
    }


def _amounts(document: Document) -> dict[str, Value]:
    return {
        "tax": document.tax,
        "btax": document.tax,
        "taxsamt": document.taxable,
        "invamt": document.total,
        "binvamt": document.total,
        "disamt": document.discounted,
        "bdisamt": document.discounted,
        "paidamt": document.paid,
        "bpaidamt": document.paid,
        "balance": document.balance,
        "bbal": document.balance,
        "taxrate": document.customer.tax_percent if document.tax else None,
        "disc": None,
    }


def document_row(document: Document) -> Row:
    order, customer = document.order, document.customer
    return {
        "invno": document.key,
        "custno": customer.number,
        "invdte": document.on,
        "salesmn": customer.salesperson,
        "terr": customer.territory,
        "ponum": document.purchase_order,
        "refno": _reference(document),
        **_amounts(document),
        **_terms(document),
        "shipvia": "" if document.kind is Kind.OPEN_CREDIT else "UPS GROUND",
        "dtepaid": document.last_paid_on,
        "ordate": order.on if order else None,
        "ornum": right_justified(order.number) if order else "",
        "glarec": customer.link,
        "tosw": TWIN,
        "arstat": document.status.value,
        "artype": document.kind.value,
        "batch": f"{document.on:%y%m%d}",
        "notes": _NOTES if document.number % _NOTED_EVERY == 0 else "",
        "currhist": _twin(document),
        "currid": CURRENCY,
        "exchrat": 1,
        **added(document.on, document.number),
    }


def _line_row(document: Document, line: Line, number: int) -> Row:
    order, item = document.order, line.item
    return {
        "invno": document.key,
        "custno": document.customer.number,
        "item": item.number,
        "descrip": "OVER PAY" if document.kind is Kind.OPEN_CREDIT else item.name,
        "disc": line.discount,
        "taxrate": document.customer.tax_percent if item.taxable and document.tax else None,
        "cost": item.cost,
        "bcost": item.cost,
        "price": line.price,
        "bprice": line.price,
        "extprice": line.extended,
        "bextpri": line.extended,
        "qtyord": line.quantity,
        "qtyshp": line.quantity,
        "tqtyshp": line.quantity,
        "invdte": document.on,
        "ponum": document.purchase_order,
        "salesmn": document.customer.salesperson,
        "terr": document.customer.territory,
        "isoclss": item.line,
        "stkcode": yes(item.stocked),
        "taxable": yes(item.taxable),
        "arstat": document.status.value,
        "artype": document.kind.value,
        "glsale": line.sales_code(document.customer),
        "glasst": line.stock_code,
        "batch": f"{document.on:%y%m%d}",
        "loctid": line.location.code,
        "tranlineno": number,
        "transeq": str(number).rjust(4),
        "sono": right_justified(order.number) if order else "",
        "umeasur": "EA",
        "currhist": _twin(document),
        "currid": CURRENCY,
        "exchrat": 1,
        **added(document.on, document.number),
    }


def line_rows(document: Document) -> Iterator[Row]:
    for number, line in enumerate(document.lines, start=1):
        yield _line_row(document, line, number)


def _cash(part: Application, number: int) -> dict[str, Value]:
    """The part of a receipt's row that does not come from a document."""
    stamp = added(part.on, number)
    return {
        "refno": part.reference,
        "dtepaid": part.on,
        "paidamt": part.amount,
        "bpaidamt": part.amount,
        "disamt": part.discount,
        "bdisamt": part.discount,
        "glaccnt": part.account,
        "applto": part.other.key if part.other else "",
        "recdel": part.reversed,
        "batch": f"{part.on:%y%m%d}",
        "userid": stamp["adduser"],
        "currid": CURRENCY,
        "exchrat": 1,
        **stamp,
    }


def cash_row(document: Document, part: Application) -> Row:
    return {
        "invno": document.key,
        "custno": document.customer.number,
        "invdte": document.on,
        "salesmn": document.customer.salesperson,
        "ponum": document.purchase_order,
        "artype": document.kind.value,
        "glarec": document.customer.link,
        **_cash(part, document.number),
    }


def other_cash_row(part: Application, number: int) -> Row:
    return {"custno": distributions.OUTSIDE_RECEIVABLES, "artype": "N", **_cash(part, number), "batch": "001"}


def distribution_row(row: Distribution, calendar: Calendar, number: int) -> Row:
    return {
        "custno": row.customer,
        "invno": row.document,
        "pstdate": row.on,
        "ref": row.reference,
        "account": row.account,
        "amount": row.amount,
        "bamount": row.amount,
        "dtstat": "P" if calendar.is_closed(row.on) else "",
        "dttype": row.kind,
        "batch": f"{row.on:%y%m%d}",
        "currid": CURRENCY,
        "exchrat": 1,
        **added(row.on, number),
    }
