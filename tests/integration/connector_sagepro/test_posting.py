from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.ports.erp import AlreadyPosted, Busy, Changed, Conflict, Posted, Preview, Refused
from tests.support.sagepro_books import receipt, usd
from tests.support.sagepro_site import Site


def test_a_receipt_stands_in_all_tables(site: Site, company: SageProCompany) -> None:
    fact = receipt("ABC", {"1001": "60.25"})
    (answer,) = company.post([fact])
    assert isinstance(answer, Posted)
    document = site.one(TableName.DOCUMENTS, invno="1001")
    assert (document["paidamt"], document["balance"], document["bbal"]) == (
        Decimal("60.25"),
        Decimal("39.75"),
        Decimal("39.75"),
    )
    cash = site.one(TableName.CASH)
    assert (cash["invno"], cash["custno"], cash["salesmn"]) == ("      1001", "ABC", "AB")
    assert (cash["paidamt"], cash["refno"], cash["dtepaid"]) == (
        Decimal("60.25"),
        "4053461",
        date(2026, 11, 20),
    )
    assert (cash["exchrat"], cash["sitefld"], cash["addtime"]) == (1, "", "09:30:15")
    accounts = [(row["account"], row["amount"]) for row in site.read(TableName.DISTRIBUTIONS)]
    assert accounts == [("1050-000", Decimal("60.25")), ("1101-000", Decimal("-60.25"))]
    customer = site.one(TableName.CUSTOMERS, custno="ABC")
    assert (customer["balance"], customer["lpymt"]) == (Decimal("119.75"), Decimal("60.25"))
    assert company.find_posting(fact.key) == answer


def test_the_answer_tells_every_row_with_its_number_before_and_after(company: SageProCompany) -> None:
    (answer,) = company.post([receipt("ABC", {"1001": "100"})])
    assert isinstance(answer, Posted)
    assert [(row.table, row.record, row.added) for row in answer.rows] == [
        ("arcash01", 1, True),
        ("ardist01", 1, True),
        ("ardist01", 2, True),
        ("armast01", 1, False),
        ("arcust01", 1, False),
    ]
    changes = {field.field: (field.before, field.after) for field in answer.rows[3].fields}
    assert changes["balance"] == ("100.00", "0.00")
    assert changes["dtepaid"] == ("", "2026-11-20")


def test_an_invoice_in_both_tables_falls_in_both(site: Site, company: SageProCompany) -> None:
    (answer,) = company.post([receipt("ABC", {"1002": "30"})])
    assert isinstance(answer, Posted)
    for table in (TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY):
        assert site.one(table, invno="1002")["balance"] == Decimal(50)


def test_overpayments_get_numbers_of_their_own(site: Site, company: SageProCompany) -> None:
    first, second = (receipt("ABC", {}, "10", transaction=number) for number in ("7", "8"))
    answers = company.post([first, second])
    documents = [answer.document for answer in answers if isinstance(answer, Posted)]
    assert documents == ["900000000", "900000001"]
    (third,) = company.post([receipt("XYZ", {"2001": "50"}, "5", transaction="9")])
    assert isinstance(third, Posted)
    assert third.document == "900000002"
    credit = site.one(TableName.DOCUMENTS, invno="900000002")
    assert (credit["invno"], credit["artype"], credit["balance"]) == (" 900000002", "O", Decimal(-5))
    assert site.one(TableName.LINES, invno="900000002")["descrip"] == "OVER PAY"


def test_two_payments_of_one_customer_in_one_group_add_up(site: Site, company: SageProCompany) -> None:
    answers = company.post(
        [
            receipt("ABC", {"1001": "60"}, transaction="1"),
            receipt("ABC", {"1001": "40", "1002": "80"}, transaction="2"),
        ]
    )
    assert all(isinstance(answer, Posted) for answer in answers)
    assert site.one(TableName.DOCUMENTS, invno="1001")["balance"] == 0
    assert site.one(TableName.CUSTOMERS, custno="ABC")["balance"] == 0


def test_one_that_cannot_be_posted_keeps_no_other_back(site: Site, company: SageProCompany) -> None:
    answers = company.post(
        [
            receipt("ABC", {"1001": "100"}, transaction="1"),
            receipt("NOPE", {}, "5", transaction="2"),
            receipt("ABC", {"1001": "0.01"}, transaction="3"),
            receipt("XYZ", {"2001": "50"}, transaction="4"),
        ]
    )
    assert [type(answer) for answer in answers] == [Posted, Refused, Changed, Posted]
    assert len(site.read(TableName.CASH)) == 2


def test_the_same_again_is_already_posted_and_changes_nothing(site: Site, company: SageProCompany) -> None:
    fact = receipt("ABC", {"1001": "100"})
    (first,) = company.post([fact])
    before = site.contents()
    (second,) = company.post([fact])
    assert isinstance(first, Posted)
    assert second == AlreadyPosted(first=first)
    assert site.contents() == before


def test_the_same_key_for_something_else_is_a_conflict(site: Site, company: SageProCompany) -> None:
    fact = receipt("ABC", {"1001": "100"})
    company.post([fact])
    before = site.contents()
    (answer,) = company.post([replace(receipt("XYZ", {"2001": "50"}), key=fact.key)])
    assert isinstance(answer, Conflict)
    assert "a receipt of 100.00 USD from ABC" in answer.why
    assert site.contents() == before


def test_fifty_at_once_become_one_posting(site: Site, company: SageProCompany) -> None:
    fact = receipt("ABC", {"1001": "100"})
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: company.post([fact])[0], range(50)))
    assert sorted(type(answer).__name__ for answer in answers) == ["AlreadyPosted"] * 49 + ["Posted"]
    assert len(site.read(TableName.CASH)) == 1


def test_the_same_twice_in_one_call_is_posted_once(company: SageProCompany) -> None:
    fact = receipt("ABC", {"1001": "100"})
    assert [type(answer) for answer in company.post([fact, fact])] == [Posted, AlreadyPosted]


def test_a_row_that_somebody_paid_meanwhile_is_changed_and_nothing_is_written(site: Site) -> None:
    fact = receipt("ABC", {"1001": "100"})
    with site.open() as company:
        assert isinstance(company.preview(fact), Preview)
        site.edit(TableName.DOCUMENTS, "1001", paidamt=Decimal(70), balance=Decimal(30))
        before = site.contents()
        (answer,) = company.post([fact])
    assert isinstance(answer, Changed)
    assert [item.open for item in answer.current] == [usd(30)]
    assert site.contents() == before


def test_a_customer_s_balance_that_moved_is_no_obstacle(site: Site) -> None:
    with site.open() as company:
        site.edit(TableName.CUSTOMERS, "ABC", balance=Decimal(500))
        (answer,) = company.post([receipt("ABC", {"1001": "100"})])
    assert isinstance(answer, Posted)
    assert site.one(TableName.CUSTOMERS, custno="ABC")["balance"] == Decimal(400)


@pytest.mark.parametrize(("table", "number"), [(TableName.DOCUMENTS, "1001"), (TableName.CUSTOMERS, "ABC")])
def test_a_row_on_a_clerk_s_screen_is_busy(site: Site, table: TableName, number: str) -> None:
    site.edit(table, number, lckstat="L", lckuser="ANNA")
    before = site.contents()
    with site.open() as company:
        (answer,) = company.post([receipt("ABC", {"1001": "100"})])
    assert isinstance(answer, Busy)
    assert "ANNA" in answer.what
    assert site.contents() == before


def test_a_preview_is_the_plan_and_writes_nothing(site: Site, company: SageProCompany) -> None:
    fact = receipt("ABC", {"1001": "100"}, "5")
    before = site.contents()
    preview = company.preview(fact)
    assert site.contents() == before
    (answer,) = company.post([fact])
    assert isinstance(preview, Preview)
    assert isinstance(answer, Posted)
    assert [(row.table, row.fields) for row in preview.rows] == [
        (row.table, row.fields) for row in answer.rows
    ]
    assert company.preview(fact) == Preview(key=fact.key, rows=())


def test_open_items_are_told_oldest_first(company: SageProCompany) -> None:
    items = company.find_open_items(CustomerNumber("ABC"))
    assert [item.number for item in items] == ["1002", "1001"]
