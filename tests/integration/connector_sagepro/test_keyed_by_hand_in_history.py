"""A clerk keyed the receipt, and a period close moved it to history before the payment arrives."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.foxpro.table import Table
from counterfoil.ports.erp import KeyedByHand, Posted
from tests.support.closed_period import DAY, FACT, KEYED, MOVED, PAID, with_history
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import BOOKS, TAGS, Rows, Site


def closed(folder: Path, rows: Rows = MOVED) -> Site:
    return with_history(Site(folder / "sagepro", rows))


def test_a_receipt_that_was_moved_to_history_is_asked_about(tmp_path: Path) -> None:
    site = closed(tmp_path).build()
    with site.open() as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, KeyedByHand)
    assert [(one.number, one.reference) for one in answer.receipts] == [("800", "CHK 77")]


def test_a_receipt_that_stands_in_both_tables_is_one(tmp_path: Path) -> None:
    documents = [*BOOKS[TableName.DOCUMENTS], {**PAID, "currhist": "X"}]
    site = closed(tmp_path, {**MOVED, TableName.DOCUMENTS: documents, TableName.CASH: [KEYED]}).build()
    with site.open() as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, KeyedByHand)
    assert len(answer.receipts) == 1


def test_two_equal_receipts_in_history_are_two_parts_of_one_payment(tmp_path: Path) -> None:
    site = closed(tmp_path, {**MOVED, TableName.CASH: [KEYED], TableName.CASH_HISTORY: [KEYED, KEYED]})
    with site.build().open() as company:
        (answer,) = company.post([receipt("ABC", {}, "140")])
    assert isinstance(answer, KeyedByHand)


def test_no_index_of_the_history_tables_is_needed(tmp_path: Path) -> None:
    site = closed(tmp_path)
    site.tags = {**TAGS, TableName.CASH_HISTORY: ()}
    with site.build().open() as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, KeyedByHand)


def test_what_is_moved_while_the_agent_runs_is_seen(tmp_path: Path) -> None:
    site = closed(tmp_path, BOOKS).build()
    with site.open() as company:
        (other,) = company.post([receipt("XYZ", {"2001": "50"})])
        assert isinstance(other, Posted)
        with Table.open(site.path(TableName.CASH_HISTORY), writable=True) as history:
            history.append(KEYED)
        (answer,) = company.post([replace(FACT, key=receipt("ABC", {}, "70", transaction="9").key)])
    assert isinstance(answer, KeyedByHand)


def test_an_older_receipt_in_history_is_other_money(tmp_path: Path) -> None:
    old = {**KEYED, "dtepaid": DAY - timedelta(days=90)}
    with closed(tmp_path, {**MOVED, TableName.CASH_HISTORY: [old]}).build().open() as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, Posted)
