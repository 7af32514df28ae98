"""A period close moves rows to history, or copies them: for the change feed they are where they were."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.ports.erp import Posted
from tests.integration.sagepro_editions.test_change_feed import Reader
from tests.support.closed_period import KEYED, MOVED, PAID, move, with_history
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import BOOKS, Site, invoice

CURRENT = {
    **BOOKS,
    TableName.DOCUMENTS: [*BOOKS[TableName.DOCUMENTS], PAID],
    TableName.CASH: [KEYED, {**KEYED, "paidamt": Decimal(0)}],
}
CASH = (TableName.CASH, TableName.CASH_HISTORY)
DOCUMENTS = (TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY)
ORDERS = (TableName.ORDERS, TableName.ORDER_HISTORY)


@pytest.fixture
def site(odd_site: Site) -> Site:
    with_history(odd_site).rows = CURRENT
    return odd_site.build()


@pytest.fixture
def company(site: Site) -> Iterator[SageProCompany]:
    with site.open() as company:
        yield company


@pytest.fixture
def reader(company: SageProCompany) -> Reader:
    return Reader(company)


def remove(site: Site, table: TableName, number: str) -> None:
    for record in [one for one in site.records(table) if str(one["invno"]).strip() == number]:
        site.delete(table, record.recno)


def test_rows_moved_to_history_are_no_news(site: Site, reader: Reader) -> None:
    move(site, *DOCUMENTS, "800")
    move(site, *CASH, "800")
    move(site, *ORDERS, "501")
    assert reader.told() == []


def test_rows_copied_to_history_and_removed_later_are_no_news(site: Site, reader: Reader) -> None:
    for pair in (DOCUMENTS, CASH):
        move(site, *pair, "800", copy=True)
    assert reader.told() == []
    for current, _ in (DOCUMENTS, CASH):
        remove(site, current, "800")
    assert reader.told() == []


def test_a_row_that_comes_back_from_history_is_no_news(site: Site, reader: Reader) -> None:
    move(site, *DOCUMENTS, "800")
    assert reader.told() == []
    move(site, TableName.DOCUMENT_HISTORY, TableName.DOCUMENTS, "800")
    assert reader.told() == []


def test_what_was_changed_before_it_was_moved_is_a_change(site: Site, reader: Reader) -> None:
    site.edit(TableName.DOCUMENTS, "800", invamt=Decimal(75), balance=Decimal(5))
    move(site, *DOCUMENTS, "800")
    ((happened, subject, number, fields),) = reader.told()
    assert (happened, subject, number) == ("changed", "invoice", "800")
    assert fields == {"total": ("70.00", "75.00"), "balance": ("0.00", "5.00")}


def test_a_change_of_both_twins_is_told_once(site: Site, reader: Reader) -> None:
    for table in DOCUMENTS:
        site.edit(table, "1002", balance=Decimal(75))
    assert [one[:3] for one in reader.told()] == [("changed", "invoice", "1002")]


def test_a_change_of_what_stands_in_history_alone_is_told(site: Site, reader: Reader) -> None:
    site.edit(TableName.DOCUMENT_HISTORY, "900", balance=Decimal(3))
    assert [one[:3] for one in reader.told()] == [("changed", "invoice", "900")]


def test_a_receipt_that_was_keyed_and_moved_since_the_last_look_is_new(site: Site, reader: Reader) -> None:
    site.append(TableName.CASH_HISTORY, **{**KEYED, "refno": "CHK 78"})
    payments = [(one[0], one[1], one[3]["reference"]) for one in reader.told()]
    assert payments == [("new", "payment", ("", "CHK 78"))]


def test_a_receipt_removed_from_history_is_gone(site: Site, reader: Reader) -> None:
    move(site, *CASH, "800")
    assert reader.told() == []
    remove(site, TableName.CASH_HISTORY, "800")
    assert {one[:3] for one in reader.told()} == {("gone", "payment", "800")}


def test_a_deleted_invoice_is_gone(site: Site, reader: Reader) -> None:
    remove(site, TableName.DOCUMENTS, "800")
    assert [one[:3] for one in reader.told()] == [("gone", "invoice", "800")]


def test_our_own_receipt_that_was_moved_before_it_was_looked_at_is_no_payment(
    site: Site, company: SageProCompany, reader: Reader
) -> None:
    (answer,) = company.post([receipt("XYZ", {"2001": "50"})])
    assert isinstance(answer, Posted)
    move(site, *CASH, "2001")
    assert {one[1] for one in reader.told()} == {"invoice", "customer"}


def test_history_of_other_widths_is_the_same_document(odd_site: Site) -> None:
    site = with_history(odd_site)
    site.rows = CURRENT
    site.resize(TableName.DOCUMENT_HISTORY, "invno", 12)
    site.resize(TableName.DOCUMENT_HISTORY, "custno", 10)
    with site.build().open() as company:
        reader = Reader(company)
        remove(site, TableName.DOCUMENTS, "800")
        site.append(TableName.DOCUMENT_HISTORY, **{**PAID, "invno": "800".rjust(12)})
        assert reader.told() == []


def test_history_that_is_seen_for_the_first_time_tells_nothing(odd_site: Site) -> None:
    site = with_history(odd_site)
    site.rows = {**CURRENT, TableName.CASH_HISTORY: []}
    site.tables = tuple(table for table in site.tables if table is not TableName.CASH_HISTORY)
    with site.build().open() as company:
        cursor = Reader(company).cursor
    site.create(TableName.CASH_HISTORY, MOVED[TableName.CASH_HISTORY])
    with site.open() as company:
        reader = Reader(company)
        reader.cursor = cursor
        assert reader.told() == []
        site.append(TableName.DOCUMENTS, **invoice("3003", "XYZ", "0"))
        assert [one[:3] for one in reader.told()] == [("new", "invoice", "3003")]
