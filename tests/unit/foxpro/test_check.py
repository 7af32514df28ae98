from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, TagSpec, Value, create_table
from counterfoil.foxpro.check import check_table
from counterfoil.foxpro.table_index import Edit

FIELDS = (Field("k", "C", 4), Field("n", "N", 8, 2), Field("notes", "M"))
TAGS = (TagSpec("k", "k", candidate=True), TagSpec("live", "n", filter="!DELETED()"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "t.dbf"
    rows: list[dict[str, Value]] = [
        {"k": f"k{n}", "n": Decimal(n), "notes": f"memo {n}"} for n in range(1, 6)
    ]
    create_table(path, FIELDS, TAGS, rows=rows)
    with Table.open(path, writable=True) as table:
        table.delete(5)
    return path


def damage_index(table: Table, *edits: Edit) -> None:
    assert table.index
    with table.index.writing(table.patience.deadline()):
        table.index.file.apply(table.index.plan(edits))


def test_a_sound_table_has_no_findings(path: Path) -> None:
    assert check_table(path) == []


def row_behind_the_index(table: Table) -> None:
    table.storage.write_raw(2, table.raw(2).replace(b"k2", b"kx"))


def key_missing(table: Table) -> None:
    tag = table.tags["k"]
    damage_index(table, Edit(tag, 3, tag.key_of(3, table.raw(3)), None))


def key_too_many(table: Table) -> None:
    damage_index(table, Edit(table.tags["k"], 3, None, b"zzzz"))


def key_of_no_row(table: Table) -> None:
    damage_index(table, Edit(table.tags["k"], 99, None, b"zzzz"))


def deleted_row_in_a_tag_of_live_ones(table: Table) -> None:
    tag = table.tags["live"]
    damage_index(table, Edit(tag, 5, None, tag.key_of(4, table.raw(4))))


def two_rows_of_one_candidate_key(table: Table) -> None:
    tag = table.tags["k"]
    damage_index(table, Edit(tag, 2, tag.key_of(2, table.raw(2)), tag.key_of(1, table.raw(1))))
    table.storage.write_raw(2, table.raw(2).replace(b"k2", b"k1"))


def wrong_flag(table: Table) -> None:
    table.storage.write_flag(1, b"#")


def unreadable_number(table: Table) -> None:
    table.storage.write_raw(1, table.raw(1).replace(b"    1.00", b"********"))


def memo_outside(table: Table) -> None:
    table.storage.write_raw(1, table.raw(1)[:-4] + b"\xff\0\0\0")


def count_too_high(table: Table) -> None:
    table.storage.dbf.write_at(4, b"\x09")


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (row_behind_the_index, "tag k: record 2 is in it with a key that is not its own"),
        (key_missing, "tag k: record 3 is missing"),
        (key_too_many, "tag k: record 3 is in it twice"),
        (key_of_no_row, "tag k: record 99 is in it and not in the table"),
        (
            deleted_row_in_a_tag_of_live_ones,
            "tag live: deleted record 5 is in it with a key that is not its own",
        ),
        (two_rows_of_one_candidate_key, "tag k: records 1 and 2 have the same key"),
        (wrong_flag, "record 1 begins with b'#' instead of a deletion flag"),
        (unreadable_number, "record 1: t.n: record 1 holds b'********'"),
        (memo_outside, "record 1: t: memo block 255 lies outside the memo file"),
        (count_too_high, "the header counts 9 records, the file is 67 bytes too short"),
    ],
)
def test_each_damage_is_named(path: Path, damage: Callable[[Table], None], finding: str) -> None:
    with Table.open(path, writable=True) as table:
        damage(table)
    assert any(found.startswith(finding) for found in check_table(path)), check_table(path)


def test_what_is_no_table_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "x.dbf").write_bytes(b"nonsense")
    assert check_table(tmp_path / "x.dbf") == [
        "x: not a FoxPro table (its first byte names no version that is read here)"
    ]
    assert "table not found" in check_table(tmp_path / "y.dbf")[0]
