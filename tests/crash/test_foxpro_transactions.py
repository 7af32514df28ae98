"""Postings over four tables die at every single write and sync; recovery makes them all or nothing.

A child process runs the group with a gate in front of every write and ends itself at the n-th, as by kill -9.
"""

from __future__ import annotations

import errno
import os
import random  # noqa: TID251 - seeded, to lose the same pages each time
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.foxpro import Table, TagSpec, create_table
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.creation import build_index
from counterfoil.foxpro.errors import DiskFullError, IndexDamagedError, RecordBusyError
from counterfoil.foxpro.files.table_file import PAGE, WriteGate
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.transactions.operations import Written
from counterfoil.foxpro.transactions.recovery import Quarantined, Recovery, RolledForward, recover
from counterfoil.foxpro.transactions.transaction import write_group
from tests.support import children
from tests.unit.foxpro import company

POSTINGS = (company.payment(5, 60, next_number=301), company.payment(6, 100, next_number=302))
IDS = ("payment 5", "payment 6")
POINTS_MAX = 200
HEADER_PART = 32
KILLED = 9


class Gate:
    """Counts writes and syncs and does something at the n-th."""

    def __init__(self, fatal: int, act: Callable[[], None]) -> None:
        self.left = fatal
        self._act = act

    def __call__(self, path: Path, what: str, data: bytes, /) -> None:
        self.left -= 1
        if self.left == 0:
            self._act()


def die() -> None:
    os._exit(KILLED)


def no_room() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def write(folder: Path, gate: WriteGate | None = None) -> None:
    with company.journal_of(folder) as (journal, _), company.opened(folder, gate=gate) as tables:
        outcomes = write_group(tables, journal, POSTINGS, on_commit=company.enter_ledger)
        assert all(isinstance(outcome, Written) for outcome in outcomes.values())


def roll_forward(folder: Path, gate: WriteGate | None = None, *, boot: str | None = None) -> list[Recovery]:
    """Recovery in this run of the machine, or in another one."""

    def opened(name: str) -> Table:
        return Table.open(folder / f"{name}.dbf", writable=True, gate=gate)

    with company.journal_of(folder, boot=boot) as (journal, _):
        recovered = recover(journal, opened)
        assert journal.unfinished() == ()
        return recovered


def in_child(work: Callable[[], object]) -> bool:
    """Whether the work came to its end in a process of its own."""
    code = children.wait(children.start(work))
    assert code in {0, KILLED}
    return code == 0


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("before")
    company.create(folder)
    return folder


@pytest.fixture(scope="module")
def after(before: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("after") / "company"
    shutil.copytree(before, folder)
    write(folder)
    return folder


def crashed_at_every_point(before: Path, folder: Path) -> Iterator[tuple[int, Path]]:
    """The company as each crash leaves it."""
    for point in range(1, POINTS_MAX):
        copy = folder / str(point)
        shutil.copytree(before, copy)
        if in_child(lambda: write(copy, Gate(point, die))):  # noqa: B023 - done within the loop's body
            return
        yield point, copy
    pytest.fail("the posting never came to its end")


def crashed_when_decided(before: Path, folder: Path) -> Path:
    """The company after a crash between the decision and the first write to a table."""
    return next(copy for _, copy in crashed_at_every_point(before, folder) if ledger(copy))


def ledger(folder: Path) -> set[str]:
    with company.journal_of(folder) as (_, connection):
        return company.ledger(connection)


def sound(folder: Path) -> None:
    assert [found for name in company.NAMES for found in check_table(folder / f"{name}.dbf")] == []


def test_killed_at_every_write_it_is_whole_or_nothing(before: Path, after: Path, tmp_path: Path) -> None:
    whole, nothing = company.live_rows(after), company.live_rows(before)
    decided = []
    for point, folder in crashed_at_every_point(before, tmp_path):
        recovered = roll_forward(folder)
        expected = whole if ledger(folder) else nothing
        assert company.live_rows(folder) == expected, point
        assert recovered in ([], [RolledForward(1, IDS)])
        sound(folder)
        assert roll_forward(folder) == []
        decided.append(bool(ledger(folder)))
    assert decided == sorted(decided)
    assert {False, True} == set(decided)
    assert len(decided) > 30


def test_killed_again_while_recovering_it_is_whole_in_the_end(
    before: Path, after: Path, tmp_path: Path
) -> None:
    whole = company.live_rows(after)
    for point, folder in crashed_at_every_point(before, tmp_path):
        if not ledger(folder):
            continue
        again = 1 + point * 7 % 30
        in_child(lambda: roll_forward(folder, Gate(again, die)))  # noqa: B023 - done within the loop's body
        roll_forward(folder)
        assert company.live_rows(folder) == whole, (point, again)
        sound(folder)


def test_a_disk_that_fills_up_at_any_write_is_named_and_recovery_makes_it_whole(
    before: Path, after: Path, tmp_path: Path
) -> None:
    whole, nothing = company.live_rows(after), company.live_rows(before)
    for point in range(1, POINTS_MAX):
        folder = tmp_path / str(point)
        shutil.copytree(before, folder)
        gate = Gate(point, no_room)
        try:
            write(folder, gate)
        except DiskFullError:
            roll_forward(folder)
        assert company.live_rows(folder) == (whole if ledger(folder) else nothing), point
        sound(folder)
        if gate.left > 0:
            return
    pytest.fail("the posting never came to its end")


def somebody_else(folder: Path, work: Callable[[dict[str, Table]], None]) -> bool:
    """Another program changes the tables after the crash, if what the crash left lets it."""
    with company.opened(folder) as tables:
        try:
            work(tables)
        except IndexDamagedError:
            return False
    return True


def recover_with_reindex(folder: Path) -> list[Recovery]:
    """What an operator does when recovery says that an index must be rebuilt first."""
    for _ in company.NAMES:
        try:
            return roll_forward(folder)
        except IndexDamagedError as error:
            reindex(folder / f"{error.table}.dbf")
    return roll_forward(folder)


def reindex(path: Path) -> None:
    with Table.open(path) as table:
        specs = [
            TagSpec(tag.name, tag.expression, tag.filter, tag.descending, tag.candidate)
            for tag in table.tags.values()
        ]
    path.with_suffix(".cdx").unlink()
    build_index(path, specs)


def test_what_others_wrote_after_the_crash_stays(before: Path, after: Path, tmp_path: Path) -> None:
    """Rows that took our record numbers, keys in the pages that we were writing."""

    def work(tables: dict[str, Table]) -> None:
        tables["receipt"].append({"custno": "OTHER", "refno": "OTHER"})
        tables["customer"].update(20, {"balance": 7})
        tables["customer"].append({"custno": "OTHER"})

    whole, nothing = company.live_rows(after), company.live_rows(before)
    for point, folder in crashed_at_every_point(before, tmp_path):
        somebody_else(folder, work)
        theirs = [row["custno"] for row in company.live_rows(folder)["receipt"]].count("OTHER")
        recover_with_reindex(folder)
        sound(folder)
        rows, expected = company.live_rows(folder), whole if ledger(folder) else nothing
        assert sorted(map(str, (row for row in rows["receipt"] if row["custno"] != "OTHER"))) == sorted(
            map(str, expected["receipt"])
        ), point
        assert [row["custno"] for row in rows["receipt"]].count("OTHER") == theirs
        assert [row for row in rows["customer"] if row["custno"] not in {"OTHER", "C019"}] == [
            row for row in expected["customer"] if row["custno"] != "C019"
        ]
        assert (rows["invoice"], rows["system"]) == (expected["invoice"], expected["system"])


def test_who_kept_index_pages_since_before_the_crash_reads_them_again(before: Path, tmp_path: Path) -> None:
    """Its write after the crash counts as far as ours did, and was to other pages."""
    for point in range(1, POINTS_MAX):
        folder = tmp_path / str(point)
        shutil.copytree(before, folder)
        with company.opened(folder) as station:
            assert station["customer"].seek("balance", 100)
            if in_child(lambda: write(folder, Gate(point, die))):  # noqa: B023 - done within the loop's body
                return
            assert station["customer"].seek("custno", "C019")
            station["customer"].update(20, {"custno": "OTHER"})
            roll_forward(folder)
            station["customer"].update(21, {"balance": 7})
        sound(folder)
    pytest.fail("the posting never came to its end")


def test_whatever_a_power_cut_keeps_of_what_was_written_it_becomes_whole(
    before: Path, after: Path, tmp_path: Path
) -> None:
    """Nothing reached the disk in order: index pages old or new, the record count without the records."""
    points = [copy for _, copy in crashed_at_every_point(before, tmp_path) if ledger(copy)]
    whole, last = company.live_rows(after), points[-1]
    for seed in range(24):
        chance = random.Random(seed)  # noqa: S311 - no secret
        folder = tmp_path / f"cut {seed}"
        shutil.copytree(chance.choice([points[0], last]), folder)
        for name in company.NAMES:
            lose_index_pages(chance, *(one / f"{name}.cdx" for one in (before, last, folder)))
            lose_records(chance, *(one / f"{name}.dbf" for one in (before, last, folder)))
        assert roll_forward(folder, boot="the next") == [RolledForward(1, IDS)]
        assert company.live_rows(folder) == whole, seed
        sound(folder)


def lose_index_pages(chance: random.Random, old: Path, new: Path, left: Path) -> None:
    if not old.exists():
        return
    was, is_now = old.read_bytes(), new.read_bytes()
    was = was.ljust(chance.choice([len(was), len(is_now)]), b"\0")
    pages = [chance.choice([was, is_now])[at : at + PAGE] for at in range(0, len(is_now), PAGE)]
    last = max(at for at, page in enumerate(pages) if page)
    left.write_bytes(b"".join(page.ljust(PAGE, b"\0") for page in pages[: last + 1]))


def lose_records(chance: random.Random, old: Path, new: Path, left: Path) -> None:
    was, is_now = old.read_bytes(), new.read_bytes()
    body = chance.choice([was, was.ljust(len(is_now), b"\0"), is_now])[HEADER_PART:]
    left.write_bytes(chance.choice([was, is_now])[:HEADER_PART] + body)


def test_a_touched_row_that_somebody_changed_is_quarantined_and_never_overwritten(
    before: Path, after: Path, tmp_path: Path
) -> None:
    whole = company.live_rows(after)
    for point, folder in crashed_at_every_point(before, tmp_path):
        if not ledger(folder):
            continue
        assert somebody_else(folder, lambda tables: tables["customer"].update(1, {"company": "Edited"}))
        with company.opened(folder) as tables:
            edited = tables["customer"].raw(1)
        (quarantined,) = recover_with_reindex(folder)
        assert isinstance(quarantined, Quarantined), point
        (row,) = quarantined.rows
        assert (row.table, row.recno, row.found_at, row.found) == ("customer", 1, 1, edited)
        assert row.postings == IDS
        with company.opened(folder) as tables:
            assert tables["customer"].raw(1) == edited
        rows = company.live_rows(folder)
        assert rows.pop("customer")[1:] == whole["customer"][1:]
        assert rows == {name: whole[name] for name in rows}
        sound(folder)


def test_a_total_that_somebody_posted_to_as_well_gets_our_amount_once(
    before: Path, after: Path, tmp_path: Path
) -> None:
    """The gap between the customer's balance and the open invoices tells whether ours is in."""

    def work(tables: dict[str, Table]) -> None:
        balance = tables["customer"].read(6)["balance"]
        assert isinstance(balance, Decimal)
        tables["invoice"].append({"custno": "C005", "invno": "9", "open": Decimal(7)})
        tables["customer"].update(6, {"balance": balance + 7, "company": "Edited"})

    whole = company.live_rows(after)
    for point, folder in crashed_at_every_point(before, tmp_path):
        if ledger(folder) and somebody_else(folder, work):
            assert recover_with_reindex(folder) == [RolledForward(1, IDS)], point
            rows = company.live_rows(folder)
            expected = whole["customer"][5] | {"balance": Decimal(47), "company": "Edited"}
            assert rows["customer"] == [*whole["customer"][:5], expected, *whole["customer"][6:]], point
            sound(folder)


def test_an_appended_row_that_somebody_changed_is_quarantined_and_not_appended_again(
    before: Path, after: Path, tmp_path: Path
) -> None:
    whole, edited = company.live_rows(after), 0
    for _, folder in crashed_at_every_point(before, tmp_path):
        with company.opened(folder) as tables:
            (seen,) = list(tables["receipt"].find("refno", "R0000045")) or (None,)
        if seen is None:
            continue
        assert somebody_else(folder, lambda tables: tables["receipt"].update(303, {"refno": "EDITED"}))
        (quarantined,) = roll_forward(folder)
        assert isinstance(quarantined, Quarantined)
        assert [(row.table, row.recno) for row in quarantined.rows] == [("receipt", 303)]
        assert quarantined.postings == ("payment 6",)
        receipts = company.live_rows(folder)["receipt"]
        assert [row["refno"] for row in receipts].count("EDITED") == 1
        assert len(receipts) == len(whole["receipt"])
        sound(folder)
        edited += 1
    assert edited


def test_a_candidate_key_that_somebody_took_meanwhile_is_quarantined_and_not_doubled(
    before: Path, tmp_path: Path
) -> None:
    folder = crashed_when_decided(before, tmp_path)
    with company.opened(folder) as tables:
        tables["receipt"].append({"custno": "OTHER", "refno": "R0000038"})
    (quarantined,) = roll_forward(folder)
    assert isinstance(quarantined, Quarantined)
    assert [(row.table, row.recno, row.postings) for row in quarantined.rows] == [
        ("receipt", 301, ("payment 5",))
    ]
    holders = [row for row in company.live_rows(folder)["receipt"] if row["refno"] == "R0000038"]
    assert [row["custno"] for row in holders] == ["OTHER"]
    sound(folder)


def test_a_packed_table_quarantines_the_rows_that_moved(before: Path, tmp_path: Path) -> None:
    folder = crashed_when_decided(before, tmp_path)
    path = folder / "invoice.dbf"
    with Table.open(path) as table:
        rows = [record.values for record in table.records()][1:]
        fields = table.fields
    for suffix in (".dbf", ".cdx"):
        path.with_suffix(suffix).unlink()
    create_table(path, fields, [TagSpec("invno", "invno")], rows=rows)
    (quarantined,) = roll_forward(folder)
    assert isinstance(quarantined, Quarantined)
    assert [(row.table, row.recno) for row in quarantined.rows] == [("invoice", 6), ("invoice", 7)]
    assert quarantined.postings == IDS
    assert [row["open"] for row in company.live_rows(folder)["invoice"]] == [Decimal(100)] * 39
    sound(folder)


def test_an_interrupted_transaction_waits_for_rows_that_are_locked(before: Path, tmp_path: Path) -> None:
    folder = crashed_when_decided(before, tmp_path)
    at_once = Patience(timedelta(0))
    with (
        company.opened(folder) as tables,
        company.journal_of(folder) as (journal, _),
        tables["customer"].lock_records([6], at_once.deadline()),
        pytest.raises(RecordBusyError),
    ):
        recover(journal, lambda name: Table.open(folder / f"{name}.dbf", writable=True), patience=at_once)
    assert roll_forward(folder) == [RolledForward(1, IDS)]
