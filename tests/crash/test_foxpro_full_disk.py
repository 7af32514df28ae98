"""FoxPro tables on a small file system that runs full, and on one that is mounted read-only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.foxpro import Table, create_table
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.errors import DiskFullError, StorageError
from counterfoil.foxpro.transactions.journal import Journal
from counterfoil.foxpro.transactions.operations import Written
from counterfoil.foxpro.transactions.transaction import write_group
from tests.crash.test_foxpro_transactions import ledger, roll_forward, sound
from tests.crash.test_full_disk import mount
from tests.fuzz import seeds
from tests.unit.foxpro import company

ROWS_MAX = 5000
BLOCK = 4096


@pytest.fixture
def disk() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="counterfoil-test-"))
    if os.geteuid() != 0 or not mount(folder, "size=600k", "mode=0755"):
        pytest.skip("NO SMALL FILE SYSTEM COULD BE MOUNTED: full and read-only disks are not tested here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def remount(folder: Path, *options: str) -> None:
    subprocess.run(["mount", "-o", ",".join(("remount", *options)), str(folder)], check=True)


def append_until_full(path: Path, first: int) -> list[int]:
    """The numbers of the rows whose append came to its end."""
    done: list[int] = []
    with Table.open(path, writable=True) as table:
        try:
            for number in range(first, first + ROWS_MAX):
                table.append(seeds.row(number))
                done.append(number)
        except DiskFullError:
            return done
    raise AssertionError("the disk never ran full")


def test_rows_appended_until_the_disk_is_full_are_all_there_and_nothing_is_half_done(disk: Path) -> None:
    path = disk / "t.dbf"
    create_table(path, seeds.FIELDS, seeds.TAGS)
    done: list[int] = []
    for size in ("600k", "900k", "1200k"):
        remount(disk, f"size={size}")
        fresh = append_until_full(path, len(done))
        assert len(fresh) > 20
        done += fresh
        with Table.open(path) as table:
            assert [record["seq"] for record in table.records()] == done
        assert check_table(path) == []


@pytest.mark.parametrize("free", range(0, 26, 3))
def test_postings_on_a_disk_that_runs_full_are_whole_or_nothing(disk: Path, free: int) -> None:
    """Tables and journal lie on it; so many blocks are left when the postings begin."""
    folder = disk / "company"
    company.create(folder)
    with company.journal_of(folder) as (journal, _):
        pay(folder, journal, 1)
        (disk / "ballast").write_bytes(bytes(max(0, shutil.disk_usage(disk).free - free * BLOCK)))
        with pytest.raises(DiskFullError, match="Make room"):
            pay_all(folder, journal)
    (disk / "ballast").unlink()
    roll_forward(folder)
    sound(folder)
    done = ledger(folder)
    rows = company.live_rows(folder)
    assert rows["system"] == [{"next": 301 + len(done)}]
    assert len(rows["receipt"]) == 300 + 2 * len(done)
    with company.journal_of(folder) as (journal, _):
        pay(folder, journal, len(done) + 1)
    assert len(ledger(folder)) == len(done) + 1


def pay_all(folder: Path, journal: Journal) -> None:
    for number in range(2, company.OPEN_ROWS):
        pay(folder, journal, number)


def pay(folder: Path, journal: Journal, number: int) -> None:
    with company.opened(folder) as tables:
        posting = company.payment(number, 50, next_number=300 + number)
        outcome = write_group(tables, journal, [posting], on_commit=company.enter_ledger)[posting.id]
        assert isinstance(outcome, Written), outcome


def test_a_disk_that_is_mounted_read_only_is_read_and_named(disk: Path) -> None:
    path = disk / "t.dbf"
    create_table(path, seeds.FIELDS, seeds.TAGS, rows=map(seeds.row, range(30)))
    remount(disk, "ro")
    with pytest.raises(StorageError, match="mounted read-only"):
        Table.open(path, writable=True)
    with pytest.raises(StorageError):
        create_table(disk / "new.dbf", seeds.FIELDS)
    with Table.open(path) as table:
        assert table.seek("seq", 7) == 8
        assert len(list(table.records())) == 30
    assert check_table(path) == []
