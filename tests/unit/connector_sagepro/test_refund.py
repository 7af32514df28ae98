from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.posting.desk import Answer
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.domain.facts.chargeback import DisputeOutcome
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import FactError
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact, RefundMeaning
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.ports.erp import Busy, Changed, Refused
from tests.support.outgoing import chargeback, credit_memo, outcome, refund, reversal
from tests.support.receivables import CLEARING, SITE, SURCHARGE, surcharged
from tests.support.sagepro_books import MemoryBooks, customer_row, document_row, profile, receipt, usd

PAID = receipt("ABC", {"1001": "100"}, "40")
CREDIT = "900000000"


def books(*more: Row) -> MemoryBooks:
    """The invoice is paid in full, 40 more stand on account."""
    rows = [customer_row("ABC", "150"), document_row("1001", "ABC", "100"), document_row("1002", "ABC", "50")]
    return post(MemoryBooks([*rows, *more]), PAID)


def post(company: MemoryBooks, *facts: Fact) -> MemoryBooks:
    for fact in facts:
        answer = company.post(fact)
        assert isinstance(answer, Plan), answer
    return company


def why(answer: Answer) -> str:
    assert isinstance(answer, Refused), answer
    return answer.why


def state(company: MemoryBooks, number: str) -> tuple[Decimal, Decimal, Decimal]:
    row = company.one(TableName.DOCUMENTS, number)
    return row.money("total"), row.money("paid"), row.money("balance")


def owed(company: MemoryBooks) -> Decimal:
    return company.one(TableName.CUSTOMERS, "ABC").money("balance")


def summed(rows: Iterable[Row], column: str, **equal: str) -> Decimal:
    fitting = (row for row in rows if all(row.text(name) == text for name, text in equal.items()))
    return sum((row.money(column) for row in fitting), Decimal(0))


def test_a_refund_of_money_on_account_shrinks_the_open_credit() -> None:
    company = books()
    before = owed(company)
    post(company, refund(PAID, {CREDIT: "30"}, RefundMeaning.OPEN_CREDIT))
    assert state(company, CREDIT) == (Decimal(-40), Decimal(-30), Decimal(-10))
    assert owed(company) == before + 30
    assert state(company, "1001")[2] == 0
    clearing = summed(company.table(TableName.DISTRIBUTIONS), "amount", account="1050-000")
    assert clearing == PAID.amount.amount - 30
    assert summed(company.table(TableName.CASH), "paid", number=CREDIT) == 10


def test_a_refund_without_a_memo_opens_the_invoice_again() -> None:
    company = books()
    before = owed(company)
    paid_on = company.one(TableName.DOCUMENTS, "1001").day("paid_on")
    post(company, refund(PAID, {"1001": "25.50"}))
    assert state(company, "1001") == (Decimal(100), Decimal("74.50"), Decimal("25.50"))
    assert owed(company) == before + Decimal("25.50")
    assert company.one(TableName.DOCUMENTS, "1001").day("paid_on") == paid_on
    assert summed(company.table(TableName.DISTRIBUTIONS), "amount", number="1001") == 0


def test_a_refund_with_a_memo_leaves_receivables_as_they_are() -> None:
    company = books()
    before = owed(company), state(company, "1001")
    fact = refund(PAID, {"1001": "22"}, RefundMeaning.CREDIT_MEMO, tax="2")
    answer = company.post(fact)
    assert isinstance(answer, Plan)
    assert (owed(company), state(company, "1001")) == before
    assert state(company, answer.document) == (Decimal(-22), Decimal(-22), Decimal(0))
    rows = [row for row in company.table(TableName.DISTRIBUTIONS) if row.text("number") == answer.document]
    assert sorted((row.text("line_kind"), row.text("account"), row.money("amount")) for row in rows) == [
        ("C", "1050-000", Decimal(-22)),
        ("R", "1101-000", Decimal(-22)),
        ("R", "1101-000", Decimal(22)),
        ("S", "4100-000", Decimal(20)),
        ("T", "2200-000", Decimal(2)),
    ]
    memo = company.one(TableName.DOCUMENTS, answer.document)
    assert (memo.text("kind"), memo.text("reference"), memo.money("tax")) == ("C", "CR.MEMO", Decimal(-2))
    assert {row.text("reference") for row in company.table(TableName.CASH)} == {"4053461", "4053999"}


def test_a_memo_may_correct_an_invoice_that_went_to_history() -> None:
    old = document_row("900", "ABC", "0", table=TableName.DOCUMENT_HISTORY, total=Decimal(80))
    company = books(old)
    post(company, refund(PAID, {"900": "40"}, RefundMeaning.CREDIT_MEMO))
    answer = company.plan(refund(PAID, {"900": "40"}, transaction="8"))
    assert "history only" in why(answer)


def test_both_rows_of_a_twin_are_opened_again() -> None:
    amounts = {"total": Decimal(100), "paid": Decimal(0)}
    twins = [
        document_row("7", "ABC", "100", table=table, twin="X", **amounts)
        for table in (TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY)
    ]
    paid = receipt("ABC", {"7": "100"}, transaction="5")
    company = post(MemoryBooks([customer_row("ABC", "100"), *twins]), paid, refund(paid, {"7": "30"}))
    for table in (TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY):
        assert company.one(table, "7").money("balance") == 30


def test_partial_refunds_never_exceed_what_came_in() -> None:
    company = books()
    credit = RefundMeaning.OPEN_CREDIT
    post(company, refund(PAID, {"1001": "60"}, transaction="1"))
    post(company, refund(PAID, {CREDIT: "40"}, credit, transaction="2"))
    first = refund(PAID, {"1001": "40"}, transaction="3")
    post(company, first)
    # The second invoice was paid by other money, so that the document alone would allow it.
    post(company, receipt("ABC", {"1002": "50"}, transaction="77"))
    over = refund(PAID, {"1002": "0.01"}, transaction="4")
    assert "140.00 USD of it went back already" in why(company.plan(over))
    post(company, reversal(first), over)


@pytest.mark.parametrize(
    ("amounts", "meaning", "words"),
    [
        ({CREDIT: "40.01"}, RefundMeaning.OPEN_CREDIT, "holds 40.00 USD"),
        ({"1002": "1"}, RefundMeaning.REOPEN, "holds 0.00 USD"),
        ({"4711": "1"}, RefundMeaning.REOPEN, "no longer in the books"),
        ({"2001": "1"}, RefundMeaning.REOPEN, "belongs to customer XYZ"),
        ({"3001": "1"}, RefundMeaning.REOPEN, "voided"),
    ],
)
def test_a_document_that_does_not_hold_the_money_is_changed(
    amounts: dict[str, str], meaning: RefundMeaning, words: str
) -> None:
    foreign = document_row("2001", "XYZ", "0", total=Decimal(50))
    void = document_row("3001", "ABC", "0", total=Decimal(50), status="V")
    answer = books(foreign, void).plan(refund(PAID, amounts, meaning))
    assert isinstance(answer, Changed), answer
    assert words in answer.why


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (refund(receipt("ABC", {}, "5", transaction="9"), {"1001": "5"}), "post the receipt first"),
        (refund(PAID, {"1001": "1"}, RefundMeaning.OPEN_CREDIT), "codes.open_credit"),
        (refund(PAID, {CREDIT: "1"}), "codes.invoice"),
        (refund(PAID, {CREDIT: "1"}, RefundMeaning.CREDIT_MEMO), "codes.invoice"),
        (replace(refund(PAID, {"2001": "5"}), customer=CustomerNumber("XYZ")), "from customer ABC, not XYZ"),
    ],
)
def test_a_refund_that_cannot_be_is_refused_in_words(fact: RefundFact, words: str) -> None:
    company = books(customer_row("XYZ", "50"), document_row("2001", "XYZ", "0", total=Decimal(50)))
    assert words in why(company.plan(fact))


def test_a_receipt_that_was_refunded_is_not_taken_back_before_its_refund() -> None:
    company = books()
    before = owed(company)
    fact = refund(PAID, {"1001": "30"})
    post(company, fact)
    assert f"by {fact.key}" in why(company.plan(reversal(PAID)))
    post(company, reversal(fact))
    assert (owed(company), state(company, "1001")[2]) == (before, Decimal(0))
    post(company, reversal(PAID))
    assert owed(company) == 150
    assert "taken back" in why(company.plan(refund(PAID, {"1002": "1"}, transaction="6")))


def test_a_refund_with_a_memo_is_taken_back_whole() -> None:
    company = books()
    before = owed(company)
    fact = refund(PAID, {"1001": "22"}, RefundMeaning.CREDIT_MEMO)
    answer = company.post(fact)
    assert isinstance(answer, Plan)
    post(company, reversal(fact))
    memo = company.one(TableName.DOCUMENTS, answer.document)
    assert (memo.text("status"), memo.money("balance"), owed(company)) == ("V", Decimal(0), before)
    assert summed(company.table(TableName.CASH), "paid", number=answer.document) == 0
    assert summed(company.table(TableName.DISTRIBUTIONS), "amount", line_kind="C") == PAID.amount.amount


def test_a_document_on_a_clerks_screen_is_waited_for() -> None:
    company = books(document_row("7", "ABC", "0", total=Decimal(9), lock_state="L", lock_user="ANN"))
    answer = company.plan(refund(PAID, {"7": "1"}))
    assert isinstance(answer, Busy)
    assert "ANN" in answer.what


def test_a_credit_memo_is_an_open_item_with_its_lines() -> None:
    company = books()
    before = owed(company)
    answer = company.post(credit_memo("ABC", "22", tax="2", invoice="1001"))
    assert isinstance(answer, Plan)
    assert state(company, answer.document) == (Decimal(-22), Decimal(0), Decimal(-22))
    assert owed(company) == before - 22
    (line,) = [row for row in company.table(TableName.LINES) if row.text("number") == answer.document]
    assert [line.money(name) for name in ("quantity", "price", "extended_price")] == [-1, 20, -20]
    assert summed(company.table(TableName.DISTRIBUTIONS), "amount", number=answer.document) == 0
    post(company, reversal(credit_memo("ABC", "22", tax="2", invoice="1001")))
    assert owed(company) == before


def test_a_credit_memo_needs_accounts() -> None:
    site = profile()
    bare = site.model_copy(update={"accounts": site.accounts.model_copy(update={"returns": ""})})
    company = MemoryBooks([customer_row("ABC", "0")], bare)
    assert "accounts.returns" in why(company.plan(credit_memo("ABC", "5")))
    taxless = site.model_copy(update={"accounts": site.accounts.model_copy(update={"sales_tax": ""})})
    company = MemoryBooks([customer_row("ABC", "0")], taxless)
    assert "accounts.sales_tax" in why(company.plan(credit_memo("ABC", "5", tax="1")))
    own = MemoryBooks([customer_row("ABC", "0", tax_account="2201-000")], taxless)
    post(own, credit_memo("ABC", "5", tax="1"))
    assert summed(own.table(TableName.DISTRIBUTIONS), "amount", account="2201-000") == 1


def surcharged_books() -> tuple[MemoryBooks, ReceiptFact]:
    """The invoice is paid in full, and three more were charged on top."""
    paid = surcharged(receipt("ABC", {"1001": "100"}), "3")
    company = MemoryBooks([customer_row("ABC", "100"), document_row("1001", "ABC", "100")], SITE)
    return post(company, paid), paid


@pytest.mark.parametrize("meaning", [RefundMeaning.REOPEN, RefundMeaning.CREDIT_MEMO])
def test_what_was_charged_on_top_goes_back_outside_the_customer_s_account(meaning: RefundMeaning) -> None:
    company, paid = surcharged_books()
    plain = refund(paid, {"1001": "100"}, meaning)
    fact = replace(plain, amount=usd("103"), surcharge=usd("3"))
    before = owed(company)
    post(company, fact)
    assert owed(company) == before + (100 if meaning is RefundMeaning.REOPEN else 0)
    rows = company.table(TableName.DISTRIBUTIONS)
    assert summed(rows, "amount", account=CLEARING) == 0
    assert summed(rows, "amount", account=SURCHARGE) == 0
    assert summed(rows, "amount") == 0
    post(company, reversal(fact))
    assert owed(company) == before
    assert summed(company.table(TableName.DISTRIBUTIONS), "amount", account=SURCHARGE) == -3


def test_no_more_goes_back_on_top_than_was_charged_on_top() -> None:
    company, paid = surcharged_books()
    first = replace(refund(paid, {"1001": "10"}), amount=usd("12"), surcharge=usd("2"))
    post(company, first)
    second = replace(refund(paid, {"1001": "10"}, transaction="2"), amount=usd("12"), surcharge=usd("2"))
    assert "brought 3.00 USD on top, and 2.00 USD" in why(company.plan(second))
    with pytest.raises(FactError, match="must be positive"):
        replace(first, surcharge=usd("0"), amount=usd("10"))


def test_a_dispute_takes_back_what_was_charged_on_top_as_well() -> None:
    company, paid = surcharged_books()
    opened = replace(chargeback(paid, {"1001": "100"}), amount=usd("103"), surcharge=usd("3"))
    before = owed(company)
    post(company, opened)
    rows = company.table(TableName.DISTRIBUTIONS)
    assert summed(rows, "amount", account=CLEARING) == 0
    assert owed(company) == before + 100
    post(company, outcome(opened, DisputeOutcome.WON))
    assert owed(company) == before
    again = replace(opened, key=replace(opened.key, lineage="paytrace/m1/D-2"))
    post(company, again, outcome(again, DisputeOutcome.LOST))
    assert owed(company) == before


def test_a_discount_is_no_money_that_could_go_back() -> None:
    row = document_row("7", "ABC", "0", total=Decimal(60), discount=Decimal(20), paid=Decimal(40))
    answer = books(row).plan(refund(PAID, {"7": "40.01"}))
    assert isinstance(answer, Changed)
    assert "holds 40.00 USD" in answer.why
