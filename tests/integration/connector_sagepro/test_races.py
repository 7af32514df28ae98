"""Another program changes rows in the moment between the plan and the locks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.group import ROUNDS_MAX
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.foxpro.table import Table
from counterfoil.ports.erp import Busy, Changed, Posted
from tests.support.meddling import group_over, once
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site

FACT = receipt("ABC", {"1001": "100"})


def test_a_balance_that_moved_is_read_again_and_posted_upon(site: Site) -> None:
    def sell() -> None:
        site.edit(TableName.CUSTOMERS, "ABC", balance=Decimal(500))

    with group_over(site, once(sell)) as group:
        results = group.write([FACT])
    answer = results[FACT.key]
    assert isinstance(answer, Posted)
    assert group.plans_count == 2
    assert site.one(TableName.CUSTOMERS, custno="ABC")["balance"] == Decimal(400)
    changes = {field.field: field for row in answer.rows if row.table == "arcust01" for field in row.fields}
    assert (changes["balance"].before, changes["balance"].after) == ("500.00", "400.00")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"balance": Decimal(30), "paidamt": Decimal(70)}, "has 30.00 USD open"),
        ({"arstat": "V"}, "was voided"),
        ({"custno": "XYZ"}, "belongs to customer XYZ"),
    ],
)
def test_an_invoice_that_changed_is_decided_anew(
    site: Site, values: dict[str, Decimal | str], why: str
) -> None:
    def change() -> None:
        site.edit(TableName.DOCUMENTS, "1001", **values)

    with group_over(site, once(change)) as group:
        answer = group.write([FACT])[FACT.key]
    assert isinstance(answer, Changed)
    assert why in answer.why
    assert site.read(TableName.CASH) == []


def test_a_clerk_who_opens_the_row_is_waited_for(site: Site) -> None:
    def open_screen() -> None:
        site.edit(TableName.DOCUMENTS, "1001", lckstat="L", lckuser="ANNA")

    with group_over(site, once(open_screen)) as group:
        assert isinstance(group.write([FACT])[FACT.key], Busy)
    assert site.read(TableName.CASH) == []


def test_a_row_that_was_deleted_is_gone(site: Site) -> None:
    def delete() -> None:
        with Table.open(site.path(TableName.DOCUMENTS), writable=True) as table:
            table.delete(1)

    with group_over(site, once(delete)) as group:
        answer = group.write([FACT])[FACT.key]
    assert isinstance(answer, Changed)
    assert "no longer in the books" in answer.why


def test_rows_that_never_rest_are_busy(site: Site) -> None:
    def bump(count: int) -> None:
        site.edit(TableName.CUSTOMERS, "ABC", balance=Decimal(1000 + count))

    with group_over(site, bump) as group:
        answer = group.write([FACT])[FACT.key]
    assert isinstance(answer, Busy)
    assert group.plans_count == ROUNDS_MAX
    assert site.read(TableName.CASH) == []


def test_what_depends_on_a_posting_that_failed_is_planned_again(site: Site) -> None:
    other = receipt("ABC", {"1002": "80"}, transaction="2")

    def change() -> None:
        site.edit(TableName.DOCUMENTS, "1001", balance=Decimal(30), paidamt=Decimal(70))

    with group_over(site, once(change)) as group:
        results = group.write([FACT, other])
    assert isinstance(results[FACT.key], Changed)
    assert isinstance(results[other.key], Posted)
    assert site.one(TableName.CUSTOMERS, custno="ABC")["balance"] == Decimal(100)
