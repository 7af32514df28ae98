from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.invoice import Customer, ItemKind, Order, Shelf
from counterfoil.foxpro.table import Table
from tests.support.sagepro_books import receipt, usd
from tests.support.sagepro_site import BOOKS, Site, invoice


def orders(company: SageProCompany, reference: str) -> list[tuple[str, str]]:
    return [(order.number, order.customer) for order in company.find_references(reference).orders]


def test_an_invoice_is_found_by_its_number_as_people_write_it(company: SageProCompany) -> None:
    (item,) = company.find_references("1001").invoices
    assert (item.number, item.customer, item.kind, item.shelf) == (
        "1001",
        "ABC",
        ItemKind.INVOICE,
        Shelf.CURRENT,
    )
    assert (item.total, item.open, item.order, item.purchase_order) == (usd(100), usd(100), "501", "PO-77")
    assert (str(item.invoiced_on), str(item.due_on)) == ("2026-10-01", "2026-10-31")
    assert item.is_payable


def test_a_twin_is_one_invoice(company: SageProCompany) -> None:
    assert [(i.number, i.shelf) for i in company.find_references("1002").invoices] == [("1002", Shelf.BOTH)]


def test_history_is_searched_behind_the_current_table(company: SageProCompany) -> None:
    (item,) = company.find_references("900").invoices
    assert (item.shelf, item.is_payable) == (Shelf.HISTORY, False)


@pytest.mark.parametrize(
    ("reference", "found"),
    [("501", [("501", "ABC")]), ("502", [("502", "XYZ")]), ("PO-77", [("501", "ABC")])],
)
def test_orders_are_found_by_number_by_their_lines_and_by_purchase_order(
    company: SageProCompany, reference: str, found: list[tuple[str, str]]
) -> None:
    assert orders(company, reference) == found


@pytest.mark.parametrize("reference", ["", "4711", "a reference that is much wider than any column"])
def test_what_is_not_in_the_books_finds_nothing(company: SageProCompany, reference: str) -> None:
    found = company.find_references(reference)
    assert (found.invoices, found.orders) == ((), ())


def test_a_purchase_order_of_two_customers_names_neither(tmp_path: Path) -> None:
    twice = [invoice(n, c, "5", ornum=n.rjust(10), ponum="7") for n, c in (("31", "ABC"), ("32", "XYZ"))]
    site = Site(tmp_path / "po", rows={**BOOKS, TableName.DOCUMENTS: twice}).build()
    with site.open() as company:
        assert orders(company, "7") == []
        assert company.find_references("32").orders == (
            Order(number=company.find_references("32").orders[0].number, customer=CustomerNumber("XYZ")),
        )


def test_a_customer_is_found_and_blank_numbers_are_zero(company: SageProCompany) -> None:
    found = company.find_customer(CustomerNumber("ABC"))
    assert found == Customer(number=CustomerNumber("ABC"), name="ABC Ltd", balance=usd(180))
    assert company.find_customer(CustomerNumber("AB")) is None


def test_deleted_rows_are_not_there(site: Site) -> None:
    with Table.open(site.path(TableName.DOCUMENTS), writable=True) as table:
        table.delete(1)
    with site.open() as company:
        assert company.find_references("1001").invoices == ()


def test_open_items_leave_out_what_is_paid_or_void_and_tell_credits(site: Site) -> None:
    with site.open() as company:
        company.post([receipt("ABC", {"1001": "100"}, "5")])
        site.edit(TableName.DOCUMENTS, "1002", arstat="V")
        items = company.find_open_items(CustomerNumber("ABC"))
    assert [(item.kind, item.open) for item in items] == [(ItemKind.OPEN_CREDIT, usd(-5))]
