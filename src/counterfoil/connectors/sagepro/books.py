"""A company's tables as the audit reads them: in place, without a lock, and only the columns it asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from counterfoil.connectors.sagepro.audit.findings import Count, Unreadable
from counterfoil.connectors.sagepro.audit.reading import READ_COLUMNS
from counterfoil.connectors.sagepro.audit.rows import MISPLACED
from counterfoil.connectors.sagepro.binding import BoundTable, Shape
from counterfoil.connectors.sagepro.discover import locate_tables
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import COLUMNS, Kind, Row, TableName
from counterfoil.connectors.sagepro.tables import Access, OpenTables, TableOpener, narrowed
from counterfoil.connectors.sagepro.translation import translate
from counterfoil.foxpro.errors import FieldValueError, FoxProError, TableMissingError
from counterfoil.foxpro.records.record import DELETED_FLAG, RecordCodec
from counterfoil.ports.errors import ConfigurationError

REQUIRED = (TableName.CUSTOMERS, TableName.DOCUMENTS)
"""Tables without which there is nothing to audit."""
Advance = Callable[[str, int, int], None]
_TELL_EVERY = 4096


class Books:
    """One company's tables, open for reading until `close`; one thread at a time."""

    def __init__(self, profile: Profile, advance: Advance = lambda _what, _done, _total: None) -> None:
        """Opens what there is.

        Raises:
            ConfigurationError: a table that every company has is missing or unfit.
            TransientError: a table is held by another program.
        """
        self._advance = advance
        self._absent: dict[TableName, str] = {}
        self._paths = dict(self._located(profile))
        self._bound: dict[TableName, BoundTable] = {}
        with ExitStack() as stack:
            self._tables = stack.enter_context(
                OpenTables(TableOpener(profile, self._paths, Access()), writable=False)
            )
            for name in self._paths:
                self._bind(name)
            self._stamps = self._stamped()
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def columns(self) -> Mapping[TableName, Collection[str]]:
        return {name: frozenset(bound.shapes) for name, bound in self._bound.items()}

    @property
    def absent(self) -> Mapping[TableName, str]:
        return self._absent

    @property
    def changed(self) -> Sequence[str]:
        """Tables that another program wrote to since they were opened."""
        now = self._stamped()
        return [self.file(name) for name, stamp in self._stamps.items() if now[name] != stamp]

    def file(self, name: TableName) -> str:
        """The table's name in the file system, without its ending."""
        return self._bound[name].file

    def field(self, name: TableName, column: str) -> str:
        """The site's own name of our column; what is no column keeps its name."""
        shape = self._bound[name].shapes.get(column)
        return shape.name if shape else column

    def count(self, table: TableName) -> Count:
        storage = self._tables.table(table).storage
        header = storage.header
        found = (storage.dbf.size() - header.offset_of(1)) // header.record_length
        return Count(storage.count(), found)

    def rows(self, table: TableName) -> Iterator[Row | Unreadable]:
        opened, bound = self._tables.table(table), self._bound[table]
        codec = narrowed(opened, {shape.name for shape in bound.shapes.values()})
        number = _number_shape(bound)
        total = opened.record_count
        for recno, raw in opened.storage.raws():
            if recno % _TELL_EVERY == 0 or recno == total:
                self._advance(bound.file, recno, total)
            if raw[0] != DELETED_FLAG:
                yield _row(bound, codec, number, recno, raw)

    def _located(self, profile: Profile) -> Iterator[tuple[TableName, Path]]:
        """Module by module: one whose folder nobody knows leaves its tables out."""
        for module in sorted({name.module for name in TableName}):
            names = [name for name in READ_COLUMNS if name.module == module]
            try:
                yield from locate_tables(profile, names).paths.items()
            except ConfigurationError as error:
                if set(names) & set(REQUIRED):
                    raise
                self._absent.update(dict.fromkeys(names, str(error)))

    def _bind(self, name: TableName) -> None:
        try:
            bound = self._tables.bound(name)
        except (TableMissingError, ConfigurationError) as error:
            if name in REQUIRED:
                raise ConfigurationError(str(error)) from error
            self._absent[name] = str(error)
        except (FoxProError, OSError) as error:
            raise translate(error) from error
        else:
            shapes = {ours: shape for ours, shape in bound.shapes.items() if ours in READ_COLUMNS[name]}
            self._bound[name] = replace(bound, shapes=shapes)

    def _stamped(self) -> dict[TableName, tuple[int, int]]:
        stamps = {}
        for name in self._bound:
            status = self._tables.table(name).storage.path.stat()
            stamps[name] = (status.st_mtime_ns, status.st_size)
        return stamps


def _number_shape(bound: BoundTable) -> Shape | None:
    """The document number's field, where the table has one."""
    column = COLUMNS[bound.name].get("number")
    is_number = column is not None and column.kind is Kind.NUMBER
    return bound.shapes.get("number") if is_number else None


def _row(
    bound: BoundTable, codec: RecordCodec, number: Shape | None, recno: int, raw: bytes
) -> Row | Unreadable:
    try:
        fields = codec.decode(raw, recno)
        row = bound.parse(recno, fields)
    except (FieldValueError, ConfigurationError) as error:
        return Unreadable(bound.name, recno, str(error))
    if number is not None:
        stored = str(fields[number.name] or "")
        if stored and len(stored) != number.width:
            return replace(row, values={**row.values, MISPLACED: stored})
    return row
