"""Pages that are joined, freed and used again, by us and by CodeBase in turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, TagSpec, create_table
from counterfoil.foxpro.checking.table_check import check_table
from tests.oracle.client import Oracle
from tests.oracle.samples import Rows, depth

ROWS = 500


@pytest.mark.parametrize(("width", "seed"), [(8, 1), (40, 2), (120, 3), (240, 4)])
def test_codebase_works_on_in_trees_that_grow_and_shrink(tmp_path: Path, width: int, seed: int) -> None:
    path, chance = tmp_path / "pages.dbf", Rows(seed).chance

    def name() -> str:
        return "".join(chance.choices("abcdefgh", k=width))

    live = TagSpec("live", "name", filter=".NOT.DELETED()")
    rows = ({"name": name()} for _ in range(ROWS))
    create_table(path, [Field("name", "C", width)], [live, TagSpec("all", "name")], rows=rows)
    with Table.open(path, writable=True) as table, Oracle(path) as oracle:
        for kept in (5, 250, 1, 400):
            now = set(table.scan("live"))
            wanted = set(chance.sample(range(1, ROWS + 1), kept))
            for number, recno in enumerate(chance.sample(range(1, ROWS + 1), ROWS)):
                side = oracle if number % 5 == 0 else table
                if recno in now - wanted:
                    side.delete(recno)
                if recno in wanted - now:
                    side.recall(recno)
            verdict = oracle.verify()
            assert verdict.is_good, verdict
            assert verdict.tags["live"].count == kept
            assert oracle.keys("live") == list(table.tags["live"].scan())
            assert set(table.scan("live")) == wanted
            assert kept > 1 or depth(table.tags["live"]) == 1
            for _ in range(20):
                table.update(chance.randrange(1, ROWS + 1), {"name": name()})
                oracle.update(chance.randrange(1, ROWS + 1), name=name())
            assert oracle.verify().is_good
    assert check_table(path) == []
