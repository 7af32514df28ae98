"""Every receivables posting into the sample company, and back; both audits look on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import parse_profile
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.erp import AlreadyPosted, Posted, Refused
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.cast import Cast, Pick, cast_of
from counterfoil.sandbox.sagepro.company import Company, make_company
from counterfoil.sandbox.sagepro.documents import Document, Kind, Order, Place, Status, cents
from counterfoil.sandbox.sagepro.market import SMALL
from tests.integration.sagepro_audit.damage import AS_OF, append, audited, change, first, rows
from tests.integration.sagepro_audit.test_findings import witnessed
from tests.support.receivables import (
    application,
    deposit,
    discounted,
    identifying,
    reversal,
    surcharged,
    unidentified,
)
from tests.support.sagepro_books import DAY, receipt
from tests.support.trust import stand

PROFILE = f"""
company: "01"
mode: test
system_folder: .
accounts:
  clearing: {{card: {chart.CARD_CLEARING}}}
  discount: {chart.CASH_DISCOUNTS}
  write_off: {chart.WRITE_OFFS}
  surcharge: {chart.SURCHARGES}
  deposits: {chart.DEPOSITS}
  unidentified: {chart.UNIDENTIFIED}
write_offs: {{amount: 5, percent: 5}}
"""
COMPANY: Company = make_company(7, AS_OF, size=SMALL)
CAST: Cast = cast_of(COMPANY, unpaid=4)


class Stage:
    """The company behind its port, with what was posted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        clock = ManualClock(datetime(2026, 11, 23, 15, tzinfo=UTC))
        profile = parse_profile(PROFILE, base=folder)
        stand(profile)
        self.erp = SageProCompany(profile, clock)

    def post(self, *facts: Fact) -> list[Posted]:
        answers = self.erp.post(facts)
        assert [type(answer) for answer in answers] == [Posted] * len(facts), answers
        again = self.erp.post(facts)
        assert [type(answer) for answer in again] == [AlreadyPosted] * len(facts)
        self.require_sound()
        return [answer for answer in answers if isinstance(answer, Posted)]

    def take_back(self, *facts: Fact) -> None:
        self.post(*map(reversal, facts))

    def require_sound(self) -> None:
        assert audited(self.folder).found == {}
        assert witnessed(self.folder) == set()


@pytest.fixture
def stage(folder: Path) -> Iterator[Stage]:
    stage = Stage(folder)
    yield stage
    stage.erp.close()


def paying(pick: Pick, amount: Decimal) -> ReceiptFact:
    return receipt(pick.customer, {pick.number: str(amount)}, transaction=f"45{pick.number}")


def with_terms(places: frozenset[Place]) -> Document:
    """An unpaid invoice whose discount may still be taken."""
    for document in COMPANY.trade.documents:
        terms = document.customer.terms
        plain = document.kind is Kind.INVOICE and document.status is Status.LIVE and not document.applied
        in_time = document.on + timedelta(days=terms.discount_days) >= DAY
        free = document.customer.number != COMPANY.trade.locked_customer.number
        if plain and terms.percent and in_time and free and document.place in places and document.total > 10:
            return document
    raise AssertionError("the company has no such invoice")


def taking_the_discount(document: Document) -> ReceiptFact:
    discount = cents(document.total * document.customer.terms.percent / 100)
    amount, number = document.total - discount, str(document.number)
    fact = discounted(document.customer.number, number, str(amount), discount=str(discount))
    return replace(fact, key=replace(fact.key, lineage=f"paytrace/m1/45{number}"))


def test_discounts_write_offs_and_surcharges(stage: Stage) -> None:
    short = CAST.unpaid[0]
    written_off = discounted(
        short.customer, short.number, str(short.open - Decimal("0.37")), write_off="0.37"
    )
    facts = [
        taking_the_discount(with_terms(frozenset({Place.CURRENT}))),
        written_off,
        surcharged(paying(CAST.twin, CAST.twin.open), "2.50"),
    ]
    stage.post(*facts)
    stage.take_back(*facts)


def ordering() -> tuple[Order, Document]:
    """An open order, and an open invoice of the same customer that came from no order."""
    for order in COMPANY.trade.orders:
        for document in COMPANY.trade.documents:
            same = document.customer is order.customer and document.order is None
            open_ = (
                document.kind is Kind.INVOICE and document.place is Place.CURRENT and document.balance > 25
            )
            if order.is_firm and same and open_ and document.status is Status.LIVE:
                return order, document
    raise AssertionError("the company has no such order")


def invoice_order(folder: Path, order: Order, document: Document) -> None:
    """What is left when Sage Pro has invoiced the order: an invoice that bears its number."""
    recno, _ = first(folder, "armast", lambda row: row["invno"] == document.key)
    change(folder, "armast", recno, ornum=str(order.number).rjust(10))


def test_an_open_credit_pays_an_invoice_that_stands_in_both_tables(stage: Stage) -> None:
    twin = CAST.twin
    received = receipt(twin.customer, {}, "12.34", transaction="4500000453")
    (credit,) = stage.post(received)
    applied = application(twin.customer, credit.document, {twin.number: "10.00"}, left="12.34")
    stage.post(applied)
    stage.take_back(applied, received)


def test_a_deposit_is_owed_until_it_pays_the_invoice_of_its_order(stage: Stage) -> None:
    order, document = ordering()
    customer, number = order.customer.number, str(document.number)
    received = deposit(customer, "25.00", str(order.number), transaction="4500000451")
    (credit,) = stage.post(received)
    early = application(customer, credit.document, {number: "25.00"})
    assert isinstance(stage.erp.post([early])[0], Refused)
    invoice_order(stage.folder, order, document)
    stage.post(early)
    stage.take_back(early, received)


def test_unidentified_money_moves_to_its_customer(stage: Stage) -> None:
    pick = CAST.unpaid[1]
    fact = paying(pick, pick.open)
    unknown = unidentified(str(pick.open), transaction=fact.reference)
    stage.post(unknown)
    stage.post(identifying(fact))
    stage.take_back(fact, unknown)


def test_what_was_applied_before_a_period_close_is_taken_back_after_it(stage: Stage) -> None:
    """Sage Pro copies open documents to history and marks them; both rows are one document from then on."""
    pick = CAST.unpaid[2]
    fact = paying(pick, pick.open - 1)
    stage.post(fact)
    copy_to_history(stage.folder, pick.number.rjust(10))
    stage.take_back(fact)


def copy_to_history(folder: Path, number: str) -> None:
    for table, history in (("armast", "arymst"), ("artran", "arytrn")):
        for recno, row in rows(folder, table):
            if row["invno"] == number:
                change(folder, table, recno, currhist="X")
                append(folder, history, {**row, "currhist": "X"})
