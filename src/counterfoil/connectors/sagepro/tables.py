"""One company's tables, opened for one piece of work and found by our own names."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from counterfoil.connectors.sagepro.binding import BoundTable, Shape, bind_table
from counterfoil.connectors.sagepro.moved_receipts import MovedReceipts
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import (
    SEARCH_PATHS,
    Row,
    TableName,
    is_looked_through,
    is_read_whole,
)
from counterfoil.foxpro.containers.permission import Accepted
from counterfoil.foxpro.errors import TableMissingError
from counterfoil.foxpro.files.table_file import TableFile, WriteGate
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.index.index_file import Tag
from counterfoil.foxpro.records.fields import SYSTEM, Field, Value
from counterfoil.foxpro.records.record import DELETED_FLAG, Record, RecordCodec
from counterfoil.foxpro.table import Table
from counterfoil.foxpro.transactions.operations import Sum


@dataclass(frozen=True, slots=True)
class Access:
    """How tables are opened: how long a lock is waited for, and who is asked before every write."""

    patience: Patience = field(default_factory=Patience)
    gate: WriteGate | None = None


class TableOpener:
    """Opens one company's tables by name."""

    def __init__(self, profile: Profile, paths: Mapping[TableName, Path], access: Access) -> None:
        self.profile = profile
        self.paths = paths
        self.patience = access.patience
        self.turn = threading.Lock()
        """Held by who searches or writes: threads of one process would wait for each other's table locks by
        trying again and again."""
        self.moved = MovedReceipts()
        self._gate = access.gate

    def open(self, name: TableName, *, writable: bool, today: date | None = None) -> Table:
        """The table, for the caller to close.

        Raises:
            FoxProError: it is missing, damaged or locked.
        """
        return Table.open(
            self.paths[name],
            writable=writable,
            accepted=Accepted(self.profile.container_tables),
            code_page=self.profile.code_page,
            patience=self.patience,
            today=today,
            gate=self._gate,
        )


class OpenTables:
    """Opens each table when it is first asked for and closes all at the end; one thread at a time."""

    def __init__(self, opener: TableOpener, *, writable: bool, today: date | None = None) -> None:
        self._opener = opener
        self._writable = writable
        self._today = today
        self._stack = ExitStack()
        self._tables: dict[TableName, Table] = {}
        self._bound: dict[TableName, BoundTable] = {}

    @property
    def profile(self) -> Profile:
        return self._opener.profile

    @property
    def patience(self) -> Patience:
        return self._opener.patience

    @property
    def turn(self) -> threading.Lock:
        """The opener's; for those who keep tables open for longer than one search."""
        return self._opener.turn

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._stack.close()

    def has(self, name: TableName) -> bool:
        """Whether the site has the table."""
        return name in self._opener.paths

    @property
    def are_in_place(self) -> bool:
        """Whether every open file is still the one that bears its name; PACK and restore put others there."""
        storages = (table.storage for table in self._tables.values())
        files = (file for storage in storages for file in (storage.dbf, storage.cdx) if file is not None)
        return all(_is_in_place(file) for file in files)

    def table(self, name: TableName) -> Table:
        """The table, opened.

        Raises:
            FoxProError: it is missing, damaged or locked.
        """
        if name not in self._tables:
            table = self._opener.open(name, writable=self._writable, today=self._today)
            self._tables[name] = self._stack.enter_context(table)
        return self._tables[name]

    def bound(self, name: TableName) -> BoundTable:
        """Our columns in the table.

        Raises:
            ConfigurationError: a required column is missing.
        """
        if name not in self._bound:
            table = self.table(name)
            shapes = {
                one.name: Shape(one.name, _type_of(one), one.width, one.decimals)
                for one in table.fields
                if not one.is_hidden
            }
            overrides = self.profile.columns.get(name, {})
            own = self.profile.own_columns(name)
            self._bound[name] = bind_table(name, table.name, shapes, overrides, own)
        return self._bound[name]

    def find(self, name: TableName, column: str, text: str) -> Iterator[Row]:
        """The live rows whose column holds the text, through an index; a small table is read row by row.

        None where there is no such index or no such table. A blank text finds nothing.
        """
        for row, _ in self._found(name, column, text, may_scan=is_looked_through(name, column)):
            yield row

    def find_with_fields(
        self, name: TableName, column: str, text: str
    ) -> Iterator[tuple[Row, Mapping[str, Value]]]:
        """The same for a posting, each row with the site's own fields as they were read.

        What a posting must not miss is found without an index too.
        """
        yield from self._found(name, column, text, may_scan=is_read_whole(name, column))

    def moved_receipts(self, customer: str, since: date) -> Iterable[Row]:
        """The customer's receipts in history from that day on; none where the site keeps no such table."""
        name = TableName.CASH_HISTORY
        if not self.has(name):
            return ()
        return self._opener.moved.of(self.table(name), self.bound(name), customer, since)

    def _found(
        self, name: TableName, column: str, text: str, *, may_scan: bool
    ) -> Iterator[tuple[Row, Mapping[str, Value]]]:
        if not self.has(name) or not text:
            return
        bound = self.bound(name)
        for record in self._candidates(name, column, text, may_scan=may_scan):
            row = bound.parse(record.recno, record.values)
            if row.text(column).upper() == text.upper():
                yield row, record.values

    def _candidates(self, name: TableName, column: str, text: str, *, may_scan: bool) -> Iterator[Record]:
        bound = self.bound(name)
        key = bound.search_key(column, text) if column in bound.shapes else None
        tag = self._tag(name, column)
        if key is not None and tag is not None:
            yield from self.table(name).find(tag.name, key.upper() if _ignores_case(tag) else key)
        elif key is not None and may_scan:
            yield from self._scanned(name, bound.shapes[column].name, text)

    def _scanned(self, name: TableName, field: str, text: str) -> Iterator[Record]:
        """Every row with the text in the field, wherever it stands there."""
        table = self.table(name)
        place, _ = table.codec.field(field)
        wanted = text.encode(table.storage.code_page, "replace").upper()
        for recno, raw in table.storage.raws():
            if raw[0] != DELETED_FLAG and raw[place.offset : place.end].strip().upper() == wanted:
                yield table.record_of(recno, raw)

    def is_findable(self, name: TableName, column: str) -> bool:
        """Whether the site has the table, and an index that leads to the rows with a text in the column."""
        try:
            return self.has(name) and self._tag(name, column) is not None
        except TableMissingError:
            return False

    def balance_rule(self, customer: Row) -> Sum | None:
        """The rule that a customer's balance is the sum of what is open in the table of current documents.

        Books that do not keep it to the cent only need to miss it by the same amount before and after.
        """
        documents = self.bound(TableName.DOCUMENTS)
        key = documents.search_key("customer", customer.text("number"))
        tag = self._tag(TableName.DOCUMENTS, "customer")
        if key is None or tag is None:
            return None
        return Sum(
            total=self.bound(TableName.CUSTOMERS).shapes["balance"].name,
            table=TableName.DOCUMENTS.value,
            tag=tag.name,
            key=(key.upper() if _ignores_case(tag) else key,),
            part=documents.shapes["balance"].name,
        )

    def missing_tags(self, name: TableName) -> Iterator[str]:
        """What cannot be searched although it must be."""
        bound = self.bound(name)
        for path in SEARCH_PATHS:
            if path.table is name and path.required and self._tag(name, path.column) is None:
                begins = bound.shapes[path.column].name
                yield f"table {bound.file} has no index tag that begins with {begins}: add one in Sage Pro"

    def _tag(self, name: TableName, column: str) -> Tag | None:
        """The shortest tag whose key begins with the column and that leaves no row out."""
        shape = self.bound(name).shapes.get(column)
        if shape is None:
            return None
        pattern = re.compile(rf"(?:{shape.name}|upper\({shape.name}\)|upper\({shape.name}\+.*\))(?:\+.*)?")
        fitting = (
            tag
            for tag in self.table(name).tags.values()
            if tag.key is not None
            and not tag.filter
            and not tag.unique
            and pattern.fullmatch(_normalised(tag))
        )
        return min(fitting, key=lambda tag: len(tag.expression), default=None)


def narrowed(table: Table, wanted: Collection[str]) -> RecordCodec:
    """Decodes the wanted fields alone: no other is ever looked at, whatever a site keeps there."""
    fields = tuple(
        field if field.name in wanted else replace(field, flags=field.flags | SYSTEM)
        for field in table.storage.header.fields
    )
    return RecordCodec(table.name, fields, table.storage.code_page)


def _type_of(field: Field) -> str:
    """The type by its letter; one that holds bytes instead of text has a name that fits no column of ours."""
    return f"{field.type} (binary)" if field.is_bytes else field.type


def _is_in_place(file: TableFile) -> bool:
    try:
        return os.path.samestat(file.path.stat(), os.fstat(file.fileno()))
    except OSError:
        return False


def _normalised(tag: Tag) -> str:
    return "".join(tag.expression.lower().split())


def _ignores_case(tag: Tag) -> bool:
    return _normalised(tag).startswith("upper(")
