"""A table behaves like a list of rows, and every tag like a sorted search over it."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from typing_extensions import override

from counterfoil.foxpro import Field, Table, TagSpec, Value, create_table
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.index.reindex import reindex
from counterfoil.foxpro.records.fields import NULLABLE
from counterfoil.foxpro.transactions.journal import Journal
from counterfoil.foxpro.transactions.operations import Add, Append, GuardFailed, Posting, Set, Written
from counterfoil.foxpro.transactions.transaction import write_group

FIELDS = (
    Field("name", "C", 6),
    Field("amount", "N", 9, 2),
    Field("open", "L"),
    Field("city", "C", 4, flags=NULLABLE),
    Field("notes", "M"),
)
TAGS = (
    TagSpec("name", "UPPER(name)"),
    TagSpec("amount", "amount", descending=True),
    TagSpec("both", "name+STR(amount,9,2)"),
    TagSpec("open", "name", filter="open AND !DELETED()"),
    TagSpec("city", "city"),
)
ROWS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["", "a", "A", "ab", "Ä", "zz", "  x"]),
        "amount": st.integers(-500, 500).map(lambda units: Decimal(units).scaleb(-2)),
        "open": st.booleans(),
        "city": st.sampled_from([None, "", "Oslo", "P"]),
        "notes": st.sampled_from(["", "memo", "x" * 100]),
    }
)
NAMES = st.sampled_from(["A", "AB", "Ä", "ZZ", "  X", "Q"])
Row = dict[str, Value]


class TableModel(RuleBasedStateMachine):
    """Two handles of one process work in the same table; whatever one does the other sees at once."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "t.dbf"
        self.rows: list[tuple[bool, Row]] = []
        self.handles: list[Table] = []
        self.turn = 0
        self.connection = sqlite3.connect(self.folder / "journal.db")
        self.journal = Journal(self.connection)

    @initialize(rows=st.lists(ROWS, max_size=40))
    def create(self, rows: list[Row]) -> None:
        create_table(self.path, FIELDS, TAGS, rows=rows)
        self.rows = [(False, row) for row in rows]
        self.handles = [Table.open(self.path, writable=True) for _ in range(2)]

    @override
    def teardown(self) -> None:
        for table in self.handles:
            table.close()
        self.connection.close()
        if self.path.exists():
            assert check_table(self.path) == []
        shutil.rmtree(self.folder)

    @property
    def table(self) -> Table:
        """One handle after the other."""
        self.turn += 1
        return self.handles[self.turn % len(self.handles)]

    def pick(self, data: st.DataObject) -> int:
        return data.draw(st.integers(0, len(self.rows) - 1))

    @rule(row=ROWS)
    def append(self, row: Row) -> None:
        self.rows.append((False, row))
        assert self.table.append(row) == len(self.rows)

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), row=ROWS, names=st.sets(st.sampled_from([field.name for field in FIELDS])))
    def update(self, data: st.DataObject, row: Row, names: set[str]) -> None:
        at = self.pick(data)
        changed = {name: row[name] for name in names}
        deleted, before = self.rows[at]
        self.rows[at] = (deleted, before | changed)
        self.table.update(at + 1, changed)

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), deleted=st.booleans())
    def delete_or_recall(self, data: st.DataObject, *, deleted: bool) -> None:
        at = self.pick(data)
        self.rows[at] = (deleted, self.rows[at][1])
        table = self.table
        (table.delete if deleted else table.recall)(at + 1)

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), row=ROWS, delta=st.integers(-100, 100), right=st.booleans())
    def post(self, data: st.DataObject, row: Row, delta: int, *, right: bool) -> None:
        """A new row, another's text and a third one's sum, all or nothing by a guard and by deletions."""
        first, second = self.pick(data), self.pick(data)
        guards: Row = {"name": self.rows[first][1]["name"] if right else "other"}
        operations = (
            Append("t", row),
            Set("t", first + 1, {"name": row["name"], "city": row["city"]}, guards),
            Add("t", second + 1, {"amount": Decimal(delta).scaleb(-2)}),
        )
        (outcome,) = write_group({"t": self.table}, self.journal, [Posting("p", operations)]).values()
        if not right or self.rows[first][0] or self.rows[second][0]:
            assert isinstance(outcome, GuardFailed)
            return
        self.rows.append((False, row))
        assert outcome == Written((len(self.rows),))
        self.rows[first] = (False, self.rows[first][1] | {"name": row["name"], "city": row["city"]})
        amount = self.rows[second][1]["amount"]
        assert isinstance(amount, Decimal)
        self.rows[second] = (False, self.rows[second][1] | {"amount": amount + Decimal(delta).scaleb(-2)})

    @rule()
    def open_again(self) -> None:
        at = self.turn % len(self.handles)
        self.handles[at].close()
        self.handles[at] = Table.open(self.path, writable=True)

    @rule()
    def build_anew(self) -> None:
        """REINDEX, while the handles stay open and hold no lock."""
        assert reindex(self.path).rows == len(self.rows)

    def expected(self, name: str) -> list[int]:
        upper = [str(row["name"]).upper().ljust(6) for _, row in self.rows]
        found = [at + 1 for at, text in enumerate(upper) if text.startswith(name)]
        return sorted(found, key=lambda recno: (upper[recno - 1].encode("cp1252"), recno))

    @rule(name=NAMES)
    def seek(self, name: str) -> None:
        expected = self.expected(name)
        assert list(self.table.scan("name", name)) == expected
        assert self.table.seek("name", name) == next(iter(expected), None)
        live = [recno for recno in expected if not self.rows[recno - 1][0]]
        assert [record.recno for record in self.table.find("name", name)] == live

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        for table in self.handles:
            assert [(one.deleted, one.values) for one in table.records(deleted=True)] == self.rows

    @invariant()
    def tags_hold_what_they_should(self) -> None:
        opened = {at + 1 for at, (deleted, row) in enumerate(self.rows) if row["open"] and not deleted}
        amounts = [row["amount"] for _, row in self.rows]
        nowhere = {at + 1 for at, (_, row) in enumerate(self.rows) if row["city"] is None}
        for table in self.handles:
            assert set(table.scan("open")) == opened
            walked = [amounts[recno - 1] for recno in table.scan("amount")]
            assert walked == sorted(walked, key=lambda amount: -Decimal(str(amount)))
            assert len(walked) == len(self.rows)
            assert set(list(table.scan("city"))[: len(nowhere)]) == nowhere


TestTableModel = TableModel.TestCase
TestTableModel.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
