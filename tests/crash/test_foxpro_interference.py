"""Other programs work on the tables between a crash and recovery, at every crash point.

What they did stays; a row of ours that they changed, moved, deleted or put back waits for a person, by name;
every other row is as it was decided, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.foxpro import Table, TagSpec, create_table
from counterfoil.foxpro.records.fields import Value
from counterfoil.foxpro.transactions.changes import QuarantinedRow
from counterfoil.foxpro.transactions.recovery import Quarantined
from tests.crash.test_foxpro_transactions import (
    IDS,
    crashed_at_every_point,
    ledger,
    recover_with_reindex,
    roll_forward,
    sound,
)
from tests.unit.foxpro import company

OURS = ("R0000038", "R0000039", "R0000045", "R0000046")
"""The receipts that the postings append."""


@pytest.fixture(scope="module")
def crashes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The company as each crash leaves it once the postings are decided."""
    folder = tmp_path_factory.mktemp("crashes")
    company.create(folder / "before")
    return [copy for _, copy in crashed_at_every_point(folder / "before", folder) if ledger(copy)]


def each(crashes: list[Path], tmp_path: Path) -> Iterator[Path]:
    assert len(crashes) > 25
    for number, crash in enumerate(crashes):
        yield company.copied(crash, tmp_path / str(number))


def recovered(folder: Path) -> tuple[QuarantinedRow, ...]:
    """The rows that wait for a person after recovery."""
    (outcome,) = recover_with_reindex(folder)
    sound(folder)
    return outcome.rows if isinstance(outcome, Quarantined) else ()


def named(rows: tuple[QuarantinedRow, ...]) -> list[tuple[str, int, int | None]]:
    return [(row.table, row.recno, row.found_at) for row in rows]


def without(rows: company.Rows, table: str, recnos: set[int]) -> company.Rows:
    """The rows but for some, of a table in which nothing was deleted."""
    kept = [row for recno, row in enumerate(rows[table], start=1) if recno not in recnos]
    return {**rows, table: kept}


def change(folder: Path, work: Callable[[dict[str, Table]], None]) -> None:
    """Somebody else's program, which knows nothing of ours and never looks at the index of what it breaks."""
    with company.opened(folder) as tables:
        work(tables)


def pack(path: Path, gone: int) -> None:
    """FoxPro's PACK after a row was deleted: the table is written anew without what is flagged deleted."""
    with Table.open(path) as table:
        rows: list[dict[str, Value]] = [row.values for row in table.records() if row.recno != gone]
        specs = [
            TagSpec(tag.name, tag.expression, tag.filter, tag.descending, tag.candidate)
            for tag in table.tags.values()
        ]
        fields = table.fields
    for suffix in (".dbf", ".cdx", ".fpt"):
        path.with_suffix(suffix).unlink(missing_ok=True)
    create_table(path, fields, specs, rows=rows)


@pytest.mark.parametrize(("table", "recno"), [("customer", 1), ("invoice", 6), ("invoice", 7), ("system", 1)])
def test_a_row_put_back_to_its_old_bytes_is_not_overwritten_once_it_is_known_to_be_ours(
    crashes: list[Path], whole: company.Rows, tmp_path: Path, table: str, recno: int
) -> None:
    """Where the crash came right after our write of the row nobody can tell; that is the named window."""
    with Table.open(crashes[0] / f"{table}.dbf") as first:
        old = first.raw(recno)
    window = quarantined = 0
    for folder in each(crashes, tmp_path):
        with company.opened(folder) as tables:
            if tables[table].raw(recno) == old:
                continue
            tables[table].storage.write_raw(recno, old)
        rows = recovered(folder)
        if rows:
            assert (table, recno, recno) in named(rows)
            assert {(row.table, row.found) for row in rows if row.recno == recno} == {(table, old)}
            with Table.open(folder / f"{table}.dbf") as after:
                assert after.raw(recno) == old
            own = without(company.live_rows(folder), table, {recno})
            assert own == without(whole, table, {recno})
            quarantined += 1
        else:
            assert company.live_rows(folder) == whole
            window += 1
    assert quarantined > 10
    assert window <= 3


def test_a_deleted_row_is_named_and_stays_deleted(
    crashes: list[Path], whole: company.Rows, tmp_path: Path
) -> None:
    for folder in each(crashes, tmp_path):
        with company.opened(folder) as tables:
            tables["customer"].storage.write_flag(1, b"*")
        (row,) = recovered(folder)
        assert (row.table, row.recno, row.postings) == ("customer", 1, IDS)
        assert row.found[:1] == b"*"
        assert company.live_rows(folder) == without(whole, "customer", {1})


def test_an_appended_row_that_somebody_deleted_stays_deleted(
    crashes: list[Path], whole: company.Rows, tmp_path: Path
) -> None:
    deleted = 0
    for folder in each(crashes, tmp_path):
        with company.opened(folder) as tables:
            live = [row.recno for row in tables["receipt"].find("refno", "R0000039")]
            for recno in live:
                tables["receipt"].delete(recno)
        if not live:
            continue
        rows = recovered(folder)
        if rows:
            assert named(rows) == [("receipt", 302, 302)]
            assert rows[0].postings == ("payment 5",)
            assert company.live_rows(folder) == without(whole, "receipt", {302})
            deleted += 1
        else:
            assert company.live_rows(folder) == whole
    assert deleted


def test_recalled_rows_are_what_they_should_become(
    crashes: list[Path], whole: company.Rows, tmp_path: Path
) -> None:
    """RECALL ALL brings our staged rows to life before we do."""
    for folder in each(crashes, tmp_path):
        with company.opened(folder) as tables:
            for recno in range(301, tables["receipt"].record_count + 1):
                tables["receipt"].storage.write_flag(recno, b" ")
        assert recovered(folder) == ()
        assert company.live_rows(folder) == whole


def test_rows_that_a_pack_moved_are_named_with_their_new_numbers(
    crashes: list[Path], whole: company.Rows, tmp_path: Path
) -> None:
    for folder in each(crashes, tmp_path):
        pack(folder / "customer.dbf", gone=2)
        rows = recovered(folder)
        assert [one for one in named(rows) if one[0] == "customer" and one[1] > 1] == [
            ("customer", 6, 5),
            ("customer", 7, 6),
        ]
        books = company.live_rows(folder)
        assert books["customer"][6:] == whole["customer"][7:]
        assert {name: books[name] for name in ("invoice", "system", "receipt")} == {
            name: whole[name] for name in ("invoice", "system", "receipt")
        }


def test_a_packed_table_gets_each_appended_row_once_or_names_it(
    crashes: list[Path], whole: company.Rows, tmp_path: Path
) -> None:
    for folder in each(crashes, tmp_path):
        pack(folder / "receipt.dbf", gone=10)
        rows = recovered(folder)
        books = company.live_rows(folder)
        found = [row["refno"] for row in books["receipt"] if row["refno"] in OURS]
        assert len(found) == len(set(found))
        waiting = {row.after[7:15].decode() for row in rows if row.table == "receipt"}
        assert waiting | set(found) == set(OURS)
        assert {name: books[name] for name in ("invoice", "system")} == {
            name: whole[name] for name in ("invoice", "system")
        }


def test_the_same_payment_keyed_by_hand_is_never_taken_for_ours_unseen(
    crashes: list[Path], tmp_path: Path
) -> None:
    """Right after the decision, before we wrote anything, a clerk makes the very change to an invoice."""
    folder = company.copied(crashes[0], tmp_path / "keyed")

    def work(tables: dict[str, Table]) -> None:
        tables["system"].update(1, {"next": 303})

    change(folder, work)
    rows = recovered(folder)
    assert ("system", 1, 1) in named(rows)
    with company.opened(folder) as tables:
        assert tables["system"].read(1)["next"] == Decimal(303)


def test_a_row_that_a_power_cut_wiped_out_and_somebody_edited_is_named_and_not_appended_again(
    crashes: list[Path], tmp_path: Path
) -> None:
    """Its key was in the index, so that a search led there."""
    folder = company.copied(crashes[-1], tmp_path / "wiped")
    with Table.open(folder / "receipt.dbf", writable=True) as table:
        header, wiped = table.storage.header, range(301, 305)
        for recno in wiped:
            table.storage.write_raw(recno, bytes(header.record_length))
        (amount,) = (field for field in table.fields if field.name == "amount")
        table.storage.dbf.write_at(header.offset_of(303) + amount.offset, b"7.00".rjust(amount.width))
        edited = table.raw(303)
    (quarantined,) = roll_forward(folder, boot="the next")
    assert isinstance(quarantined, Quarantined)
    assert [(row.table, row.recno, row.found, row.found_at) for row in quarantined.rows] == [
        ("receipt", 303, edited, 303)
    ]
    assert quarantined.postings == ("payment 6",)
    with Table.open(folder / "receipt.dbf") as table:
        assert table.record_count == 304
        assert table.raw(303) == edited
        references = [table.read(recno)["refno"] for recno in wiped]
    assert references == ["R0000038", "R0000039", "", "R0000046"]
