from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.operations import Append, Plan
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import Effect, FactError, PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.ports.erp import Busy, Refused
from tests.support.outgoing import refund
from tests.support.sagepro_books import MemoryBooks, customer_row, document_row, receipt

LATER = date(2026, 11, 22)


def books() -> MemoryBooks:
    return MemoryBooks([customer_row("ABC", "150"), document_row("1001", "ABC", "100")])


def reversal(fact: Fact) -> ReversalFact:
    key = fact.key
    return ReversalFact(key=key.reversal, reverses=key, reversed_on=LATER, reason="voided at the gateway")


def posted(company: MemoryBooks, fact: Fact) -> Plan:
    answer = company.post(fact)
    assert isinstance(answer, Plan), answer
    return answer


def balances(company: MemoryBooks) -> tuple[Decimal, Decimal, Decimal]:
    document = company.one(TableName.DOCUMENTS, "1001")
    customer = company.one(TableName.CUSTOMERS, "ABC")
    return document.money("paid"), document.money("balance"), customer.money("balance")


def test_a_reversal_restores_every_balance_and_adds_counter_rows() -> None:
    company = books()
    before = balances(company)
    fact = receipt("ABC", {"1001": "60.25"})
    posted(company, fact)
    plan = posted(company, reversal(fact))
    assert balances(company) == before
    cash = [row.money("paid") for row in company.table(TableName.CASH)]
    assert cash == [Decimal("60.25"), Decimal("-60.25")]
    assert sum(row.money("amount") for row in company.table(TableName.DISTRIBUTIONS)) == 0
    days = {row.day("paid_on") for row in company.table(TableName.CASH)}
    assert days == {fact.received_on, LATER}
    assert [one.table for one in plan.operations if isinstance(one, Append)] == [
        TableName.CASH,
        TableName.DISTRIBUTIONS,
        TableName.DISTRIBUTIONS,
    ]


def test_an_open_credit_that_nothing_was_applied_to_becomes_void() -> None:
    company = books()
    fact = receipt("ABC", {}, "40")
    number = posted(company, fact).document
    posted(company, reversal(fact))
    credit = company.one(TableName.DOCUMENTS, number)
    assert (credit.text("status"), credit.money("balance"), credit.money("base_balance")) == (
        "V",
        Decimal(0),
        Decimal(0),
    )
    assert company.one(TableName.LINES, number).text("status") == "V"
    assert company.one(TableName.CUSTOMERS, "ABC").money("balance") == Decimal(150)


def test_an_open_credit_that_was_applied_is_taken_back_by_nobody() -> None:
    company = books()
    fact = receipt("ABC", {}, "40")
    number = posted(company, fact).document
    credit = company.one(TableName.DOCUMENTS, number)
    company.rows[credit.table, credit.record] = replace(
        credit, values={**credit.values, "balance": Decimal(-10)}
    )
    answer = company.plan(reversal(fact))
    assert isinstance(answer, Refused)
    assert "take back what was applied first" in answer.why


def test_a_row_on_a_clerks_screen_is_waited_for() -> None:
    company = books()
    fact = receipt("ABC", {"1001": "60"})
    posted(company, fact)
    row = company.one(TableName.DOCUMENTS, "1001")
    company.rows[row.table, row.record] = replace(row, values={**row.values, "lock_state": "L"})
    assert isinstance(company.plan(reversal(fact)), Busy)


def test_what_was_never_posted_cannot_be_taken_back() -> None:
    answer = books().plan(reversal(receipt("ABC", {"1001": "60"})))
    assert isinstance(answer, Refused)


def test_the_next_generation_opens_only_after_a_posted_reversal() -> None:
    company = books()
    first = receipt("ABC", {"1001": "60"})
    again: ReceiptFact = replace(first, key=replace(first.key, generation=2))
    posted(company, first)
    answer = company.plan(again)
    assert isinstance(answer, Refused)
    assert "reverse it first" in answer.why
    posted(company, reversal(first))
    posted(company, again)
    assert balances(company) == (Decimal(60), Decimal(40), Decimal(90))


def test_a_reversal_is_not_reversed() -> None:
    """Else the receipt would stand again, and its second generation would post the money once more."""
    back = reversal(receipt("ABC", {"1001": "60"}))
    with pytest.raises(FactError, match="next generation"):
        reversal(back)


def close_period(company: MemoryBooks) -> None:
    """What is open is copied to history and stays current too."""
    copies = {
        TableName.DOCUMENTS: TableName.DOCUMENT_HISTORY,
        TableName.LINES: TableName.LINE_HISTORY,
    }
    for row in list(company.rows.values()):
        if row.table in copies:
            values = {**row.values, "twin": "X"}
            company.rows[row.table, row.record] = replace(row, values=values)
            copy = len(company.rows) + 1
            history = copies[row.table]
            company.rows[history, copy] = replace(row, table=history, record=copy, values=values)


def test_after_a_period_close_both_rows_of_an_invoice_are_changed_back() -> None:
    company = books()
    before = balances(company)
    first, second = receipt("ABC", {"1001": "60"}, transaction="1"), receipt("ABC", {"1001": "5"})
    posted(company, first)
    close_period(company)
    posted(company, second)
    posted(company, reversal(first))
    posted(company, reversal(second))
    assert balances(company) == before
    (history,) = company.table(TableName.DOCUMENT_HISTORY)
    assert (history.money("paid"), history.money("balance")) == (Decimal(0), Decimal(100))


def test_after_a_period_close_both_rows_of_an_open_credit_become_void() -> None:
    company = books()
    fact = receipt("ABC", {}, "40")
    number = posted(company, fact).document
    close_period(company)
    posted(company, reversal(fact))
    for table in (TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY):
        row = company.one(table, number)
        assert (row.text("status"), row.money("balance")) == ("V", Decimal(0))
    for table in (TableName.LINES, TableName.LINE_HISTORY):
        assert company.one(table, number).text("status") == "V"


def test_the_second_generation_can_be_taken_back_too() -> None:
    company = books()
    before = balances(company)
    first = receipt("ABC", {"1001": "60"})
    again: ReceiptFact = replace(first, key=replace(first.key, generation=2))
    for fact in (first, reversal(first), again, reversal(again)):
        posted(company, fact)
    assert balances(company) == before


def test_a_reversal_has_the_key_of_what_it_reverses_and_a_reason() -> None:
    key = PostingKey("gateway/shop/7", Effect.RECEIPT)
    assert str(key.reversal) == "gateway/shop/7/receipt/reversal#1"
    assert PostingKey.parse(str(key.reversal)) == key.reversal
    assert key.reversal.origin == key.origin == "gateway/shop/7"
    with pytest.raises(FactError, match="its key is"):
        ReversalFact(key=key, reverses=key, reversed_on=LATER, reason="x")
    with pytest.raises(FactError, match="reason"):
        ReversalFact(key=key.reversal, reverses=key, reversed_on=LATER, reason="")


def test_a_refund_whose_invoice_was_paid_again_is_taken_back_by_nobody() -> None:
    company = books()
    first, again = receipt("ABC", {"1001": "100"}), receipt("ABC", {"1001": "30"}, transaction="2")
    posted(company, first)
    opened = refund(first, {"1001": "30"})
    posted(company, opened)
    posted(company, again)
    answer = company.plan(reversal(opened))
    assert isinstance(answer, Refused)
    assert "-30 would be: take back first what was posted to it since" in answer.why
    posted(company, reversal(again))
    posted(company, reversal(opened))
    assert balances(company) == (Decimal(100), Decimal(0), Decimal(50))
