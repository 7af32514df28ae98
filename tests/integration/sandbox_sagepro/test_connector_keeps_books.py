"""The connector posts into the sample company; the audit, which shares no code with it, looks on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import Profile, parse_profile
from counterfoil.domain.facts.chargeback import DisputeOutcome
from counterfoil.domain.facts.credit_memo import CreditMemoFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact, RefundMeaning
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.invoice import Shelf
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.erp import AlreadyPosted, Busy, Posted, Refused
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.audit import audit
from counterfoil.sandbox.sagepro.audit.reader import read_books
from counterfoil.sandbox.sagepro.cast import Cast, Pick, cast_of
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.market import SMALL
from counterfoil.sandbox.sagepro.structures import structures
from counterfoil.sandbox.sagepro.structures.columns import PRESETS, Widths
from counterfoil.sandbox.sagepro.writer import table_path, write_company
from tests.support.outgoing import chargeback, credit_memo, outcome, refund, reversal
from tests.support.receivables import application, deposit, identifying, unidentified
from tests.support.sagepro_books import receipt
from tests.support.trust import stand

AS_OF = date(2026, 11, 23)
PROFILE = f"""
company: "01"
mode: test
system_folder: .
accounts:
  clearing: {{card: {chart.CARD_CLEARING}, ach: {chart.ACH_CLEARING}}}
  returns: 40900-000
  bad_debt: {chart.WRITE_OFFS}
  surcharge: {chart.SURCHARGES}
  deposits: {chart.DEPOSITS}
  unidentified: {chart.UNIDENTIFIED}
numbering: {{credit_memos: {{first: 100, last: 999}}}}
"""


class Stage:
    """A small company on disk with the connector over it."""

    def __init__(self, folder: Path, widths: Widths) -> None:
        self.folder = folder
        self.widths = widths
        company = make_company(7, AS_OF, widths=widths, size=SMALL)
        write_company(company, folder)
        self.cast: Cast = cast_of(company, unpaid=3)
        stand(self.profile)
        self.erp = SageProCompany(self.profile, ManualClock(datetime(2026, 11, 23, 15, 0, tzinfo=UTC)))

    @property
    def profile(self) -> Profile:
        return parse_profile(PROFILE, base=self.folder)

    def broken(self) -> dict[str, object]:
        return {v.name: v.differences for v in audit(read_books(self.folder)) if not v.ok}

    def findings(self) -> list[str]:
        return [
            finding
            for structure in structures(self.widths)
            for finding in check_table(self.folder / table_path(structure))
        ]


@pytest.fixture(params=PRESETS, ids=lambda widths: widths.name)
def stage(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    stage = Stage(tmp_path / "sagepro", request.param)
    yield stage
    stage.erp.close()


def paying(*picks: Pick, on_account: str = "0", part: Decimal = Decimal(1)) -> ReceiptFact:
    applied = {pick.number: str((pick.open * part).quantize(Decimal("0.01"))) for pick in picks}
    return receipt(picks[0].customer, applied, on_account, transaction=f"44{picks[0].number}")


def test_receipts_of_every_kind_leave_the_books_clean(stage: Stage) -> None:
    cast = stage.cast
    facts = [
        paying(cast.unpaid[0]),
        paying(cast.unpaid[1], part=Decimal("0.37")),
        paying(cast.unpaid[2], on_account="12.34"),
        paying(*cast.pair),
        paying(cast.twin),
        paying(cast.partly_paid),
        paying(cast.ordered),
        receipt(cast.without_invoice.number, {}, "250.00", transaction="4498000001"),
    ]
    answers = stage.erp.post(facts)
    assert [type(answer) for answer in answers] == [Posted] * len(facts), answers
    assert stage.broken() == {}
    again = stage.erp.post(facts)
    assert [type(answer) for answer in again] == [AlreadyPosted] * len(facts)
    assert stage.broken() == {}
    assert stage.findings() == []


def test_refunds_and_credit_memos_leave_the_books_clean(stage: Stage) -> None:
    """Every meaning, over current documents, twins and history; the audit looks at both tables."""
    cast = stage.cast
    plain, twin = paying(cast.unpaid[0], on_account="12.34"), paying(cast.twin)
    (first, _) = stage.erp.post([plain, twin])
    assert isinstance(first, Posted), first
    number, other = cast.unpaid[0].number, cast.twin.number
    facts: list[Fact] = [
        refund(plain, {number: "1.25"}, transaction="4499000001"),
        refund(plain, {first.document: "2.34"}, RefundMeaning.OPEN_CREDIT, transaction="4499000002"),
        refund(plain, {number: "3.50"}, RefundMeaning.CREDIT_MEMO, transaction="4499000003"),
        refund(twin, {other: "4.75"}, transaction="4499000004"),
        credit_memo(plain.customer, "6.60", invoice=number, document="R1"),
    ]
    in_place = [sold(fact, stage) for fact in facts]
    answers = stage.erp.post(in_place)
    assert [type(answer) for answer in answers] == [Posted] * len(facts), answers
    assert stage.broken() == {}
    undone = stage.erp.post([reversal(fact) for fact in in_place])
    assert [type(answer) for answer in undone] == [Posted] * len(facts), undone
    assert stage.broken() == {}
    assert stage.findings() == []


def test_credits_and_unidentified_money_leave_the_books_clean(stage: Stage) -> None:
    pick, twin = stage.cast.unpaid[0], stage.cast.twin
    order = next(row for row in read_books(stage.folder).firm_orders() if not row.text("currhist"))
    held = receipt(twin.customer, {}, "12.34", transaction="4499000001")
    unknown = unidentified(str(pick.open), transaction=f"44{pick.number}")
    facts: list[Fact] = [
        held,
        deposit(order.text("custno"), "25.00", order.text("sono"), transaction="4499000002"),
        unknown,
    ]
    (first, *_) = answers = stage.erp.post(facts)
    assert [type(answer) for answer in answers] == [Posted] * len(facts), answers
    assert stage.broken() == {}
    assert isinstance(first, Posted)
    later: list[Fact] = [
        application(twin.customer, first.document, {twin.number: "10.00"}, left="12.34"),
        identifying(paying(pick)),
    ]
    answers = stage.erp.post(later)
    assert [type(answer) for answer in answers] == [Posted] * len(later), answers
    assert stage.broken() == {}
    undone = stage.erp.post([reversal(fact) for fact in (*later, *facts)])
    assert [type(answer) for answer in undone] == [Posted] * (len(later) + len(facts)), undone
    assert stage.broken() == {}
    assert stage.findings() == []


def test_disputes_leave_the_books_clean_through_all_their_stages(stage: Stage) -> None:
    cast = stage.cast
    paid = [paying(cast.unpaid[0]), paying(cast.twin)]
    opened = [
        chargeback(one, {part.invoice: str(part.amount.amount)}, f"449900000{index}")
        for index, one in enumerate(paid)
        for part in one.applications
    ]
    ends = [outcome(opened[0], DisputeOutcome.WON), outcome(opened[1], DisputeOutcome.LOST)]
    for facts in (paid, opened, ends, [reversal(ends[1])]):
        answers = stage.erp.post(facts)
        assert [type(answer) for answer in answers] == [Posted] * len(facts), answers
        assert stage.broken() == {}
    assert stage.findings() == []


def sold(fact: Fact, stage: Stage) -> Fact:
    """The same fact with lines of the item that its invoice sold."""
    if not isinstance(fact, RefundFact | CreditMemoFact):
        return fact
    number = fact.parts[0].document if isinstance(fact, RefundFact) else fact.invoice
    lines = (row for row in read_books(stage.folder).rows("artran") if row.text("invno") == number)
    item = next(lines).text("item")
    return replace(fact, lines=tuple(replace(one, item=item) for one in fact.lines))


def test_references_and_open_items_are_found_as_the_cast_says(stage: Stage) -> None:
    cast = stage.cast
    for pick, shelf in (
        (cast.unpaid[0], Shelf.CURRENT),
        (cast.twin, Shelf.BOTH),
        (cast.in_history, Shelf.HISTORY),
    ):
        (invoice,) = stage.erp.find_references(pick.number).invoices
        assert (invoice.customer, invoice.open.amount, invoice.shelf) == (pick.customer, pick.open, shelf)
    assert stage.erp.find_references(cast.ordered.order).orders
    items = stage.erp.find_open_items(CustomerNumber(cast.pair[0].customer))
    assert {pick.number for pick in cast.pair} <= {item.number for item in items}
    (void,) = stage.erp.find_references(cast.void.number).invoices
    assert void.void


def test_an_invoice_that_left_for_history_is_refused(stage: Stage) -> None:
    (answer,) = stage.erp.post([paying(stage.cast.in_history)])
    assert isinstance(answer, Refused)
    assert "history" in answer.why
    assert stage.broken() == {}


def test_a_customer_on_a_clerks_screen_is_waited_for(stage: Stage) -> None:
    (answer,) = stage.erp.post([paying(stage.cast.locked)])
    assert isinstance(answer, Busy)
    assert stage.broken() == {}
