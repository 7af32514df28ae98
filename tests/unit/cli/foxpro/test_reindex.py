from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.foxpro import Table
from counterfoil.foxpro.checking.table_check import check_table
from tests.unit.cli.foxpro.program import customers, run, snapshot


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A table whose index does not know of a change."""
    path = customers(tmp_path)
    with Table.open(path, writable=True) as table:
        table.storage.write_raw(2, table.raw(2).replace(b"C002", b"C999"))
    assert check_table(path) != []
    return path


def test_what_will_be_done_is_told_and_then_done(path: Path) -> None:
    said = run("reindex", path, text="y\n")
    assert said.code == 0
    assert f"{path}: 9 rows, tags active (active), balance (balance), custno (UPPER(custno))" in said.err
    assert said.out.endswith(f"{path}: 9 rows, keys: active 9, balance 9, custno 9, since 8\n")
    assert check_table(path) == []


@pytest.mark.parametrize(("answer", "words"), [("n\n", ()), ("", ()), ("y\n", ("--json",))])
def test_nothing_is_changed_without_a_yes(path: Path, answer: str, words: tuple[str, ...]) -> None:
    before = snapshot(path.parent)
    said = run("reindex", path, *words, text=answer)
    assert said.code == 2
    assert "nothing was changed" in said.err
    assert snapshot(path.parent) == before


def test_a_document_tells_what_was_done(path: Path) -> None:
    assert run("reindex", path, "--yes", "--json").document == {
        "done": True,
        "tables": [
            {
                "path": str(path),
                "rows": 9,
                "keys": {"active": 9, "balance": 9, "custno": 9, "since": 8},
                "findings": [],
            }
        ],
    }


def test_a_table_in_use_is_left_as_it_is(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        before = snapshot(path.parent)
        with table.lock_records([1], table.patience.deadline()):
            said = run("reindex", path, "--yes", "--json")
    assert said.code == 2
    assert said.document["tables"][0]["error"]["kind"] == "TableBusyError"
    assert snapshot(path.parent) == before


def test_what_a_reindex_cannot_mend_is_told_afterwards(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        table.storage.write_flag(4, b"#")
    said = run("reindex", path, "--yes")
    assert said.code == 1
    assert "NOT SOUND" in said.out
    assert "record 4 begins with b'#'" in said.out


def test_a_table_without_an_index_keeps_no_other_back(path: Path) -> None:
    other = path.with_name("bare.dbf")
    other.write_bytes(b"nonsense")
    said = run("reindex", path.parent, "--yes")
    assert said.code == 2
    assert "bare" in said.err
    assert check_table(path) == []
