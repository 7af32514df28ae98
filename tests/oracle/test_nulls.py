"""CodeBase reads and ends our nulls, and we its: both agree on every bit and on what a blank record is."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, TagSpec, create_table
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.records.fields import NULLABLE, Counter
from tests.oracle.client import Oracle, OracleError

FIELDS = (
    Field("c", "C", 3, flags=NULLABLE),
    Field("k", "C", 4),
    Field("n", "N", 8, 2, flags=NULLABLE),
    Field("i", "I", flags=NULLABLE),
    Field("d", "D", flags=NULLABLE),
    Field("m", "M", flags=NULLABLE),
    Field("t", "T", flags=NULLABLE),
    Field("y", "Y", flags=NULLABLE),
    Field("l", "L", flags=NULLABLE),
    Field("b", "B", 8, 2, flags=NULLABLE),
)
WORDS = {"c": "abc", "n": "3.5", "i": "7", "d": "20261102", "m": "memo", "y": "1.25", "l": "T", "b": "1.5"}
ALL_NULL = dict.fromkeys("cnidmtylb")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "nulls.dbf"
    create_table(path, FIELDS, [TagSpec("k", "k")], rows=[{**ALL_NULL, "k": "one"}, {"k": "two"}])
    return path


def test_the_witness_ends_one_null_after_the_other(path: Path) -> None:
    with Oracle(path) as oracle, Table.open(path) as table:
        left = set(ALL_NULL)
        for name, word in WORDS.items():
            oracle.update(1, **{name: word})
            left.remove(name)
            raw = table.raw(1)
            assert {name for name in ALL_NULL if table.codec.is_null(raw, name)} == left
        assert oracle.verify().is_good


def test_a_blank_record_is_the_same_to_both(path: Path) -> None:
    with Oracle(path) as oracle, Table.open(path) as table:
        recno = oracle.append(k="two")
        assert table.raw(recno) == table.raw(2)


def test_both_write_nulls_into_one_table(path: Path) -> None:
    with Oracle(path) as oracle, Table.open(path, writable=True) as table:
        recno = oracle.append(k="tri", c="abc", m="memo")
        table.update(recno, {"c": None, "m": None, "i": None})
        table.update(1, {"n": 5})
        assert [oracle.read(at) for at in (1, recno)] == [table.raw(1), table.raw(recno)]
        assert table.read(recno).values == {**ALL_NULL, "k": "tri", "y": 0, "b": 0}
        assert oracle.verify().is_good
    assert check_table(path) == []


def test_the_witness_knows_no_autoincrement_and_cannot_judge_ours(tmp_path: Path) -> None:
    """It opens no table of version 0x31 that has such a field, those of FoxPro's own making included."""
    create_table(tmp_path / "drawn.dbf", [Field("id", "I", counter=Counter())])
    with pytest.raises(OracleError, match="open"), Oracle(tmp_path / "drawn.dbf"):
        pass
