"""Rows of customers and their ship-to addresses, with totals from what happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from counterfoil.sandbox.sagepro import chart, parties
from counterfoil.sandbox.sagepro.documents import Application, Customer, Document, Kind, Status
from counterfoil.sandbox.sagepro.rows.values import CURRENCY, Row, Value, added, blank_or
from counterfoil.sandbox.sagepro.trade import Trade

_ZERO = Decimal(0)
_TENTH = Decimal("0.1")
_CREDIT_LIMITS = (Decimal(5000), Decimal(15000), Decimal(50000))


@dataclass(slots=True)
class Standing:
    """What a customer owes, has on order, bought and paid."""

    balance: Decimal = _ZERO
    on_order: Decimal = _ZERO
    period_sales: Decimal = _ZERO
    year_sales: Decimal = _ZERO
    last_sale: Document | None = None
    receipts: dict[tuple[date, str], Decimal] = field(default_factory=dict)
    payment_days: list[int] = field(default_factory=list)

    @property
    def last_receipt(self) -> tuple[date, Decimal] | None:
        if not self.receipts:
            return None
        on, reference = max(self.receipts)
        return on, self.receipts[on, reference]

    @property
    def average_days(self) -> Decimal | None:
        if not self.payment_days:
            return None
        return (Decimal(sum(self.payment_days)) / len(self.payment_days)).quantize(_TENTH)


def _count_receipt(standing: Standing, part: Application) -> None:
    if part.other is None and not part.reversed:
        key = (part.on, part.reference)
        standing.receipts[key] = standing.receipts.get(key, _ZERO) + part.amount


def _count_document(standing: Standing, document: Document, trade: Trade) -> None:
    standing.balance += document.balance
    for part in (*document.received, *document.applied):
        _count_receipt(standing, part)
    if document.kind is Kind.OPEN_CREDIT:
        return
    if not trade.calendar.is_closed(document.on):
        standing.period_sales += document.total - document.tax
    if document.on >= trade.calendar.year_start:
        standing.year_sales += document.total - document.tax
    if document.kind is Kind.INVOICE:
        if standing.last_sale is None or standing.last_sale.on <= document.on:
            standing.last_sale = document
        if document.last_paid_on and not document.balance:
            standing.payment_days.append((document.last_paid_on - document.on).days)


def standings(trade: Trade) -> dict[str, Standing]:
    result = {customer.number: Standing() for customer in trade.customers}
    for document in trade.documents:
        if document.status is Status.LIVE:
            _count_document(result[document.customer.number], document, trade)
    for order in trade.orders:
        if order.is_firm:
            result[order.customer.number].on_order += order.open_amount
    return result


def _identity(customer: Customer) -> dict[str, Value]:
    address = customer.address
    return {
        "custno": customer.number,
        "company": customer.name,
        "contact": customer.contact,
        "address1": address.street,
        "address2": address.suite,
        "city": address.city,
        "addrstate": address.state,
        "zip": address.zip,
        "country": "USA" if address.city else "",
        "phone": customer.phone,
        "email": customer.email,
    }


def _terms(customer: Customer) -> dict[str, Value]:
    terms = customer.terms
    return {
        "pterms": terms.text,
        "pdisc": blank_or(terms.percent),
        "pdays": terms.discount_days or None,
        "pnet": terms.net_days or None,
        "tax": blank_or(customer.tax_percent),
        "svc": None,
        "disc": None,
        "gllink": customer.link,
        "aracct": customer.receivable,
        "sltxact": chart.SALES_TAX,
        "fchgact": chart.FINANCE_CHARGES,
        "depact": chart.DEPOSITS,
        "statfmt": customer.statement,
        "nlacno": customer.parent,
    }


def _activity(standing: Standing) -> dict[str, Value]:
    sale, receipt = standing.last_sale, standing.last_receipt
    return {
        "balance": standing.balance,
        "hibalance": max(standing.balance, _ZERO) + max(standing.period_sales, _ZERO),
        "onorder": standing.on_order,
        "ptdsls": standing.period_sales,
        "ytdsls": standing.year_sales,
        "ldate": sale.on if sale else None,
        "lsale": sale.total if sale else _ZERO,
        "lastpay": receipt[0] if receipt else None,
        "lpymt": receipt[1] if receipt else _ZERO,
        "pmtdays": standing.average_days,
    }


def _locked(customer: Customer, trade: Trade) -> dict[str, Value]:
    """The mark of a clerk who has the customer open on the screen."""
    if customer.number != trade.locked_customer.number:
        return {}
    return {"lckstat": "L", "lckuser": "MARY", "lckdate": trade.calendar.as_of, "lcktime": "09:14:52"}


def _customer_row(customer: Customer, standing: Standing, trade: Trade, number: int) -> Row:
    return {
        **_identity(customer),
        **_terms(customer),
        **_activity(standing),
        **_locked(customer, trade),
        "salesmn": customer.salesperson,
        "terr": customer.territory,
        "entered": customer.since,
        "credlimit": _CREDIT_LIMITS[number % len(_CREDIT_LIMITS)],
        "cstnum1": None,
        "cstnum2": None,
        "latitude": None,
        "longitude": None,
        "history": "Y",
        "currency": CURRENCY,
        "faxno": customer.phone[:-2] + "99" if number % 3 == 0 and customer.phone else "",
        "cstmemo": "Ask for the purchase order number." if number % 9 == 0 else "",
        **added(customer.since, number),
    }


def customer_rows(trade: Trade) -> Iterator[Row]:
    totals = standings(trade)
    for number, customer in enumerate(trade.customers):
        yield _customer_row(customer, totals[customer.number], trade, number)


def ship_to_rows(trade: Trade) -> Iterator[Row]:
    """Every customer's main ship-to, and a second one for some."""
    for number, customer in enumerate(trade.customers):
        if customer.number == parties.STOCK_ADJUSTMENTS:
            continue
        for place in ("1", "2") if number % 5 == 0 else ("1",):
            yield {
                **_identity(customer),
                "cshipno": place,
                "defaship": "Y" if place == "1" else "N",
                "salesmn": customer.salesperson,
                "terr": customer.territory,
                "tax": blank_or(customer.tax_percent),
                "disc": None,
                "latitude": None,
                "longitude": None,
                "entered": customer.since,
                "gllink": customer.link,
                "shipvia": "UPS GROUND",
                **added(customer.since, number),
            }
