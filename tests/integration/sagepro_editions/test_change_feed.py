"""The change feed over real tables: what others do is told once, whatever the table went through."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.watch.layout import BLOCK_ROWS
from counterfoil.connectors.sagepro.watch.store import FILE
from counterfoil.ports.changes import Change, Happened, Notice, Page, StartOver, Subject
from counterfoil.ports.erp import Posted
from tests.integration.sagepro_editions.test_keyed_by_hand import key_receipt
from tests.support.agent_server import remote
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import BOOKS, Site, customer, invoice

FACT = receipt("ABC", {"1001": "40"})


class Reader:
    """Somebody who follows the feed, page by page."""

    def __init__(self, company: SageProCompany, limit: int = 100) -> None:
        self.company = company
        self.limit = limit
        self.cursor = self.page(None).cursor

    def page(self, since: str | None) -> Page:
        answer = self.company.changes(since, self.limit)
        assert isinstance(answer, Page)
        return answer

    def news(self) -> list[Notice]:
        found: list[Notice] = []
        while True:
            page = self.page(self.cursor)
            self.cursor = page.cursor
            found += page.notices
            if not page.more:
                return found

    def told(self) -> list[tuple[str, str, str, dict[str, tuple[str, str]]]]:
        return [
            (
                one.happened.value,
                one.subject.value,
                one.number,
                {f.field: (f.before, f.after) for f in one.fields},
            )
            for one in self.news()
            if isinstance(one, Change)
        ]


def _fields(change: Change) -> dict[str, tuple[str, str]]:
    return {field.field: (field.before, field.after) for field in change.fields}


@pytest.fixture
def reader(company: SageProCompany) -> Reader:
    return Reader(company)


def test_the_first_look_tells_nothing(reader: Reader) -> None:
    assert reader.told() == []


def test_a_change_is_told_once_with_before_and_after(site: Site, reader: Reader) -> None:
    site.edit(TableName.CUSTOMERS, "XYZ", company="XYZ Limited")
    assert reader.told() == [("changed", "customer", "XYZ", {"name": ("XYZ Ltd", "XYZ Limited")})]
    assert reader.told() == []


def test_a_column_that_does_not_matter_is_no_news(site: Site, reader: Reader) -> None:
    site.edit(TableName.CUSTOMERS, "XYZ", sitefld="other")
    assert reader.told() == []


def test_what_is_new_is_told_with_everything_that_is_filled_in(site: Site, reader: Reader) -> None:
    site.append(TableName.ORDERS, sono="777".rjust(10), custno="XYZ", ponum="PO-9", ordamt=Decimal(12))
    ((happened, subject, number, fields),) = reader.told()
    assert (happened, subject, number) == ("new", "order", "777")
    assert fields["amount"] == ("", "12.00")
    assert fields["purchase_order"] == ("", "PO-9")
    assert "status" not in fields


def test_a_receipt_keyed_by_hand_is_a_payment(site: Site, reader: Reader) -> None:
    key_receipt(site)
    payments = [one for one in reader.told() if one[1] == "payment"]
    assert [(happened, number) for happened, _, number, _ in payments] == [("new", "1001")]
    assert payments[0][3]["paid"] == ("", "100.00")


def test_two_equal_receipts_at_once_are_told_apart(site: Site, reader: Reader) -> None:
    for _ in range(2):
        site.append(TableName.CASH, invno="1001".rjust(10), custno="ABC", refno="CHK 78", userid="ANNA")
    payments = [one for one in reader.news() if isinstance(one, Change) and one.subject is Subject.PAYMENT]
    assert [one.copy for one in payments] == [0, 1]


def test_our_own_receipt_is_no_payment_of_others(reader: Reader) -> None:
    (answer,) = reader.company.post([FACT])
    assert isinstance(answer, Posted)
    told = {(subject, number) for _, subject, number, _ in reader.told()}
    assert told == {("invoice", "1001"), ("customer", "ABC")}


def test_a_receipt_under_our_user_that_the_ledger_does_not_know_is_a_payment(
    site: Site, reader: Reader
) -> None:
    reader.company.post([FACT])
    (row,) = site.read(TableName.CASH)
    site.append(TableName.CASH, **{**row, "refno": "OTHER", "paidamt": Decimal(0)})
    payments = [(one[0], one[3]["reference"]) for one in reader.told() if one[1] == "payment"]
    assert payments == [("new", ("", "OTHER"))]


def test_that_somebody_removed_our_receipt_is_told(site: Site, company: SageProCompany) -> None:
    company.post([FACT])
    reader = Reader(company)
    rows = site.read(TableName.CASH)
    site.delete(TableName.CASH, 1)
    assert [(one[0], one[1]) for one in reader.told()] == [("gone", "payment")]
    site.append(TableName.CASH, **rows[0])


def test_rows_that_only_moved_are_no_news(site: Site, reader: Reader) -> None:
    rows = site.read(TableName.DOCUMENTS)
    site.rebuild(TableName.DOCUMENTS, [rows[2], rows[0], rows[1]])
    assert reader.told() == []


def test_after_a_pack_only_what_was_removed_is_gone(site: Site, reader: Reader) -> None:
    kept = site.read(TableName.ORDERS)
    site.append(TableName.ORDERS, sono="888".rjust(10), custno="XYZ")
    assert [one[:3] for one in reader.told()] == [("new", "order", "888")]
    site.rebuild(TableName.ORDERS, kept)
    assert [one[:3] for one in reader.told()] == [("gone", "order", "888")]


def test_pages_are_bounded_and_lose_nothing(site: Site, reader: Reader) -> None:
    for number in range(25):
        site.append(TableName.ORDERS, sono=str(number).rjust(10), custno="XYZ")
    reader.limit = 10
    page = reader.page(reader.cursor)
    assert (len(page.notices), page.more) == (10, True)
    assert [one[2] for one in reader.told()] == [str(number) for number in range(25)]


def test_a_restarted_agent_goes_on(site: Site) -> None:
    with site.open() as company:
        cursor = Reader(company).cursor
    site.edit(TableName.CUSTOMERS, "XYZ", company="XYZ Limited")
    with site.open() as company:
        answer = company.changes(cursor, 10)
    assert isinstance(answer, Page)
    assert len(answer.notices) == 1


def test_a_lost_state_file_says_start_over(site: Site, company: SageProCompany, reader: Reader) -> None:
    (site.own_folder / FILE).unlink()
    site.edit(TableName.CUSTOMERS, "XYZ", company="XYZ Limited")
    answer = company.changes(reader.cursor, 10)
    assert isinstance(answer, StartOver)
    site.edit(TableName.CUSTOMERS, "ABC", company="ABC Limited")
    answer = company.changes(answer.cursor, 10)
    assert isinstance(answer, Page)
    assert [one.number for one in answer.notices if isinstance(one, Change)] == ["ABC"]


@pytest.mark.parametrize("cursor", ["", "what", "0-1", "-", "x" * 500])
def test_what_is_no_cursor_says_start_over(company: SageProCompany, reader: Reader, cursor: str) -> None:
    del reader
    assert isinstance(company.changes(cursor, 10), StartOver)


def test_the_blocks_of_a_table_are_seen_at_their_seams(odd_site: Site) -> None:
    many = 2 * BLOCK_ROWS
    odd_site.rows = {**BOOKS, TableName.CUSTOMERS: [*BOOKS[TableName.CUSTOMERS], *(
        customer(f"C{number:05}", "0") for number in range(many)
    )]}  # fmt: skip
    site = odd_site.build()
    with site.open() as company:
        reader = Reader(company)
        seams = [f"C{at + shift:05}" for at in (BLOCK_ROWS, 2 * BLOCK_ROWS) for shift in (-4, -3, -2)]
        for number in seams:
            site.edit(TableName.CUSTOMERS, number, company="seen")
        assert sorted(one[2] for one in reader.told()) == sorted(seams)


def test_the_feed_through_the_agent(site: Site, company: SageProCompany, tmp_path: Path) -> None:
    with remote(company, tmp_path) as erp:
        first = erp.changes(None, 10)
        site.append(
            TableName.DOCUMENTS,
            **invoice("3003", "XYZ", "0", paidamt=Decimal(0), invdte=date(2026, 11, 1)),
        )
        answer = erp.changes(first.cursor, 10)
        assert isinstance(answer, Page)
        (change,) = answer.notices
        assert isinstance(change, Change)
        assert (change.subject, change.happened, change.number, change.customer) == (
            *(Subject.INVOICE, Happened.NEW),
            *("3003", "XYZ"),
        )
        assert isinstance(erp.changes("lost", 10), StartOver)


def kept_text(site: Site) -> bytes:
    """All that the watch's own file says, unpacked."""
    path = site.own_folder / FILE
    with closing(sqlite3.connect(path)) as store:
        blocks = [zlib.decompress(rows) for (rows,) in store.execute("SELECT rows FROM block")]
        notices = [body.encode() for (body,) in store.execute("SELECT body FROM notice")]
    return b"".join((path.read_bytes(), *blocks, *notices))


def test_card_numbers_that_somebody_typed_are_neither_kept_nor_shown(site: Site, reader: Reader) -> None:
    site.edit(TableName.CUSTOMERS, "XYZ", company="Visa 4012 0000 9876 5439")
    site.append(TableName.ORDERS, sono="777".rjust(10), custno="XYZ", ponum="4012000098765439")
    told = reader.told()
    ((_, _, _, changed),) = [one for one in told if one[1] == "customer"]
    ((_, _, _, ordered),) = [one for one in told if one[1] == "order"]
    assert changed["name"][0] == "XYZ Ltd"
    assert all(text.startswith("[card] ") for text in (changed["name"][1], ordered["purchase_order"][1]))
    kept = kept_text(site)
    assert b"[card] " in kept
    assert b"98765439" not in kept
    assert b"9876 5439" not in kept
    site.edit(TableName.CUSTOMERS, "XYZ", company="Visa 4111 1111 1111 1111")
    assert [one[2] for one in reader.told()] == ["XYZ"], "another number is told as a change"


def test_card_numbers_of_the_first_look_are_not_kept(site: Site, company: SageProCompany) -> None:
    site.edit(TableName.CUSTOMERS, "XYZ", company="Visa 4012 0000 9876 5439")
    reader = Reader(company)
    assert b"9876 5439" not in kept_text(site)
    site.edit(TableName.CUSTOMERS, "XYZ", company="XYZ Ltd")
    ((_, _, _, fields),) = reader.told()
    assert fields["name"][0].startswith("[card] ")


def test_a_security_code_is_not_shown(site: Site, reader: Reader) -> None:
    site.edit(TableName.CUSTOMERS, "XYZ", company="XYZ Ltd cvv 123")
    ((_, _, _, fields),) = reader.told()
    assert fields["name"] == ("XYZ Ltd", "XYZ Ltd cvv [removed]")
