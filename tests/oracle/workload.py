"""Thousands of random changes to one table, a model of it, and what must hold whenever they pause."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from typing_extensions import override

from counterfoil.foxpro import Field, Table, TagSpec
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.index.create import create_index
from counterfoil.foxpro.records.fields import NULLABLE
from tests.oracle import samples
from tests.oracle.client import Oracle
from tests.oracle.samples import ALL_TAGS, Row, depth

FIELDS = (
    *samples.FIELDS,
    Field("wide", "C", 240),
    Field("one", "C", 1),
    Field("place", "C", 8, flags=NULLABLE),
    Field("level", "N", 8, 2, flags=NULLABLE),
    Field("count", "I", flags=NULLABLE),
)
DEEP = "deep"
TAGS = (
    *ALL_TAGS,
    TagSpec("wide", "wide"),
    TagSpec("one", "one"),
    TagSpec("place", "UPPER(place)"),
    TagSpec("level", "level", descending=True),
    TagSpec("count", "count"),
    TagSpec(DEEP, "UPPER(LEFT(wide,100))+STR(seq,10)", filter=".NOT.DELETED()"),
)
PHASES = {"grow": 0.45, "churn": 0.2, "shrink": 0.3, "grow again": 0.05}
CHOICES = {
    "grow": ("append",) * 7 + ("update",) * 2 + ("delete", "recall"),
    "churn": ("append", "update", "update", "update", "delete", "recall"),
    "shrink": ("delete",) * 9 + ("update", "recall"),
    "grow again": ("append", "recall", "recall", "update"),
}


class Rows(samples.Rows):
    """Rows whose wide texts share much or nothing."""

    @override
    def row(self) -> Row:
        start = self.chance.choice(("", "shared " * self.chance.randrange(34), "\xe9" * 120))
        wide = f"{start}{self.chance.randrange(10**6)}"[-240:]
        chance = self.chance
        return {
            **super().row(),
            "wide": wide,
            "one": chance.choice("abA \xe4"),
            "place": chance.choice([None, "", "Oslo", f"P{chance.randrange(50)}"]),
            "level": chance.choice([None, Decimal(chance.randrange(-9999, 9999)) / 100]),
            "count": chance.choice([None, chance.randrange(-(10**9), 10**9)]),
        }


class Workload:
    """One table under change. The model is a list of rows, each deleted or not."""

    def __init__(self, path: Path, table: Table, seed: int) -> None:
        self.path = path
        self.table = table
        self.depth_max = 1
        self._rows = Rows(seed)
        self._chance = self._rows.chance
        self._model: list[Row] = []
        self._live: list[int] = []
        self._deleted: list[int] = []

    def changes(self, count: int) -> Iterator[str]:
        """Make so many changes; tells each phase when it is over. After `shrink` no row is live."""
        bounds = [0.0]
        for share in PHASES.values():
            bounds.append(bounds[-1] + share)
        for phase, (start, end) in zip(PHASES, pairwise(bounds), strict=True):
            for _ in range(round(start * count), round(end * count)):
                self._do(self._chance.choice(CHOICES[phase]))
            if phase == "shrink":
                while self._live:
                    self._do("delete")
            yield phase

    def _do(self, what: str) -> None:
        if what == "append" or not self._model:
            row = self._rows.row()
            self._model.append(row)
            self._live.append(self.table.append(row))
        elif what == "update":
            at = self._chance.randrange(len(self._model))
            row = self._rows.row()
            named = self._chance.sample(sorted(row), self._chance.randrange(len(row)))
            changed = {name: row[name] for name in named}
            self._model[at] = self._model[at] | changed
            self.table.update(at + 1, changed)
        elif what == "delete":
            self._move(self._live, self._deleted, self.table.delete)
        else:
            self._move(self._deleted, self._live, self.table.recall)

    def _move(self, source: list[int], target: list[int], change: Callable[[int], None]) -> None:
        if source:
            at = self._chance.randrange(len(source))
            source[at], source[-1] = source[-1], source[at]
            target.append(source.pop())
            change(target[-1])

    def check(self, oracle: Oracle) -> None:
        """The rows are the model's, the keys those of a fresh build, and CodeBase walks the same."""
        self.depth_max = max(self.depth_max, depth(self.table.tags[DEEP]))
        deleted = set(self._deleted)
        found = [(record.deleted, _plain(record.values)) for record in self.table.records(deleted=True)]
        assert found == [(at in deleted, _plain(row)) for at, row in enumerate(self._model, start=1)]
        assert check_table(self.path) == []
        ours = {name: list(tag.scan()) for name, tag in self.table.tags.items()}
        assert ours == rebuilt(self.table)
        verdict = oracle.verify()
        assert verdict.is_good, verdict
        for name, keys in ours.items():
            assert oracle.keys(name) == (keys[::-1] if self.table.tags[name].descending else keys), name


def rebuilt(table: Table) -> dict[str, list[tuple[bytes, int]]]:
    """The keys of every tag as a fresh build from the rows has them."""
    storage = table.storage
    index = create_index(
        io.BytesIO(), table.name, storage.header.fields, storage.code_page, TAGS, storage.raws
    )
    return {name: list(tag.scan()) for name, tag in index.tags.items()}


def _plain(row: Row) -> Row:
    """Blanks at the end of a text do not count, and no memo is as good as an empty one."""
    texts = {name: value.rstrip(" ") for name, value in row.items() if isinstance(value, str)}
    return {**row, **texts, "notes": texts.get("notes", "")}
