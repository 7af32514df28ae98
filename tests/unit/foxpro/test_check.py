from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from counterfoil.foxpro import Field, Table, TagSpec, Value, create_table
from counterfoil.foxpro.checking.table_check import check_table, table_findings
from counterfoil.foxpro.errors import BusyError, IndexDamagedError, KeyExistsError, UnsupportedExpressionError
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.index.findings import Severity
from counterfoil.foxpro.index.table_index import Edit
from counterfoil.foxpro.records.fields import Counter

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


def number_unlike_the_index(table: Table) -> None:
    table.storage.write_raw(3, table.raw(3).replace(b"3.00", b"9.00"))


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


def memo_of_another_row(table: Table) -> None:
    table.storage.write_raw(1, table.raw(1)[:-4] + table.raw(2)[-4:])


def memo_inside_another(table: Table) -> None:
    table.update(1, {"notes": "x" * 200})
    block = int.from_bytes(table.raw(1)[-4:], "little")
    assert table.storage.memo
    inside = (block + 1) * table.storage.memo.block_size
    table.storage.memo.file.write_at(inside, b"\0\0\0\1\0\0\0\1")
    table.storage.write_raw(2, table.raw(2)[:-4] + (block + 1).to_bytes(4, "little"))


def memo_without_a_beginning(table: Table) -> None:
    block = int.from_bytes(table.raw(1)[-4:], "little")
    assert table.storage.memo
    table.storage.memo.file.write_at(block * table.storage.memo.block_size, b"none")


def memos_beyond_the_next_free_block(table: Table) -> None:
    assert table.storage.memo
    table.storage.memo.file.write_at(0, b"\0\0\0\x0a")


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
        (unreadable_number, "record 1: n holds a number that overflowed"),
        (
            memo_outside,
            "record 1: t: memo block 255 lies outside the memo file; restore the file",
        ),
        (memo_of_another_row, "memo block 9 is shared by notes of record 1 and notes of record 2"),
        (
            memo_inside_another,
            "the memo notes of record 1 reaches into block 14, where that of notes of record 2",
        ),
        (memo_without_a_beginning, "record 1: t: memo block 8 does not begin as a memo does"),
        (memos_beyond_the_next_free_block, "memos reach to block 13, the memo file says that 10 is the next"),
        (count_too_high, "the header counts 9 records, the file is 67 bytes too short"),
    ],
)
def test_each_damage_is_named(path: Path, damage: Callable[[Table], None], finding: str) -> None:
    with Table.open(path, writable=True) as table:
        damage(table)
    assert any(found.startswith(finding) for found in check_table(path)), check_table(path)


def test_what_is_no_table_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "x.dbf").write_bytes(b"nonsense")
    assert check_table(tmp_path / "x.dbf") == ["x: it is 8 bytes long, too short for a table; restore it"]
    assert "table not found" in check_table(tmp_path / "y.dbf")[0]


def notes(path: Path, **options: Any) -> list[str]:
    return [str(found) for found in table_findings(path, **options) if found.severity is Severity.NOTE]


def test_a_lost_index_file_is_a_finding(path: Path) -> None:
    path.with_suffix(".cdx").unlink()
    assert check_table(path) == ["its index file is missing; restore it, or reindex the table in FoxPro"]


def test_what_costs_room_alone_is_noted(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        table.update(1, {"notes": "another"})
    with path.open("ab") as file:
        file.write(b"rest of an append")
    assert check_table(path) == []
    assert notes(path) == [
        "18 bytes lie behind the last record; the next append overwrites them",
        "64 bytes of the memo file belong to no row; FoxPro's PACK MEMO gives them back",
    ]


def test_the_end_of_the_file_may_be_marked_or_not(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    assert list(table_findings(path)) == []


@pytest.mark.parametrize("when", [("rows", 0), ("pages", 0), ("tag k", 0), ("tag k", 5), ("tag live", 5)])
def test_what_others_write_meanwhile_is_no_finding(path: Path, when: tuple[str, int]) -> None:
    calls: list[tuple[str, int]] = []

    def write(what: str, done: int, _total: int) -> None:
        if (what, done) == when:
            with Table.open(path, writable=True) as table:
                table.update(
                    2, {"k": "changed", "n": 77, "notes": "longer " * 30} if len(calls) else {"k": "new"}
                )
                table.append({"k": "k9", "n": 9, "notes": "nine"})
                table.delete(1)
                table.recall(5)
            calls.append(when)

    assert [str(found) for found in table_findings(path, advance=write) if found.is_fault] == []
    assert calls == [when]


def test_a_difference_that_cannot_be_settled_is_noted_and_not_a_fault(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        row_behind_the_index(table)
        with table.lock_records([2], table.patience.deadline()):
            found = list(table_findings(path, patience=Patience(timedelta())))
    assert [finding.severity for finding in found] == [Severity.NOTE] * 2
    assert str(found[0]).startswith("tag k: record 2 differs, but record 2 is locked by")


def test_an_index_in_use_for_long_is_an_error_and_not_a_finding(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        assert table.index
        with table.index.writing(table.patience.deadline()), pytest.raises(BusyError):
            list(table_findings(path, patience=Patience(timedelta())))


def test_no_lock_is_held_while_others_are_told_of_a_finding(path: Path) -> None:
    with Table.open(path, writable=True, patience=Patience(timedelta())) as table:
        row_behind_the_index(table)
        number_unlike_the_index(table)
        for _ in table_findings(path):
            table.update(1, {"n": Decimal(3)})
            table.recall(5)


def test_a_tag_of_many_pages_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    fields = (Field("k", "C", 5), Field("n", "N", 8))
    rows: Iterator[dict[str, Value]] = ({"k": f"{n:05}", "n": n % 7} for n in range(21_000))
    create_table(path, fields, (TagSpec("k", "k"), TagSpec("n", "n")), rows=rows)
    assert check_table(path) == []
    with Table.open(path, writable=True) as table:
        table.storage.write_raw(14_568, table.raw(14_568).replace(b"14567", b"zzzzz"))
    assert check_table(path) == [
        "tag k: record 14568 is in it with a key that is not its own",
        "tag k: record 14568 is missing",
    ]


def test_a_number_to_come_that_a_row_has_already_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "a.dbf"
    fields = [Field("id", "I", counter=Counter()), Field("k", "C", 4)]
    create_table(path, fields, version=0x31, rows=[{"k": "one"}, {"k": "two"}])
    assert check_table(path) == []
    with Table.open(path, writable=True) as table:
        field = table.codec.field("id")[0]
        raw = table.raw(1)
        table.storage.write_raw(1, raw[: field.offset] + (7).to_bytes(4, "little") + raw[field.end :])
    assert check_table(path) == ["the next number of id is 3, but a row has 7 already"]


def test_a_variable_text_longer_than_its_field_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "v.dbf"
    create_table(path, [Field("v", "V", 8)], version=0x32, rows=[{"v": "abc"}])
    with Table.open(path, writable=True) as table:
        table.storage.write_raw(1, table.raw(1)[:8] + b"\x63" + table.raw(1)[9:])
    assert [finding.startswith("record 1: v.v: record 1 holds") for finding in check_table(path)] == [True]


def test_rows_are_looked_at_beside_an_index_that_cannot_be_opened(path: Path) -> None:
    index = path.with_suffix(".cdx")
    index.write_bytes(b"\xff" * 600)
    with Table.open(path) as table:
        assert len(list(table.records())) == 4
        raw = table.storage.raw(1)
    path.write_bytes(path.read_bytes().replace(raw, b"#" + raw[1:]))
    first, second = check_table(path)
    assert first == "record 1 begins with b'#' instead of a deletion flag"
    assert "Reindex" in second or "reindex" in second
    with pytest.raises(IndexDamagedError):
        Table.open(path, writable=True)


def test_a_deleted_row_with_the_candidate_key_of_another_is_noted(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        two_rows_of_one_candidate_key(table)
        table.storage.write_flag(1, b"*")
        live = table.tags["live"]
        damage_index(table, Edit(live, 1, live.key.evaluate(1, table.raw(1)) if live.key else None, None))
    assert check_table(path) == []
    text = "tag k: records 1 and 2 have the same key, one of them deleted; FoxPro and a reindex count both"
    assert text in notes(path)


def test_a_tag_whose_filter_is_not_known_is_not_compared(path: Path) -> None:
    index = path.with_suffix(".cdx")
    data = index.read_bytes()
    assert data.count(b"!DELETED()") == 1
    index.write_bytes(data.replace(b"!DELETED()", b"!UNKNOWN()"))
    assert check_table(path) == []
    notes = [str(finding) for finding in table_findings(path)]
    assert any("tag live: its keys are not compared" in note for note in notes)
    with Table.open(path) as table, pytest.raises(UnsupportedExpressionError, match="UNKNOWN"):
        table.tags["live"].key_of(1, table.raw(1))


def test_a_row_that_an_interrupted_append_left_without_keys_gets_them_when_recalled(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        recno = table.append({"k": "new", "n": Decimal(9)})
        table.delete(recno)
        damage_index(table, Edit(table.tags["k"], recno, b"new ", None))
        table.recall(recno)
        assert (table.seek("k", "new"), table.seek("live", Decimal(9))) == (recno, recno)
    assert check_table(path) == []


def test_a_row_without_keys_is_not_recalled_beside_another_of_its_candidate_key(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        recno = table.append({"k": "new"})
        table.delete(recno)
        damage_index(table, Edit(table.tags["k"], recno, b"new ", None))
        other = table.append({"k": "new"})
        with pytest.raises(KeyExistsError) as caught:
            table.recall(recno)
        assert caught.value.recno == other
        assert table.read(recno).deleted
    assert check_table(path) == []
