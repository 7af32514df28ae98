from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, create_table
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.errors import (
    FieldWidthError,
    IndexDamagedError,
    KeyExistsError,
    ReadOnlyTableError,
    RecordMissingError,
    UnfinishedError,
)
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.records.fields import NULLABLE, NoValue
from counterfoil.foxpro.transactions.operations import (
    Add,
    Append,
    Busy,
    GuardFailed,
    Outcome,
    Posting,
    Refused,
    Set,
    Written,
)
from counterfoil.foxpro.transactions.transaction import write_group
from tests.unit.foxpro import company
from tests.unit.foxpro.other_program import started

HEADER = 0x7FFFFFFE
AT_ONCE = Patience(timedelta(0))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    company.create(tmp_path)
    yield tmp_path
    assert [finding for name in company.NAMES for finding in check_table(tmp_path / f"{name}.dbf")] == []


def write(folder: Path, *postings: Posting, patience: Patience = AT_ONCE) -> dict[str, Outcome]:
    with company.journal_of(folder) as (journal, connection), company.opened(folder) as tables:
        outcomes = write_group(tables, journal, postings, on_commit=company.enter_ledger, patience=patience)
        written = {name for name, outcome in outcomes.items() if isinstance(outcome, Written)}
        assert company.ledger(connection) >= written
        assert journal.unfinished() == ()
        return outcomes


def test_a_posting_changes_all_its_tables_and_the_caller_learns_the_numbers(folder: Path) -> None:
    assert write(folder, company.payment(5, 60, next_number=301)) == {"payment 5": Written((301, 302))}
    with company.opened(folder) as tables:
        assert [record["notes"] for record in tables["receipt"].find("refno", "R0000038")] == [
            "paid 60 for 5"
        ]
        assert tables["invoice"].read(6)["open"] == Decimal("40.00")
        assert tables["customer"].read(6)["balance"] == Decimal("40.00")
        assert tables["customer"].read(1)["balance"] == Decimal("160.00")
        assert tables["system"].read(1)["next"] == 302
        assert tables["invoice"].seek("due", "C005") == 6


def test_postings_of_a_group_see_each_other_and_a_row_is_written_once(folder: Path) -> None:
    outcomes = write(
        folder,
        company.payment(5, 60, next_number=301),
        company.payment(6, 100, next_number=302),
        Posting("third", (Add("customer", 1, {"balance": Decimal("0.50")}),)),
    )
    assert outcomes == {
        "payment 5": Written((301, 302)),
        "payment 6": Written((303, 304)),
        "third": Written(()),
    }
    with company.opened(folder) as tables:
        assert tables["customer"].read(1)["balance"] == Decimal("260.50")
        assert tables["system"].read(1)["next"] == 303
        assert tables["invoice"].seek("due", "C006") is None


def test_a_failed_guard_keeps_its_posting_out_and_no_other(folder: Path) -> None:
    before = company.live_rows(folder)
    outcomes = write(
        folder, company.payment(5, 60, next_number=300), Posting("other", (Append("system", {"next": 1}),))
    )
    assert outcomes == {
        "payment 5": GuardFailed("system", 1, "next", 300, Decimal(301)),
        "other": Written((2,)),
    }
    after = company.live_rows(folder)
    assert after.pop("system") == [*before.pop("system"), {"next": Decimal(1)}]
    assert after == before


def test_a_deleted_row_fails_every_guard(folder: Path) -> None:
    with company.opened(folder) as tables:
        tables["customer"].delete(3)
    outcomes = write(folder, Posting("p", (Add("customer", 3, {"balance": Decimal(1)}),)))
    assert outcomes == {"p": GuardFailed("customer", 3, "deleted()", expected=False, found=True)}


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        (Append("customer", {"custno": "TOOLONG"}), FieldWidthError),
        (Append("customer", {"custno": "C004"}), KeyExistsError),
        (Set("customer", 3, {"custno": "C004"}), KeyExistsError),
        (Add("customer", 3, {"balance": Decimal(10**9)}), FieldWidthError),
        (Set("customer", 999, {"balance": Decimal(1)}), RecordMissingError),
    ],
)
def test_what_can_never_be_written_is_refused_and_the_rest_goes_on(
    folder: Path, operation: Append | Set | Add, error: type[Exception]
) -> None:
    good = Posting("good", (Add("customer", 1, {"balance": Decimal(1)}),))
    outcomes = write(folder, Posting("bad", (Append("system", {}), operation)), good)
    refused = outcomes["bad"]
    assert isinstance(refused, Refused)
    assert isinstance(refused.error, error)
    assert outcomes["good"] == Written(())
    assert len(company.live_rows(folder)["system"]) == 1


def test_two_postings_cannot_take_the_same_candidate_key(folder: Path) -> None:
    outcomes = write(
        folder,
        Posting("first", (Append("customer", {"custno": "NEW"}),)),
        Posting("second", (Append("customer", {"custno": "NEW"}),)),
        Posting("twice", (Append("customer", {"custno": "X"}), Append("customer", {"custno": "X"}))),
        Posting("third", (Append("customer", {"custno": "NEWER"}),)),
    )
    assert [type(outcome) for outcome in outcomes.values()] == [Written, Refused, Refused, Written]
    assert outcomes["third"] == Written((42,))


def test_a_row_held_elsewhere_makes_its_postings_busy_and_the_rest_goes_on(folder: Path) -> None:
    with started() as other:
        assert other.lock(folder / "invoice.dbf", HEADER - 6)
        outcomes = write(
            folder,
            company.payment(5, 60, next_number=301),
            Posting("other", (Add("customer", 6, {"balance": Decimal(1)}),)),
        )
        busy = outcomes["payment 5"]
        assert isinstance(busy, Busy)
        assert busy.what == "invoice record 6"
        assert busy.by.startswith(f"process {other.pid} ")
        assert outcomes["other"] == Written(())
        assert not other.is_locked(folder / "customer.dbf", 0x77FFFFFF, 0x08000000)


@pytest.mark.parametrize(("suffix", "what"), [("dbf", "receipt header"), ("cdx", "receipt index")])
def test_a_table_held_elsewhere_makes_its_postings_busy(folder: Path, suffix: str, what: str) -> None:
    with started() as other:
        assert other.lock(folder / f"receipt.{suffix}", HEADER)
        outcomes = write(folder, company.payment(5, 60, next_number=301))
        (busy,) = outcomes.values()
        assert isinstance(busy, Busy)
        assert busy.what == what


def test_when_the_callers_own_rows_fail_nothing_is_written(folder: Path) -> None:
    def refuse(connection: sqlite3.Connection, outcomes: Mapping[str, Outcome]) -> None:
        connection.execute("INSERT INTO ledger VALUES ('half')")
        raise LookupError(list(outcomes))

    before = company.live_rows(folder)
    posting = company.payment(5, 60, next_number=301)
    with company.journal_of(folder) as (journal, connection), company.opened(folder) as tables:
        with pytest.raises(LookupError):
            write_group(tables, journal, [posting], on_commit=refuse)
        assert (journal.unfinished(), company.ledger(connection)) == ((), set())
        assert company.live_rows(folder) == before
        assert write_group(tables, journal, [posting])["payment 5"] == Written((301, 302))


def test_the_callers_rows_are_not_asked_for_when_nothing_is_to_be_written(folder: Path) -> None:
    def never(_connection: sqlite3.Connection, _outcomes: Mapping[str, Outcome]) -> None:
        raise AssertionError

    with company.journal_of(folder) as (journal, _), company.opened(folder) as tables:
        posting = Posting("p", (Set("system", 1, {"next": 1}, {"next": 0}),))
        assert write_group(tables, journal, [posting], on_commit=never)["p"] == GuardFailed(
            "system", 1, "next", 0, Decimal(301)
        )


def test_a_change_that_changes_nothing_is_written_all_the_same(folder: Path) -> None:
    with company.opened(folder) as tables:
        before = tables["system"].raw(1)
    assert write(folder, Posting("same", (Set("system", 1, {"next": 301}),))) == {"same": Written(())}
    with company.opened(folder) as tables:
        assert tables["system"].raw(1) == before


def test_nothing_is_written_while_an_earlier_transaction_is_unfinished(folder: Path) -> None:
    with company.journal_of(folder) as (journal, _), company.opened(folder) as tables:
        entry = journal.commit([], lambda _connection: None)
        with pytest.raises(UnfinishedError, match="run recovery"):
            write_group(tables, journal, [company.payment(5, 60, next_number=301)])
        journal.finish(entry)


def test_a_read_only_table_refuses_its_postings(folder: Path) -> None:
    with (
        company.journal_of(folder) as (journal, _),
        Table.open(folder / "system.dbf") as table,
    ):
        outcome = write_group({"system": table}, journal, [Posting("p", (Append("system", {}),))])["p"]
        assert isinstance(outcome, Refused)
        assert isinstance(outcome.error, ReadOnlyTableError)


def test_guards_ignore_blanks_at_the_end_and_take_nothing_for_blank(folder: Path) -> None:
    posting = Posting(
        "p",
        (Set("customer", 3, {"company": "Z"}, {"custno": "C002  "}), Set("invoice", 3, {}, {"paid": None})),
    )
    assert write(folder, posting) == {"p": Written(())}


def test_a_row_changed_behind_the_index_refuses_its_posting_and_the_rest_goes_on(folder: Path) -> None:
    with company.opened(folder) as tables:
        raw = tables["customer"].raw(3)
        tables["customer"].storage.write_raw(3, raw.replace(b"C002", b"CXXX"))
        outcomes = write(
            folder,
            Posting("bad", (Set("customer", 3, {"custno": "CYY"}), Append("system", {}))),
            Posting("good", (Append("system", {"next": 5}),)),
        )
        tables["customer"].storage.write_raw(3, raw)
    refused = outcomes["bad"]
    assert isinstance(refused, Refused)
    assert isinstance(refused.error, IndexDamagedError)
    assert list(outcomes.items())[1] == ("good", Written((2,)))


def test_nothing_is_added_to_null_or_to_a_number_that_overflowed(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    create_table(path, [Field("a", "N", 5, flags=NULLABLE), Field("b", "N", 5)], rows=[{"a": None, "b": 1}])
    with Table.open(path, writable=True) as table:
        table.storage.write_raw(1, table.raw(1).replace(b"    1", b"*****"))
        with company.journal_of(tmp_path) as (journal, _):
            adds = [Posting(name, (Add("t", 1, {name: Decimal(1)}),)) for name in "ab"]
            mend = Posting("mend", (Set("t", 1, {"a": 0, "b": 2}, {"b": NoValue.OVERFLOW}),))
            outcomes = write_group({"t": table}, journal, [*adds, mend])
        assert [str(one.error) for one in outcomes.values() if isinstance(one, Refused)] == [
            "t.a: record 1 holds null, to which nothing can be added; set it first",
            "t.b: record 1 holds overflow, to which nothing can be added; set it first",
        ]
        assert table.read(1).values == {"a": 0, "b": 2}


def test_two_postings_of_one_id_are_a_mistake_of_the_caller(folder: Path) -> None:
    with pytest.raises(ValueError, match="same id"):
        write(folder, Posting("p", ()), Posting("p", ()))
