from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.foxpro import Table, TagSpec, Value, create_table
from counterfoil.foxpro.checking.table_check import check_table
from tests.oracle.client import Oracle
from tests.unit.foxpro.test_nullable_tags import FIELDS, ORDERED, TAGS

SHARED = [tag for tag in TAGS if "NVL" not in tag.expression]
"""CodeBase knows no NVL()."""

ROWS: list[dict[str, Value]] = [
    {name: value, "name": f"{name[0]}{place}"}
    for name, values in ORDERED.items()
    for place, value in enumerate(reversed(values))
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "nulls.dbf"
    create_table(path, FIELDS, SHARED, rows=ROWS)
    return path


@pytest.fixture
def oracle(path: Path) -> Iterator[Oracle]:
    with Oracle(path) as oracle:
        yield oracle


def test_codebase_finds_nulls_of_every_type_where_we_put_them(path: Path, oracle: Oracle) -> None:
    assert oracle.verify().is_good
    with Table.open(path) as table:
        for tag in table.tags.values():
            assert oracle.keys(tag.name) == list(tag.scan()), tag.name


@pytest.mark.parametrize("text", [*ORDERED, "UPPER(city)+name", "STR(number,8,2)+name", "number*2"])
def test_codebase_builds_the_same_keys_of_nulls(path: Path, oracle: Oracle, text: str) -> None:
    create_table(path.with_name("one.dbf"), FIELDS, [TagSpec("one", text)])
    with Table.open(path.with_name("one.dbf")) as ours, Table.open(path) as table:
        tag = ours.tags["one"]
        for recno in range(1, len(ROWS) + 1):
            found = tag.key_of(recno, table.raw(recno))
            assert found == oracle.evaluate(recno, text), (recno, text)


def test_both_change_rows_with_nulls_in_turn(path: Path, oracle: Oracle) -> None:
    recno = oracle.append(city="Pisa", name="them", whole="12")
    with Table.open(path, writable=True) as table:
        assert table.seek("city", "Pisa") == recno
        assert table.seek("whole", 12) == recno
        table.update(recno, {"city": None, "number": None})
        mine = table.append({"city": None, "whole": 13, "name": "mine"})
        assert {recno, mine} <= set(table.scan("city", None))
    oracle.update(mine, city="Rome")
    assert oracle.verify().is_good
    with Table.open(path) as table:
        assert table.seek("city", "Rome") == mine
        assert recno in table.scan("number", None)
    assert check_table(path) == []


def test_codebase_has_no_room_for_null_in_candidate_keys_as_we_have_none(tmp_path: Path) -> None:
    """What it puts into the tag tells; asked for the key of an expression alone, it thinks of no tag."""
    path = tmp_path / "one.dbf"
    rows: list[dict[str, Value]] = [{"city": "Rome", "day": None}, {"city": "Oslo", "day": None}]
    create_table(path, FIELDS, [TagSpec("city", "city", candidate=True)], rows=rows)
    with Oracle(path) as oracle:
        assert oracle.append(city="Pisa") == 3
        assert oracle.verify().check == 0
        assert oracle.seek("city", b"Pisa    ") == 3
    with Table.open(path) as table:
        keys = [(b"Oslo    ", 2), (b"Pisa    ", 3), (b"Rome    ", 1)]
        assert list(table.tags["city"].scan()) == keys
    assert check_table(path) == []
