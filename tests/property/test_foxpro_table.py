"""A table behaves like a list of rows, and every tag like a sorted search over it."""

from __future__ import annotations

import shutil
import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from typing_extensions import override

from counterfoil.foxpro import Field, Table, TagSpec, Value, create_table
from counterfoil.foxpro.check import check_table

FIELDS = (Field("name", "C", 6), Field("amount", "N", 9, 2), Field("open", "L"), Field("notes", "M"))
TAGS = (
    TagSpec("name", "UPPER(name)"),
    TagSpec("amount", "amount", descending=True),
    TagSpec("both", "name+STR(amount,9,2)"),
    TagSpec("open", "name", filter="open AND !DELETED()"),
)
ROWS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["", "a", "A", "ab", "Ä", "zz", "  x"]),
        "amount": st.integers(-500, 500).map(lambda units: Decimal(units).scaleb(-2)),
        "open": st.booleans(),
        "notes": st.sampled_from(["", "memo", "x" * 100]),
    }
)


class TableModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "t.dbf"
        self.rows: list[tuple[bool, dict[str, Value]]] = []

    @initialize(rows=st.lists(ROWS, max_size=40))
    def create(self, rows: list[dict[str, Value]]) -> None:
        create_table(self.path, FIELDS, TAGS, rows=rows)
        self.rows = [(False, row) for row in rows]
        self.table = Table.open(self.path, writable=True)

    @override
    def teardown(self) -> None:
        if self.path.exists():
            self.table.close()
            assert check_table(self.path) == []
        shutil.rmtree(self.folder)

    @rule(row=ROWS)
    def append(self, row: dict[str, Value]) -> None:
        self.rows.append((False, row))
        assert self.table.append(row) == len(self.rows)

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), row=ROWS, names=st.sets(st.sampled_from([field.name for field in FIELDS])))
    def update(self, data: st.DataObject, row: dict[str, Value], names: set[str]) -> None:
        at = data.draw(st.integers(0, len(self.rows) - 1))
        changed = {name: row[name] for name in names}
        deleted, before = self.rows[at]
        self.rows[at] = (deleted, before | changed)
        self.table.update(at + 1, changed)

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), deleted=st.booleans())
    def delete_or_recall(self, data: st.DataObject, *, deleted: bool) -> None:
        at = data.draw(st.integers(0, len(self.rows) - 1))
        self.rows[at] = (deleted, self.rows[at][1])
        (self.table.delete if deleted else self.table.recall)(at + 1)

    @rule()
    def open_again(self) -> None:
        self.table.close()
        self.table = Table.open(self.path, writable=True)

    @rule(name=st.sampled_from(["A", "AB", "Ä", "ZZ", "  X", "Q"]))
    def seek(self, name: str) -> None:
        upper = [str(row["name"]).upper() for _, row in self.rows]
        found = [at + 1 for at, text in enumerate(upper) if text.ljust(6).startswith(name)]
        expected = sorted(found, key=lambda recno: (upper[recno - 1].ljust(6).encode("cp1252"), recno))
        assert list(self.table.scan("name", name)) == expected
        assert self.table.seek("name", name) == next(iter(expected), None)

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        if not self.path.exists():
            return
        assert [(one.deleted, one.values) for one in self.table.records(deleted=True)] == self.rows

    @invariant()
    def filtered_tag_holds_the_open_live_rows(self) -> None:
        if not self.path.exists():
            return
        expected = {at + 1 for at, (deleted, row) in enumerate(self.rows) if row["open"] and not deleted}
        assert set(self.table.scan("open")) == expected


TestTableModel = TableModel.TestCase
TestTableModel.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
