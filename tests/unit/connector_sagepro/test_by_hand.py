from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.judgements import Judgement
from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.domain.facts.fact import Fact
from counterfoil.ports.erp import KeyedByHand, KeyedReceipt
from tests.support.receivables import ACCOUNTS, identifying, surcharged, unidentified
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


def asked(company: MemoryBooks, fact: Fact) -> KeyedByHand:
    answer = company.plan(fact)
    assert isinstance(answer, KeyedByHand), answer
    return answer


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
    company.judgements[fact.key] = Judgement(apart=frozenset(asked(company, fact).receipts))
    plan = company.plan(fact)
    assert isinstance(plan, Plan)
    assert plan.operations


def test_a_linked_receipt_stands_for_the_payment_and_nothing_is_written() -> None:
    fact = receipt("ABC", {}, "100")
    company = books(cash_row("1001", "100"))
    answer = company.plan(fact)
    assert isinstance(answer, KeyedByHand)
    company.judgements[fact.key] = Judgement(linked=answer.receipts[0])
    assert company.plan(fact) == Plan(key=fact.key, document="1001", operations=())


def test_a_linked_receipt_that_was_taken_back_meanwhile_is_no_receipt() -> None:
    fact = receipt("ABC", {}, "100")
    company = books()
    gone = KeyedReceipt(number="1001", reference="CHK 77", paid_on=DAY, amount=usd(100), keyed_by="ANNA")
    company.judgements[fact.key] = Judgement(linked=gone)
    answer = asked(company, fact)
    assert answer.receipts == ()
    assert "no longer in the books" in answer.why


def test_what_is_keyed_after_a_judgement_is_asked_about_again() -> None:
    fact = receipt("ABC", {}, "100")
    company = books(cash_row("1001", "100"))
    company.judgements[fact.key] = Judgement(apart=frozenset(asked(company, fact).receipts))
    assert isinstance(company.plan(fact), Plan)
    later = cash_row("1002", "100", reference="CHK 78")
    company.rows[later.table, 99] = replace(later, record=99)
    assert [one.reference for one in asked(company, fact).receipts] == ["CHK 78"]


def test_a_receipt_that_stands_for_another_payment_is_not_this_one() -> None:
    fact = receipt("ABC", {}, "100")
    company = books(cash_row("1001", "100"))
    company.judgements[fact.key] = Judgement(taken=frozenset(asked(company, fact).receipts))
    plan = company.plan(fact)
    assert isinstance(plan, Plan)
    assert plan.operations


def test_a_later_payment_of_the_same_invoice_hides_no_earlier_one() -> None:
    company = books(cash_row("1001", "50"))
    row = company.one(TableName.DOCUMENTS, "1001")
    later = {**row.values, "paid_on": DAY + timedelta(days=9)}
    company.rows[row.table, row.record] = replace(row, values=later)
    assert asked(company, receipt("ABC", {}, "50")).receipts


def test_a_payment_keyed_without_its_surcharge_is_known() -> None:
    fact = surcharged(receipt("ABC", {}, "100"), "3")
    assert asked(books(cash_row("1001", "100")), fact).receipts


def test_linked_money_that_stands_as_unidentified_leaves_the_books() -> None:
    money = unidentified("100")
    company = books(cash_row("1001", "100"))
    company.site = profile(accounts=ACCOUNTS)
    assert isinstance(company.post(money), Plan)
    fact = identifying(receipt("ABC", {}, "100"))
    company.judgements[fact.key] = Judgement(linked=asked(company, fact).receipts[0])
    assert isinstance(company.post(fact), Plan)
    ours = [row.money("paid") for row in company.table(TableName.CASH) if row.text("user") == "CFOL"]
    assert (len(ours), sum(ours)) == (2, 0)
    assert sum(row.money("amount") for row in company.table(TableName.DISTRIBUTIONS)) == 0


def test_a_card_number_in_a_reference_is_not_told() -> None:
    answer = asked(books(cash_row("1001", "100", reference="4012000098765439")), receipt("ABC", {}, "100"))
    assert "4012000098765439" not in answer.why
