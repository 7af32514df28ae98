"""Deposits on orders, and credits set against invoices."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import FactError
from counterfoil.domain.facts.receipt import WriteOff
from counterfoil.domain.facts.refund import RefundMeaning
from counterfoil.ports.erp import Busy, Changed, Refused
from tests.support.outgoing import refund
from tests.support.receivables import (
    CLEARING,
    DEPOSITS,
    RECEIVABLE,
    SITE,
    application,
    deposit,
    order_row,
    reversal,
)
from tests.support.sagepro_books import MemoryBooks, customer_row, document_row, receipt, usd


def books(*rows: Row, site: Profile = SITE, **customer: Value) -> MemoryBooks:
    """An invoice of order 501, one of no order, in both tables, and a credit memo."""
    return MemoryBooks(
        [
            customer_row("ABC", "150", **customer),
            order_row("501", "ABC"),
            document_row("1001", "ABC", "100", order="501"),
            document_row("1002", "ABC", "80", twin="X"),
            document_row("1002", "ABC", "80", twin="X", table=TableName.DOCUMENT_HISTORY),
            document_row("1003", "ABC", "-30", kind="C"),
            *rows,
        ],
        site,
    )


def posted(company: MemoryBooks, fact: Fact) -> Plan:
    answer = company.post(fact)
    assert isinstance(answer, Plan), answer
    return answer


def open_(company: MemoryBooks, number: str) -> tuple[Decimal, Decimal, Decimal]:
    row = company.one(TableName.DOCUMENTS, number)
    return row.money("paid"), row.money("balance"), row.money("base_balance")


def distributed(company: MemoryBooks) -> dict[str, Decimal]:
    result: dict[str, Decimal] = {}
    for row in company.table(TableName.DISTRIBUTIONS):
        result[row.text("account")] = result.get(row.text("account"), Decimal(0)) + row.money("amount")
    return result


def test_a_deposit_is_an_open_credit_that_bears_its_order_and_is_owed() -> None:
    company = books()
    number = posted(company, deposit("ABC", "60", "501")).document
    row = company.one(TableName.DOCUMENTS, number)
    assert (row.text("kind"), row.text("order"), row.money("balance")) == ("O", "501", Decimal(-60))
    assert company.one(TableName.CUSTOMERS, "ABC").money("balance") == Decimal(90)
    assert distributed(company) == {CLEARING: Decimal(60), DEPOSITS: Decimal(-60)}
    (line,) = company.table(TableName.LINES)
    assert (line.text("description"), line.text("order")) == ("DEPOSIT", "")


def test_the_customers_own_deposit_account_goes_before_the_profiles() -> None:
    company = books(deposit_account="2401-000")
    posted(company, deposit("ABC", "60", "501"))
    assert distributed(company) == {CLEARING: Decimal(60), "2401-000": Decimal(-60)}


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (order_row("501", "ABC", status="C"), "no longer open (status C)"),
        (order_row("501", "ABC", status="V"), "no longer open (status V)"),
        (order_row("501", "XYZ"), "belongs to customer XYZ"),
        (order_row("502", "ABC"), "no longer among the current orders"),
    ],
)
def test_an_order_that_moved_is_decided_again_with_its_invoices(order: Row, why: str) -> None:
    company = books()
    company.rows = {row_id: row for row_id, row in company.rows.items() if row.table is not TableName.ORDERS}
    company.rows[order.table, 99] = replace(order, record=99)
    answer = company.plan(deposit("ABC", "60", "501"))
    assert isinstance(answer, Changed)
    assert why in answer.why
    assert [item.number for item in answer.current] == ["1001"]


def test_a_bid_takes_no_deposit() -> None:
    answer = books(order_row("503", "ABC", kind="B")).plan(deposit("ABC", "60", "503"))
    assert isinstance(answer, Refused)
    assert "no firm order" in answer.why


def test_a_deposit_needs_an_account() -> None:
    bare = SITE.accounts.model_copy(update={"deposits": ""})
    answer = books(site=SITE.model_copy(update={"accounts": bare})).plan(deposit("ABC", "60", "501"))
    assert isinstance(answer, Refused)
    assert "accounts.deposits" in answer.why


def test_a_deposit_needs_a_column_for_its_order() -> None:
    company = books()
    company.lacking = frozenset({(TableName.DOCUMENTS, "order")})
    answer = company.plan(deposit("ABC", "60", "501"))
    assert isinstance(answer, Refused)
    assert "no column for the order" in answer.why


def test_a_deposit_pays_the_invoice_of_its_order_and_leaves_the_liability() -> None:
    company = books()
    number = posted(company, deposit("ABC", "60", "501")).document
    plan = posted(company, application("ABC", number, {"1001": "60"}))
    assert plan.document == number
    assert open_(company, "1001") == (Decimal(60), Decimal(40), Decimal(40))
    assert open_(company, number) == (Decimal(-60), Decimal(0), Decimal(0))
    assert company.one(TableName.CUSTOMERS, "ABC").money("balance") == Decimal(90)
    assert distributed(company) == {CLEARING: Decimal(60), DEPOSITS: Decimal(0), RECEIVABLE: Decimal(-60)}


def test_a_deposit_pays_no_invoice_of_another_order() -> None:
    company = books()
    number = posted(company, deposit("ABC", "60", "501")).document
    answer = company.plan(application("ABC", number, {"1002": "60"}))
    assert isinstance(answer, Refused)
    assert "deposit on order 501" in answer.why


def test_an_open_credit_of_sage_pro_that_bears_an_order_is_no_deposit_of_ours() -> None:
    theirs = document_row("100000007", "ABC", "-60", kind="O", order="501")
    company = books(theirs)
    posted(company, application("ABC", "100000007", {"1002": "60"}))
    assert distributed(company) == {RECEIVABLE: Decimal(0)}


def test_a_credit_pays_several_invoices_with_a_pair_of_rows_each() -> None:
    company = books()
    credit = posted(company, receipt("ABC", {}, "90")).document
    before = company.one(TableName.CUSTOMERS, "ABC").values
    posted(company, application("ABC", credit, {"1001": "50", "1002": "40"}))
    assert company.one(TableName.CUSTOMERS, "ABC").values == before
    assert open_(company, credit) == (Decimal(-90), Decimal(0), Decimal(0))
    assert open_(company, "1002")[:2] == (Decimal(40), Decimal(40))
    (twin,) = company.table(TableName.DOCUMENT_HISTORY)
    assert (twin.money("paid"), twin.money("balance")) == (Decimal(40), Decimal(40))
    pairs = [
        (row.text("number"), row.text("applied_to"), row.money("paid"), row.text("account"))
        for row in company.table(TableName.CASH)
        if row.text("applied_to")
    ]
    assert pairs == [
        ("1001", credit, Decimal(50), ""),
        (credit, "1001", Decimal(-50), ""),
        ("1002", credit, Decimal(40), ""),
        (credit, "1002", Decimal(-40), ""),
    ]


def test_a_credit_memo_may_be_applied_in_part() -> None:
    company = books()
    posted(company, application("ABC", "1003", {"1001": "20"}, left="30"))
    assert open_(company, "1003") == (Decimal(-20), Decimal(-10), Decimal(-10))
    assert distributed(company) == {RECEIVABLE: Decimal(0)}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"balance": Decimal(-10)}, "10.00 USD left, 20.00 USD should be applied"),
        ({"customer": "XYZ"}, "belongs to customer XYZ"),
        ({"status": "V"}, "voided"),
        ({"number": "1009"}, "no longer in the books"),
    ],
)
def test_a_credit_that_moved_is_decided_again(values: dict[str, Value], why: str) -> None:
    company = books()
    row = company.one(TableName.DOCUMENTS, "1003")
    company.rows[row.table, row.record] = replace(row, values={**row.values, **values})
    answer = company.plan(application("ABC", "1003", {"1001": "20"}))
    assert isinstance(answer, Changed)
    assert why in answer.why


def test_an_invoice_is_no_credit_and_a_screen_is_waited_for() -> None:
    company = books()
    answer = company.plan(application("ABC", "1002", {"1001": "20"}))
    assert isinstance(answer, Changed)
    row = company.one(TableName.DOCUMENTS, "1003")
    company.rows[row.table, row.record] = replace(row, values={**row.values, "lock_state": "L"})
    assert isinstance(company.plan(application("ABC", "1003", {"1001": "20"})), Busy)


def test_a_reversal_of_an_application_opens_both_documents_again() -> None:
    company = books()
    credit = posted(company, deposit("ABC", "60", "501"))
    before = {number: open_(company, number) for number in ("1001", credit.document)}
    fact = application("ABC", credit.document, {"1001": "60"})
    posted(company, fact)
    posted(company, reversal(fact))
    assert {number: open_(company, number) for number in before} == before
    assert distributed(company) == {CLEARING: Decimal(60), DEPOSITS: Decimal(-60), RECEIVABLE: Decimal(0)}
    assert sum(row.money("paid") for row in company.table(TableName.CASH) if row.text("applied_to")) == 0


def test_money_is_not_taken_back_while_its_credit_is_applied() -> None:
    company = books()
    fact = deposit("ABC", "60", "501")
    credit = posted(company, fact).document
    used = application("ABC", credit, {"1001": "60"})
    posted(company, used)
    answer = company.plan(reversal(fact))
    assert isinstance(answer, Refused)
    assert "take back what was applied first" in answer.why
    posted(company, reversal(used))
    posted(company, reversal(fact))
    assert company.one(TableName.CUSTOMERS, "ABC").money("balance") == Decimal(150)


def test_a_refund_of_a_deposit_takes_it_off_the_liability() -> None:
    company = books()
    fact = deposit("ABC", "60", "501")
    number = posted(company, fact).document
    posted(company, refund(fact, {number: "60"}, RefundMeaning.OPEN_CREDIT))
    assert distributed(company) == {CLEARING: Decimal(0), DEPOSITS: Decimal(0)}
    assert company.one(TableName.CUSTOMERS, "ABC").money("balance") == Decimal(150)


def test_an_application_that_contradicts_itself_cannot_be_built() -> None:
    fact = application("ABC", "1003", {"1001": "20"})
    (part,) = fact.applications
    for change in (
        {"applications": ()},
        {"assumed_left": usd("19.99")},
        {"credit": part.invoice},
        {
            "applications": (
                replace(part, write_off=WriteOff(amount=usd(1), reason="x"), assumed_open=usd(21)),
            )
        },
    ):
        with pytest.raises(FactError, match="application#1"):
            replace(fact, **change)


def test_a_repeat_may_apply_otherwise_and_a_deposit_needs_money() -> None:
    first = application("ABC", "1003", {"1001": "20"})
    other = replace(application("ABC", "1003", {"1002": "10"}), key=first.key)
    assert other.digest == first.digest
    with pytest.raises(FactError, match="needs money on account"):
        replace(receipt("ABC", {"1001": "60"}), deposit_on=deposit("ABC", "1", "501").deposit_on)
