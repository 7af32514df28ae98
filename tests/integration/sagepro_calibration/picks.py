"""Documents of the sample company that an act needs, and an order for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from counterfoil.domain.facts.sales_order import SalesOrderFact
from counterfoil.ports.clock import SystemClock
from counterfoil.sandbox.sagepro.cast import Pick
from counterfoil.sandbox.sagepro.documents import Document, Kind, Place, Status
from tests.integration.sagepro_calibration.conftest import COMPANY, DAY
from tests.support.orders import line, order
from tests.support.sage_pro_clerk import OrderSlip

ZONE = ZoneInfo("America/New_York")
"""What discovery writes into the profile."""


def found(fits: Callable[[Document], bool]) -> Pick:
    document = next(each for each in COMPANY.trade.documents if each.status is Status.LIVE and fits(each))
    return Pick(
        customer=document.customer.number,
        name="",
        email="",
        number=str(document.number),
        total=document.total,
        open=document.balance,
        order="",
        purchase_order="",
    )


def is_open(document: Document) -> bool:
    return document.kind is Kind.INVOICE and document.place is Place.CURRENT and not document.applied


def earns_discount(document: Document) -> bool:
    terms = document.customer.terms
    until = document.on + timedelta(terms.discount_days)
    return is_open(document) and bool(terms.percent) and until >= DAY


def holds_credit(document: Document) -> bool:
    is_credit = document.kind is Kind.OPEN_CREDIT and document.place is Place.CURRENT
    return is_credit and document.balance < 0


CREDIT = found(holds_credit)
OWING = found(lambda each: is_open(each) and each.customer.number == CREDIT.customer)
EARLY = found(earns_discount)
STOCKED = next(each for each in COMPANY.trade.items if each.stocked)


def order_keyed(pick: Pick, quantity: str = "3") -> SalesOrderFact:
    """An order for one item that a clerk can enter from a slip."""
    goods = line(STOCKED.number, quantity, "12.50", location="MSP")
    return order(goods, shop_order="77001", customer=pick.customer, ordered_on=DAY)


def order_slip(fact: SalesOrderFact, **more: Any) -> OrderSlip:
    """The order on paper, entered today."""
    (goods,) = fact.lines
    said: dict[str, Any] = {
        "customer": fact.customer,
        "day": DAY,
        "entered": SystemClock().now().astimezone(ZONE).date(),
        "item": goods.item,
        "location": goods.location,
        "quantity": goods.quantity,
        "price": goods.price.amount,
        "purchase_order": fact.purchase_order,
        "web_order": fact.shop_order,
    }
    return OrderSlip(**{**said, **more})
