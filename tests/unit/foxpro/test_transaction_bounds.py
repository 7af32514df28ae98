"""What a group of postings may cost others, and what a disk that takes no more does to it."""

from __future__ import annotations

import errno
from datetime import timedelta
from pathlib import Path

import pytest

from counterfoil.foxpro import Table
from counterfoil.foxpro.errors import StorageError, UnfinishedError
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.transactions.operations import Deferred, GuardFailed, Posting, Set, Written
from counterfoil.foxpro.transactions.recovery import RolledForward, recover
from counterfoil.foxpro.transactions.transaction import write_group
from tests.unit.foxpro import company


class Ticking:
    """A clock on which every look costs 10 milliseconds."""

    def __init__(self) -> None:
        self.now_ns = 0

    def monotonic_ns(self) -> int:
        self.now_ns += 10_000_000
        return self.now_ns

    def pause(self, milliseconds: int) -> None:
        self.now_ns += milliseconds * 1_000_000


class BadDisk:
    """Fails the first wait for one file."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, path: Path, what: str, data: bytes, /) -> None:
        if path.name == self._name and what == "sync":
            self._name = ""
            raise OSError(errno.EIO, "Input/output error")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    company.create(tmp_path)
    return tmp_path


def numbered(*values: int) -> list[Posting]:
    return [Posting(f"p{value}", (Set("system", 1, {"next": value}),)) for value in values]


def test_what_is_not_reached_in_time_is_deferred_and_written_when_sent_again(folder: Path) -> None:
    patience = Patience(waiter=Ticking())
    with company.journal_of(folder) as (journal, _), company.opened(folder) as tables:
        left, rounds = numbered(1, 2, 3, 4, 5, 6), 0
        while left:
            outcomes = write_group(tables, journal, left, patience=patience, hold=timedelta(milliseconds=60))
            assert outcomes[left[0].id] == Written(())
            left, rounds = [one for one in left if outcomes[one.id] == Deferred()], rounds + 1
        assert 2 <= rounds <= 6
        assert tables["system"].read(1)["next"] == 6


def test_time_alone_keeps_no_group_from_writing_something(folder: Path) -> None:
    refused = Posting("refused", (Set("system", 1, {"next": 0}, {"next": 7}),))
    with company.journal_of(folder) as (journal, _), company.opened(folder) as tables:
        outcomes = write_group(
            tables,
            journal,
            [refused, *numbered(1, 2)],
            patience=Patience(waiter=Ticking()),
            hold=timedelta(milliseconds=1),
        )
        assert [type(outcome) for outcome in outcomes.values()] == [GuardFailed, Written, Deferred]


def test_without_a_bound_nothing_is_deferred(folder: Path) -> None:
    with company.journal_of(folder) as (journal, _), company.opened(folder) as tables:
        outcomes = write_group(tables, journal, numbered(*range(9)), patience=Patience(waiter=Ticking()))
        assert set(outcomes.values()) == {Written(())}


def test_a_failed_wait_for_the_disk_is_a_crash_and_never_tried_again(folder: Path) -> None:
    posting = company.payment(5, 60, next_number=301)
    with (
        company.journal_of(folder) as (journal, _),
        company.opened(folder, gate=BadDisk("invoice.dbf")) as tables,
    ):
        with pytest.raises(StorageError, match="Input/output"):
            write_group(tables, journal, [posting])
        with pytest.raises(StorageError, match="Run recovery"):
            tables["invoice"].sync()
        with company.opened(folder) as others, pytest.raises(StorageError, match="Run recovery"):
            others["invoice"].sync()
        with pytest.raises(UnfinishedError):
            write_group(tables, journal, numbered(1))
        written: list[Path] = []

        def opened(name: str) -> Table:
            gate = lambda path, what, _data: written.append(path) if what == "write" else None  # noqa: E731
            return Table.open(folder / f"{name}.dbf", writable=True, gate=gate)

        assert recover(journal, opened) == [RolledForward(1, ("payment 5",))]
        names = {path.name for path in written}
        assert names >= {"invoice.dbf", "invoice.cdx"}, "what the disk dropped must be written again"
        tables["invoice"].sync()
        assert write_group(tables, journal, numbered(1)) == {"p1": Written(())}


def test_recovery_writes_the_record_count_that_the_disk_dropped(folder: Path) -> None:
    with (
        company.journal_of(folder) as (journal, _),
        company.opened(folder, gate=BadDisk("receipt.dbf")) as tables,
        pytest.raises(StorageError, match="Input/output"),
    ):
        write_group(tables, journal, [company.payment(5, 60, next_number=301)])
    written: list[bytes] = []

    def gate(path: Path, what: str, data: bytes, /) -> None:
        if what == "write" and path.name == "receipt.dbf":
            written.append(data)

    with company.journal_of(folder) as (journal, _):
        recover(journal, lambda name: Table.open(folder / f"{name}.dbf", writable=True, gate=gate))
    with Table.open(folder / "receipt.dbf") as table:
        assert table.storage.dbf.read_at(0, table.storage.header.length) in written


def test_a_failed_wait_for_memos_keeps_no_later_posting_out(folder: Path) -> None:
    posting = company.payment(5, 60, next_number=301)
    with (
        company.journal_of(folder) as (journal, _),
        company.opened(folder, gate=BadDisk("receipt.fpt")) as tables,
    ):
        with pytest.raises(StorageError, match="Input/output"):
            write_group(tables, journal, [posting])
        assert journal.unfinished() == ()
        assert isinstance(write_group(tables, journal, [posting])[posting.id], Written)
    with Table.open(folder / "receipt.dbf") as table:
        assert [record["notes"] for record in table.find("refno", "R0000038")] == ["paid 60 for 5"]
