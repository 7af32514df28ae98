"""What lowers an invoice beside money, and money that lowers none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import pytest

from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.profile import Accounts, Discounts, PostingDate, Profile, WriteOffs
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.ports.erp import Changed, Refused
from tests.support.receivables import (
    ACCOUNTS,
    CLEARING,
    DISCOUNT,
    RECEIVABLE,
    SITE,
    SURCHARGE,
    TERMS,
    WRITE_OFF,
    discounted,
    invoice_rows,
    reversal,
    surcharged,
)
from tests.support.sagepro_books import DAY, MemoryBooks, customer_row, document_row, receipt

BASE: Mapping[str, Value] = {**TERMS, "base_total": Decimal(100), "base_discount": Decimal(0)}


def books(site: Profile = SITE, values: Mapping[str, Value] = MappingProxyType({})) -> MemoryBooks:
    return MemoryBooks(
        [customer_row("ABC", "100"), *invoice_rows("1001", "ABC", "100", {**BASE, **values})], site
    )


def posted(company: MemoryBooks, fact: Fact) -> Plan:
    answer = company.post(fact)
    assert isinstance(answer, Plan), answer
    return answer


def refusal(company: MemoryBooks, fact: Fact) -> str:
    before = dict(company.rows)
    answer = company.post(fact)
    assert isinstance(answer, Refused), answer
    assert company.rows == before
    return answer.why


def amounts(row: Row, *columns: str) -> tuple[Decimal, ...]:
    return tuple(row.money(column) for column in columns)


def distributed(company: MemoryBooks) -> dict[str, Decimal]:
    """What each account was debited."""
    result: dict[str, Decimal] = {}
    for row in company.table(TableName.DISTRIBUTIONS):
        result[row.text("account")] = result.get(row.text("account"), Decimal(0)) + row.money("amount")
    return result


@pytest.mark.parametrize(
    ("discounts", "paid"), [(Discounts.APART, Decimal(98)), (Discounts.IN_PAID, Decimal(100))]
)
def test_a_discount_closes_the_invoice_and_is_no_money(discounts: Discounts, paid: Decimal) -> None:
    company = books(SITE.model_copy(update={"discounts": discounts}))
    posted(company, discounted("ABC", "1001", "98", discount="2"))
    expected = (paid, Decimal(2), Decimal(0))
    for table in (TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY):
        row = company.one(table, "1001")
        assert amounts(row, "paid", "discount", "balance") == expected
        assert amounts(row, "base_paid", "base_discount", "base_balance") == expected
    (cash,) = company.table(TableName.CASH)
    assert amounts(cash, "paid", "discount", "base_discount") == (Decimal(98), Decimal(2), Decimal(2))
    customer = company.one(TableName.CUSTOMERS, "ABC")
    assert amounts(customer, "balance", "last_payment") == (Decimal(0), Decimal(98))
    assert distributed(company) == {CLEARING: Decimal(98), DISCOUNT: Decimal(2), RECEIVABLE: Decimal(-100)}


def test_a_short_payment_within_the_tolerance_closes_the_invoice() -> None:
    company = books()
    posted(company, discounted("ABC", "1001", "98.50", write_off="1.50"))
    row = company.one(TableName.DOCUMENTS, "1001")
    assert amounts(row, "paid", "discount", "balance") == (Decimal("98.50"), Decimal("1.50"), Decimal(0))
    money, given_up = company.table(TableName.CASH)
    assert (money.text("account"), *amounts(money, "paid", "discount")) == (CLEARING, Decimal("98.50"), 0)
    assert (given_up.text("account"), *amounts(given_up, "paid", "discount")) == (
        WRITE_OFF,
        0,
        Decimal("1.50"),
    )
    assert distributed(company)[WRITE_OFF] == Decimal("1.50")


@pytest.mark.parametrize(
    ("total", "paid", "short", "covered"),
    [
        ("100", "98", "2", True),
        ("100", "97.99", "2.01", False),
        ("1000", "995", "5", True),
        ("1000", "994.99", "5.01", False),
    ],
)
def test_both_bounds_of_a_write_off_hold(total: str, paid: str, short: str, *, covered: bool) -> None:
    company = MemoryBooks([customer_row("ABC", total), document_row("1001", "ABC", total)], SITE)
    answer = company.plan(discounted("ABC", "1001", paid, write_off=short))
    assert isinstance(answer, Plan) == covered, answer


def test_nothing_is_written_off_unless_the_profile_allows_it() -> None:
    site = SITE.model_copy(update={"write_offs": WriteOffs()})
    fact = discounted("ABC", "1001", "99.99", write_off="0.01")
    assert "write_offs in the profile" in refusal(books(site), fact)


def test_a_write_off_that_would_leave_a_rest_is_decided_again() -> None:
    company = books(values={"balance": Decimal(110), "total": Decimal(110)})
    answer = company.plan(discounted("ABC", "1001", "99", write_off="1"))
    assert isinstance(answer, Changed)
    assert "leaves a rest" in answer.why


@pytest.mark.parametrize(
    ("row", "discount", "why"),
    [
        ({"invoiced_on": date(2026, 11, 9)}, "2", "until 2026-11-19, the money came on 2026-11-20"),
        ({}, "2.01", "(2% within 10 days) allow 2.00 USD, not 2.01 USD"),
        ({"discount_percent": Decimal(0)}, "2", "allow 0.00 USD"),
        ({"discount": Decimal("0.50")}, "2", "allow 1.50 USD, not 2.00 USD"),
    ],
)
def test_a_discount_beyond_the_terms_is_refused(row: dict[str, Value], discount: str, why: str) -> None:
    fact = discounted("ABC", "1001", str(100 - Decimal(discount)), discount=discount)
    assert why in refusal(books(values=row), fact)


def test_the_last_day_of_the_terms_earns_the_discount() -> None:
    posted(books(values={"invoiced_on": date(2026, 11, 10)}), discounted("ABC", "1001", "98", discount="2"))


@pytest.mark.parametrize(
    ("fact", "entry"),
    [
        (discounted("ABC", "1001", "98", discount="2"), "accounts.discount"),
        (discounted("ABC", "1001", "98", write_off="2"), "accounts.write_off"),
        (surcharged(receipt("ABC", {"1001": "100"}), "3"), "accounts.surcharge"),
    ],
)
def test_an_account_that_the_profile_does_not_name_is_asked_for(fact: ReceiptFact, entry: str) -> None:
    bare = Accounts(receivable="1100-000", clearing=ACCOUNTS.clearing)
    assert entry in refusal(books(SITE.model_copy(update={"accounts": bare})), fact)


@pytest.mark.parametrize("table", [TableName.CASH, TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY])
def test_a_site_without_a_column_for_discounts_is_refused(table: TableName) -> None:
    company = books()
    company.lacking = frozenset({(table, "discount")})
    why = refusal(company, discounted("ABC", "1001", "98", discount="2"))
    assert f"{table.value} has no column" in why
    posted(company, receipt("ABC", {"1001": "98"}))


def test_a_surcharge_goes_to_its_own_account_and_is_nobodys_credit() -> None:
    company = books()
    posted(company, surcharged(receipt("ABC", {"1001": "100"}), "3"))
    row, customer = company.one(TableName.DOCUMENTS, "1001"), company.one(TableName.CUSTOMERS, "ABC")
    assert amounts(row, "paid", "balance") == (Decimal(100), Decimal(0))
    assert amounts(customer, "balance", "last_payment") == (Decimal(0), Decimal(100))
    assert [row.text("kind") for row in company.table(TableName.DOCUMENTS)] == [""]
    cash = {row.text("customer"): row.money("paid") for row in company.table(TableName.CASH)}
    assert cash == {"ABC": Decimal(100), "NON_AR": Decimal(3)}
    assert distributed(company) == {CLEARING: Decimal(103), RECEIVABLE: Decimal(-100), SURCHARGE: Decimal(-3)}


def test_a_reversal_takes_discount_write_off_and_surcharge_back() -> None:
    company = books()
    before = {row_id: row.values for row_id, row in company.rows.items()}
    fact = surcharged(discounted("ABC", "1001", "97", discount="2", write_off="1"), "3")
    posted(company, fact)
    posted(company, reversal(fact))
    left = {"paid_on", "last_paid_on", "last_payment"}
    for row_id, values in before.items():
        after = company.rows[row_id].values
        assert {k: v for k, v in after.items() if k not in left} == {
            k: v for k, v in values.items() if k not in left
        }
    assert set(distributed(company).values()) == {Decimal(0)}
    cash = company.table(TableName.CASH)
    assert sum(row.money("paid") for row in cash) == sum(row.money("discount") for row in cash) == 0


@pytest.mark.parametrize(("locked", "held"), [(DAY, True), (date(2026, 11, 19), False)])
def test_a_posting_into_a_locked_period_is_held(locked: date, *, held: bool) -> None:
    company = books(SITE.model_copy(update={"locked_through": locked}))
    fact = receipt("ABC", {"1001": "60"})
    if held:
        assert "locked through 2026-11-20" in refusal(company, fact)
    else:
        posted(company, fact)


def test_a_locked_period_holds_a_reversal_too() -> None:
    company = books()
    fact = receipt("ABC", {"1001": "60"})
    posted(company, fact)
    company.site = SITE.model_copy(update={"locked_through": DAY})
    assert "locked through" in refusal(company, reversal(fact))


def test_the_day_of_the_batch_is_the_posting_date_where_the_profile_says_so() -> None:
    company = books(SITE.model_copy(update={"posting_date": PostingDate.BATCH}))
    fact = receipt("ABC", {"1001": "60"})
    assert "in no batch yet" in refusal(company, fact)
    posted(company, replace(fact, batched_on=date(2026, 11, 21)))
    (cash,) = company.table(TableName.CASH)
    assert cash.day("paid_on") == date(2026, 11, 21)
