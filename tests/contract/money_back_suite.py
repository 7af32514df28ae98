"""What every ERP backend must do where money goes back, and where only the general ledger is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.chargeback import DisputeOutcome
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.refund import RefundMeaning
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.money import Money
from counterfoil.domain.reopened import is_reopened
from counterfoil.ports.erp import AlreadyPosted, Conflict, Erp, Posted, Preview, Refused
from tests.support.outgoing import (
    chargeback,
    credit_memo,
    dispute_fee,
    fees,
    outcome,
    payments,
    refund,
    reversal,
    settlement,
)
from tests.support.sagepro_books import receipt, usd
from tests.support.sagepro_site import Site

PAID = receipt("ABC", {"1001": "100", "1002": "80"}, "40")
OPENED = chargeback(PAID, {"1001": "100"})
SETTLED = settlement("97", payments("100"), fees("-3"))


@dataclass(frozen=True, slots=True)
class Desk:
    """A backend, the books that it keeps, and the folder of its own."""

    erp: Erp
    site: Site
    folder: Path

    def post(self, *facts: Fact) -> Sequence[Posted]:
        answers = self.erp.post(facts)
        posted = [answer for answer in answers if isinstance(answer, Posted)]
        others = [answer for answer in answers if not isinstance(answer, Posted)]
        assert not others, others
        return posted

    def open(self, number: str) -> Money:
        (item,) = self.erp.find_references(number).invoices
        return Money(item.open.amount.normalize() + 0, item.open.currency)

    def owed(self) -> object:
        return self.site.one(TableName.CUSTOMERS, custno="ABC")["balance"]

    def is_reopened(self, number: str) -> bool:
        (item,) = self.erp.find_references(number).invoices
        return is_reopened(item, self.erp.find_receipts(InvoiceNumber(number)))

    def journals(self) -> list[str]:
        folder = self.folder / "journals"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


class MoneyBackSuite:
    """Tests over a fixture `desk` with the books of the ERP's contract."""

    def test_a_refund_of_money_on_account_shrinks_the_credit(self, desk: Desk) -> None:
        (paid,) = desk.post(PAID)
        desk.post(refund(PAID, {paid.document: "30"}, RefundMeaning.OPEN_CREDIT))
        assert desk.open(paid.document) == usd(-10)

    def test_a_refund_may_open_the_invoice_again_and_that_is_told(self, desk: Desk) -> None:
        desk.post(PAID)
        assert not desk.is_reopened("1001")
        desk.post(refund(PAID, {"1001": "60"}))
        assert (desk.open("1001"), desk.is_reopened("1001")) == (usd(60), True)

    def test_a_refund_with_a_memo_leaves_what_is_owed(self, desk: Desk) -> None:
        desk.post(PAID)
        before = desk.owed()
        fact = refund(PAID, {"1001": "22"}, RefundMeaning.CREDIT_MEMO, tax="2")
        (posted,) = desk.post(fact)
        assert (desk.owed(), desk.open(posted.document), desk.open("1001")) == (before, usd(0), usd(0))
        (again,) = desk.erp.post([fact])
        assert isinstance(again, AlreadyPosted)
        desk.post(reversal(fact))
        assert desk.owed() == before

    def test_refunds_never_exceed_what_came_in(self, desk: Desk) -> None:
        desk.post(PAID)
        answers = desk.erp.post(
            [
                refund(PAID, {"1001": "100", "1002": "80"}, transaction="1"),
                refund(PAID, {"1001": "41"}, RefundMeaning.CREDIT_MEMO, transaction="2"),
            ]
        )
        assert [type(answer) for answer in answers] == [Posted, Refused]
        (kept,) = desk.erp.post([reversal(PAID)])
        assert isinstance(kept, Refused)

    def test_a_credit_memo_is_an_open_item(self, desk: Desk) -> None:
        (posted,) = desk.post(credit_memo("ABC", "22", tax="2", invoice="1001"))
        assert (desk.open(posted.document), desk.open("1001")) == (usd(-22), usd(100))

    def test_a_dispute_that_was_won_leaves_no_trace_in_receivables(self, desk: Desk) -> None:
        desk.post(PAID, OPENED)
        assert (desk.open("1001"), desk.is_reopened("1001")) == (usd(100), True)
        desk.post(outcome(OPENED, DisputeOutcome.WON))
        assert (desk.open("1001"), desk.is_reopened("1001")) == (usd(0), False)

    def test_a_dispute_ends_once(self, desk: Desk) -> None:
        desk.post(PAID, OPENED, outcome(OPENED, DisputeOutcome.LOST))
        assert desk.open("1001") == usd(0)
        (answer,) = desk.erp.post([outcome(OPENED, DisputeOutcome.WON)])
        assert isinstance(answer, Conflict)

    def test_a_chargeback_after_a_refund_waits_for_a_person(self, desk: Desk) -> None:
        desk.post(PAID, refund(PAID, {"1002": "5"}))
        (answer,) = desk.erp.post([OPENED])
        assert isinstance(answer, Refused)
        assert desk.erp.find_posting(OPENED.key) is None

    def test_what_has_no_document_is_a_file_made_once(self, desk: Desk) -> None:
        preview = desk.erp.preview(SETTLED)
        assert isinstance(preview, Preview)
        assert len(preview.rows) == 3
        assert desk.journals() == []
        settled, fee = desk.post(SETTLED, dispute_fee(OPENED))
        names = sorted(f"{one.document}.csv" for one in (settled, fee))
        assert desk.journals() == names
        (again,) = desk.erp.post([SETTLED])
        assert again == AlreadyPosted(first=settled)
        for name in names:
            (desk.folder / "journals" / name).unlink()
        (undone,) = desk.post(reversal(SETTLED))
        assert desk.journals() == [f"{undone.document}.csv"]
