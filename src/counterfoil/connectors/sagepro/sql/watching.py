"""A company's tables in a database, as the watch reads them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from typing_extensions import override

from counterfoil.connectors.sagepro.calibration.row_formats import ValueFormat
from counterfoil.connectors.sagepro.database import Database
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import Kind, Row, TableName
from counterfoil.connectors.sagepro.sql.ledger import SqlLedger
from counterfoil.connectors.sagepro.sql.ledger_tables import LedgerTables
from counterfoil.connectors.sagepro.sql.products import Product
from counterfoil.connectors.sagepro.sql.server import Server
from counterfoil.connectors.sagepro.sql.tables import Bindings, SqlTables, plain
from counterfoil.connectors.sagepro.sql.withdrawals import SqlDecisions
from counterfoil.connectors.sagepro.watch.columns import HISTORY, WATCHED, Watched
from counterfoil.connectors.sagepro.watch.masking import masked_text
from counterfoil.connectors.sagepro.watch.sites import Look, Shelf, WatchedSite
from counterfoil.ports.errors import CounterfoilError

BLOCK_ROWS = 2048
_AT_ONCE = 2000
_KEY_WIDTH = 20
_MAY_HOLD_CARD = re.compile(rb"\d(?:[^\d,]{0,12}\d){12}")


class DatabaseSite(WatchedSite):
    """One company; each look has a connection of its own, each question sees what is committed by then."""

    def __init__(self, server: Server, bindings: Bindings, ledger: LedgerTables | None) -> None:
        self._server = server
        self._bindings = bindings
        self._ledger = ledger

    @property
    @override
    def profile(self) -> Profile:
        return self._bindings.profile

    @contextmanager
    @override
    def look(self) -> Iterator[Look]:
        with self._server.reading() as connection:
            tables = SqlTables(self._bindings, connection, locks=False)
            ledger = SqlLedger(self._ledger, connection) if self._ledger is not None else None
            yield Look(tables, lambda: dict(self._shelves(connection)), ledger)

    @override
    def stamp(self) -> tuple[int, int]:
        """The numbers of the last posting and of the last receipt."""
        if self._ledger is None:
            return 0, 0
        numbers = (self._ledger.posting.c.posting_number, self._bindings.identity(TableName.CASH))
        asked = sa.select(*(sa.select(sa.func.max(number)).scalar_subquery() for number in numbers))
        try:
            with self._server.reading() as connection:
                posting, receipt = connection.execute(asked).one()
        except CounterfoilError:
            return 0, 0
        return int(posting or 0), int(receipt or 0)

    def _shelves(self, connection: sa.Connection) -> Iterator[tuple[TableName, Shelf]]:
        """Those of required tables, and of history where it fits."""
        for name, watched in WATCHED.items():
            yield name, SqlShelf(self._server, self._bindings, connection, (name, watched))
            if name in HISTORY and self._bindings.has(HISTORY[name]):
                yield (
                    HISTORY[name],
                    SqlShelf(self._server, self._bindings, connection, (HISTORY[name], watched)),
                )


class SqlShelf(Shelf):
    """Short rows are lines: the number, a blank, and the values that matter as a list."""

    def __init__(
        self,
        server: Server,
        bindings: Bindings,
        connection: sa.Connection,
        place: tuple[TableName, Watched],
    ) -> None:
        """Raises ConfigurationError where the table is unfit."""
        name, watched = place
        self._connection = connection
        self._identity = bindings.identity(name)
        bound = bindings.bound(name)
        shapes = {ours: bound.shapes[ours] for ours in watched.columns if ours in bound.shapes}
        self._bound = replace(bound, shapes=shapes)
        self._format = ValueFormat(tuple(shapes.values()))
        self._columns = [bindings.table(name).c[shape.name] for shape in shapes.values()]
        self._stamp = stamp_of(server.product, self._identity, self._columns)
        fields = [shape.name for shape in shapes.values()]
        self._key = [
            (fields.index(shapes[ours].name), bound.column(ours).kind is Kind.NUMBER)
            for ours in watched.key
            if ours in shapes
        ]

    @property
    @override
    def fingerprint(self) -> str:
        shapes = self._format.columns
        return ";".join(("lines", *(f"{one.name} {one.type}{one.width}.{one.decimals}" for one in shapes)))

    @override
    def stamp(self, now: datetime) -> str | None:
        del now
        return ".".join(str(part) for part in self._connection.execute(self._stamp).one())

    @override
    def blocks(self) -> Iterator[tuple[int, bytes]]:
        asked = sa.select(self._identity.label("row_number"), *self._columns).order_by(self._identity)
        found = self._connection.execute(asked.execution_options(yield_per=_AT_ONCE))
        for number, rows in groupby(found, key=lambda row: int(row[0]) // BLOCK_ROWS):
            yield number, b"\n".join(self._line(at, values) for at, *values in rows)

    @override
    def without_cards(self, rows: bytes) -> bytes:
        if not _MAY_HOLD_CARD.search(rows):
            return rows
        return b"\n".join(map(_masked, rows.split(b"\n")))

    @override
    def rows_of(self, number: int, block: bytes) -> Iterator[tuple[int, bytes]]:
        for line in block.split(b"\n") if block else ():
            at, _, row = line.partition(b" ")
            yield int(at), row

    @override
    def key_of(self, row: bytes) -> bytes:
        values = json.loads(row)
        texts = ((str(values[place] or "").strip(), is_number) for place, is_number in self._key)
        padded = (text.rjust(_KEY_WIDTH) if right else text.ljust(_KEY_WIDTH) for text, right in texts)
        return "".join(padded).encode()

    @override
    def parse(self, record: int, row: bytes) -> Row:
        return self._bound.parse(record, self._format.decode(row, record))

    def _line(self, number: int, values: list[object]) -> bytes:
        return b"%d %b" % (number, self._format.encode([plain(value) for value in values]))


@contextmanager
def open_watched(profile: Profile, database: Database) -> Iterator[tuple[DatabaseSite, SqlDecisions | None]]:
    """The company over connections of its own, beside an agent; nothing is decided without a ledger.

    Raises:
        ConfigurationError: the database refuses.
        TransientError: it does not answer.
    """
    server = Server.of(database)
    try:
        with server.reading() as connection:
            bindings = Bindings.read(connection, server.product, profile)
            tables = LedgerTables.named(bindings.catalogue(TableName.DOCUMENTS).schema)
            is_there = tables.exist(connection)
        if is_there:
            yield DatabaseSite(server, bindings, tables), SqlDecisions(server, tables)
        else:
            yield DatabaseSite(server, bindings, None), None
    finally:
        server.close()


def stamp_of(product: Product, identity: sa.Column[Any], columns: Sequence[sa.Column[Any]]) -> sa.Select[Any]:
    """How many rows there are, the last number, and a checksum over all that matters."""
    checksum = product.checksum((identity, *columns))
    return sa.select(sa.func.count(), sa.func.max(identity), checksum).select_from(identity.table)


def _masked(line: bytes) -> bytes:
    number, _, row = line.partition(b" ")
    values = [masked_text(value) if isinstance(value, str) else value for value in json.loads(row)]
    return b"%b %b" % (number, json.dumps(values, ensure_ascii=False).encode())
