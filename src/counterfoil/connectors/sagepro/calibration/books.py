"""A snapshot as the planner sees a company's tables: plans are made on the books as they were then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from counterfoil.connectors.sagepro.binding import BoundTable, bind_table
from counterfoil.connectors.sagepro.calibration.snapshot import Snapshot
from counterfoil.connectors.sagepro.describing import Fields
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.ports.errors import ConfigurationError

_Found = Mapping[str, list[tuple[int, bytes]]]


class SnapshotTables:
    """Finds rows without an index: a column that is asked for is read through once and remembered."""

    def __init__(self, profile: Profile, snapshot: Snapshot) -> None:
        self._profile = profile
        self._snapshot = snapshot
        self._bound: dict[TableName, BoundTable] = {}
        self._rows: dict[tuple[TableName, str], _Found] = {}

    @property
    def profile(self) -> Profile:
        return self._profile

    def has(self, name: TableName) -> bool:
        return name.value in self._snapshot.sources

    def bound(self, name: TableName) -> BoundTable:
        """Our columns in the table.

        Raises:
            ConfigurationError: the table or a required column is missing.
        """
        if name not in self._bound:
            if not self.has(name):
                raise ConfigurationError(f"the snapshot {self._snapshot.path} has no table {name.value}")
            source = self._snapshot.sources[name.value]
            overrides = self._profile.columns.get(name, {})
            added = self._profile.own_columns(name)
            self._bound[name] = bind_table(name, source.file, source.format.shapes, overrides, added)
        return self._bound[name]

    def find_with_fields(self, name: TableName, column: str, text: str) -> Iterator[tuple[Row, Fields]]:
        if not self.has(name) or not text or column not in self.bound(name).shapes:
            return
        form, bound = self._snapshot.sources[name.value].format, self.bound(name)
        for record, raw in self._column(name, column).get(text.upper(), ()):
            fields = form.decode(raw, record)
            row = bound.parse(record, fields)
            if row.text(column).upper() == text.upper():
                yield row, fields

    def find(self, name: TableName, column: str, text: str) -> Iterator[Row]:
        for row, _ in self.find_with_fields(name, column, text):
            yield row

    def moved_receipts(self, customer: str, since: date) -> Iterable[Row]:
        """None: what a clerk keyed is what is compared, and never asked about."""
        del customer, since
        return ()

    def _column(self, name: TableName, column: str) -> _Found:
        if (name, column) not in self._rows:
            wanted = self.bound(name).shapes[column].name
            form = self._snapshot.sources[name.value].format
            found: dict[str, list[tuple[int, bytes]]] = defaultdict(list)
            for record, raw in self._snapshot.rows(name.value):
                found[form.text(raw, wanted).upper()].append((record, raw))
            self._rows[name, column] = found
        return self._rows[name, column]
