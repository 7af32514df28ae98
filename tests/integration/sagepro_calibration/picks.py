"""Documents of the sample company that an act needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from counterfoil.sandbox.sagepro.cast import Pick
from counterfoil.sandbox.sagepro.documents import Document, Kind, Place, Status
from tests.integration.sagepro_calibration.conftest import COMPANY, DAY


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
