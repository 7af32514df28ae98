from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.operations import Append, Operation, Plan
from counterfoil.connectors.sagepro.posting.desk import choose_marker
from counterfoil.connectors.sagepro.profile import Accounts, PostingDate
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.payment import Tender
from counterfoil.ports.erp import Busy, Changed, Refused
from tests.support.sagepro_books import (
    DAY,
    NOW,
    MemoryBooks,
    customer_row,
    document_row,
    profile,
    receipt,
)


def books(*rows: Row) -> MemoryBooks:
    return MemoryBooks([customer_row("ABC", "150"), document_row("1001", "ABC", "100"), *rows])


def planned(books: MemoryBooks, fact: ReceiptFact) -> Plan:
    answer = books.post(fact)
    assert isinstance(answer, Plan), answer
    return answer


def appended(operations: tuple[Operation, ...], table: TableName) -> list[dict[str, Value]]:
    return [
        dict(operation.values)
        for operation in operations
        if isinstance(operation, Append) and operation.table is table
    ]


def test_full_receipt_closes_the_invoice_and_lowers_the_customer() -> None:
    company = books()
    plan = planned(company, receipt("ABC", {"1001": "100"}))
    document = company.one(TableName.DOCUMENTS, "1001")
    assert (document.money("paid"), document.money("balance")) == (Decimal(100), Decimal(0))
    assert (document.money("base_paid"), document.money("base_balance")) == (Decimal(100), Decimal(0))
    assert (document.day("paid_on"), document.text("status")) == (DAY, "")
    customer = company.one(TableName.CUSTOMERS, "ABC")
    assert customer.money("balance") == Decimal(50)
    assert (customer.day("last_paid_on"), customer.money("last_payment")) == (DAY, Decimal(100))
    assert plan.document == "4053461"


def test_receipt_writes_one_cash_row_and_a_balanced_pair_of_distributions() -> None:
    plan = planned(books(), receipt("ABC", {"1001": "40.25"}))
    (cash,) = appended(plan.operations, TableName.CASH)
    assert cash["number"] == "1001"
    assert cash["paid"] == Decimal("40.25")
    assert cash["reference"] == "4053461"
    assert (cash["account"], cash["user"], cash["added_at"]) == ("1050-000", "CFOL", "09:30:15")
    lines = appended(plan.operations, TableName.DISTRIBUTIONS)
    assert [(line["line_kind"], line["account"], line["amount"]) for line in lines] == [
        ("C", "1050-000", Decimal("40.25")),
        ("R", "1101-000", Decimal("-40.25")),
    ]


def test_partial_receipt_leaves_the_rest_open() -> None:
    company = books()
    planned(company, receipt("ABC", {"1001": "40.25"}))
    assert company.one(TableName.DOCUMENTS, "1001").money("balance") == Decimal("59.75")


def test_overpayment_becomes_an_open_credit_with_a_number_of_its_own() -> None:
    company = books()
    plan = planned(company, receipt("ABC", {"1001": "100"}, "20"))
    assert plan.document == "900000000"
    credit = company.one(TableName.DOCUMENTS, "900000000")
    assert (credit.text("kind"), credit.money("total"), credit.money("balance")) == (
        "O",
        Decimal(-20),
        Decimal(-20),
    )
    (line,) = appended(plan.operations, TableName.LINES)
    assert (line["item"], line["description"], line["extended_price"]) == (
        "Credit Memo",
        "OVER PAY",
        Decimal(-20),
    )
    assert [cash["paid"] for cash in appended(plan.operations, TableName.CASH)] == [Decimal(100), Decimal(20)]
    assert company.one(TableName.CUSTOMERS, "ABC").money("balance") == Decimal(30)


def test_payment_on_account_touches_no_invoice() -> None:
    company = books()
    plan = planned(company, receipt("ABC", {}, "75"))
    assert company.one(TableName.DOCUMENTS, "1001").money("balance") == Decimal(100)
    (line,) = appended(plan.operations, TableName.LINES)
    assert line["description"] == "ON ACCOUNT"


def test_an_invoice_in_both_tables_is_written_in_both() -> None:
    twin = document_row("1002", "ABC", "50", twin="X")
    history = document_row("1002", "ABC", "50", table=TableName.DOCUMENT_HISTORY, twin="X")
    company = books(twin, history)
    planned(company, receipt("ABC", {"1002": "20"}))
    assert company.one(TableName.DOCUMENTS, "1002").money("balance") == Decimal(30)
    assert company.one(TableName.DOCUMENT_HISTORY, "1002").money("balance") == Decimal(30)


def test_two_receipts_for_one_customer_add_up() -> None:
    company = books(document_row("1002", "ABC", "50"))
    planned(company, receipt("ABC", {"1001": "60"}, transaction="1"))
    planned(company, receipt("ABC", {"1001": "40", "1002": "50"}, transaction="2"))
    assert company.one(TableName.DOCUMENTS, "1001").money("balance") == Decimal(0)
    assert company.one(TableName.CUSTOMERS, "ABC").money("balance") == Decimal(0)


def test_an_earlier_payment_does_not_move_the_last_payment_back() -> None:
    later = date(2026, 11, 21)
    company = MemoryBooks(
        [
            customer_row("ABC", "100", last_paid_on=later, last_payment=Decimal(7)),
            document_row("1001", "ABC", "100", paid_on=later),
        ]
    )
    planned(company, receipt("ABC", {"1001": "100"}))
    customer = company.one(TableName.CUSTOMERS, "ABC")
    assert (customer.day("last_paid_on"), customer.money("last_payment")) == (later, Decimal(7))
    assert company.one(TableName.DOCUMENTS, "1001").day("paid_on") == later


def test_posting_date_policy_today_takes_the_day_of_posting() -> None:
    company = books()
    company.site = profile(posting_date=PostingDate.TODAY)
    plan = planned(company, receipt("ABC", {"1001": "100"}))
    assert appended(plan.operations, TableName.CASH)[0]["paid_on"] == NOW.date()


def test_customer_without_an_account_takes_the_profile_s() -> None:
    company = MemoryBooks(
        [customer_row("ABC", "100", receivable_account=""), document_row("1001", "ABC", "100")]
    )
    plan = planned(company, receipt("ABC", {"1001": "100"}))
    assert [line["account"] for line in appended(plan.operations, TableName.DISTRIBUTIONS)][1] == "1100-000"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (document_row("1001", "ABC", "99.99"), "invoice 1001 has 99.99 USD open"),
        (document_row("1001", "XYZ", "100"), "belongs to customer XYZ, not ABC"),
        (document_row("1001", "ABC", "100", status="V"), "was voided"),
        (document_row("1002", "ABC", "100"), "is no longer in the books"),
    ],
)
def test_books_that_moved_answer_changed(row: Row, why: str) -> None:
    answer = MemoryBooks([customer_row("ABC", "100"), row]).post(receipt("ABC", {"1001": "100"}))
    assert isinstance(answer, Changed)
    assert why in answer.why


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([document_row("1001", "ABC", "100", table=TableName.DOCUMENT_HISTORY)], "in history only"),
        ([document_row("1001", "ABC", "100", twin="X")], "is not there"),
        (
            [
                document_row("1001", "ABC", "100", twin="X"),
                document_row("1001", "ABC", "90", table=TableName.DOCUMENT_HISTORY),
            ],
            "90 in history",
        ),
        ([document_row("1001", "ABC", "100"), document_row("1001", "ABC", "100")], "stands 2 times"),
        ([document_row("1001", "ABC", "100", kind="F")], "has type 'F'"),
        ([document_row("1001", "ABC", "100", status="Z")], "has status 'Z'"),
        ([document_row("1001", "ABC", "100", exchange_rate=Decimal("1.25"))], "at rate 1.25"),
    ],
)
def test_what_cannot_be_posted_is_refused_with_the_reason(rows: list[Row], why: str) -> None:
    answer = MemoryBooks([customer_row("ABC", "100"), *rows]).post(receipt("ABC", {"1001": "100"}))
    assert isinstance(answer, Refused)
    assert why in answer.why


def test_unknown_customer_is_refused() -> None:
    answer = books().post(receipt("NOPE", {}, "10"))
    assert isinstance(answer, Refused)
    assert "customer NOPE does not exist" in answer.why


def test_tender_without_a_clearing_account_is_refused() -> None:
    company = books()
    company.site = profile(accounts=Accounts(clearing={Tender.ACH: "1051-000"}))
    answer = company.post(receipt("ABC", {"1001": "100"}))
    assert isinstance(answer, Refused)
    assert "accounts.clearing.card" in answer.why


@pytest.mark.parametrize(
    "rows",
    [
        [customer_row("ABC", "100", lock_state="L", lock_user="ANNA"), document_row("1001", "ABC", "100")],
        [customer_row("ABC", "100"), document_row("1001", "ABC", "100", lock_state="L", lock_user="ANNA")],
    ],
)
def test_a_row_that_a_clerk_has_on_screen_is_busy_and_never_overridden(rows: list[Row]) -> None:
    answer = MemoryBooks(rows).post(receipt("ABC", {"1001": "100"}))
    assert isinstance(answer, Busy)
    assert "screen of ANNA" in answer.what


def test_a_reference_that_does_not_fit_is_replaced_by_a_hash_and_never_cut() -> None:
    fact = receipt("ABC", {"1001": "100"}, transaction="123456789012")
    marker = choose_marker(fact.key, fact.reference, 10)
    assert len(marker) == 10
    assert not fact.reference.startswith(marker)
    other = replace(fact, key=replace(fact.key, generation=2))
    assert choose_marker(other.key, other.reference, 10) != marker
    assert choose_marker(fact.key, fact.reference, 12) == "123456789012"


def test_amounts_in_base_currency_that_a_site_leaves_blank_stay_blank() -> None:
    blank = document_row("1003", "ABC", "50", base_balance=None, base_paid=None, base_total=None)
    company = books(blank)
    planned(company, receipt("ABC", {"1003": "20"}))
    document = company.one(TableName.DOCUMENTS, "1003")
    assert (document.money("paid"), document.money("balance")) == (Decimal(20), Decimal(30))
    assert (document.values["base_paid"], document.values["base_balance"]) == (None, None)
