from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.judgements import Apart, Linked
from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.ports.erp import KeyedByHand, KeyedReceipt, Refused
from tests.support.sagepro_books import DAY, MemoryBooks, customer_row, document_row, profile, receipt, usd


def cash_row(number: str, paid: str, day: date = DAY, **values: Value) -> Row:
    row: dict[str, Value] = {
        "number": number,
        "customer": "ABC",
        "paid": Decimal(paid),
        "paid_on": day,
        "reference": "CHK 77",
        "user": "ANNA",
        "added_by": "ANNA",
        "reversed": False,
    }
    return Row(table=TableName.CASH, record=0, values={**row, **values})


def books(*cash: Row, days: int = 5) -> MemoryBooks:
    """Invoice 1001 was paid by hand, 1002 is open."""
    return MemoryBooks(
        [
            customer_row("ABC", "80"),
            document_row("1001", "ABC", "0", total=Decimal(100), paid=Decimal(100), paid_on=DAY),
            document_row("1002", "ABC", "80", invoiced_on=DAY),
            *cash,
        ],
        profile(by_hand_days=days),
    )


def test_the_same_amount_of_the_same_customer_in_these_days_is_asked_about() -> None:
    fact = receipt("ABC", {}, "100")
    answer = books(cash_row("1001", "100")).plan(fact)
    assert answer == KeyedByHand(
        key=fact.key,
        receipts=(
            KeyedReceipt(number="1001", reference="CHK 77", paid_on=DAY, amount=usd(100), keyed_by="ANNA"),
        ),
    )
    assert "100.00 USD on 1001 (CHK 77, 2026-11-20, by ANNA)" in answer.why


def test_a_receipt_over_two_invoices_is_known_by_its_sum() -> None:
    answer = books(cash_row("1001", "100"), cash_row("1002", "50")).plan(receipt("ABC", {}, "150"))
    assert isinstance(answer, KeyedByHand)
    assert [one.amount for one in answer.receipts] == [usd(150)]


@pytest.mark.parametrize(
    "row",
    [
        cash_row("1001", "99.99"),
        cash_row("1001", "100", DAY - timedelta(days=6)),
        cash_row("1001", "100", DAY + timedelta(days=6)),
        cash_row("1001", "100", customer="XYZ"),
        cash_row("1001", "100", reversed=True),
        cash_row("1001", "100", user="CFOL"),
        cash_row("1001", "100", user="", added_by="CFOL"),
    ],
)
def test_other_money_is_not_asked_about(row: Row) -> None:
    assert isinstance(books(row).plan(receipt("ABC", {}, "100")), Plan)


def test_a_site_may_ask_nobody() -> None:
    assert isinstance(books(cash_row("1001", "100"), days=0).plan(receipt("ABC", {}, "100")), Plan)


def test_what_a_person_set_apart_is_posted() -> None:
    fact = receipt("ABC", {}, "100")
    company = books(cash_row("1001", "100"))
    company.judgements[fact.key] = Apart()
    plan = company.plan(fact)
    assert isinstance(plan, Plan)
    assert plan.operations


def test_a_linked_receipt_stands_for_the_payment_and_nothing_is_written() -> None:
    fact = receipt("ABC", {}, "100")
    company = books(cash_row("1001", "100"))
    answer = company.plan(fact)
    assert isinstance(answer, KeyedByHand)
    company.judgements[fact.key] = Linked(receipt=answer.receipts[0])
    assert company.plan(fact) == Plan(key=fact.key, document="1001", operations=())


def test_a_linked_receipt_that_was_taken_back_meanwhile_is_no_receipt() -> None:
    fact = receipt("ABC", {}, "100")
    company = books()
    gone = KeyedReceipt(number="1001", reference="CHK 77", paid_on=DAY, amount=usd(100), keyed_by="ANNA")
    company.judgements[fact.key] = Linked(receipt=gone)
    answer = company.plan(fact)
    assert isinstance(answer, Refused)
    assert "no longer in the books" in answer.why
