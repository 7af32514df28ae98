"""The columns that matter, cut out of a table's raw rows."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from typing_extensions import override

from counterfoil.connectors.sagepro.binding import BoundTable
from counterfoil.connectors.sagepro.records import Kind, Row
from counterfoil.connectors.sagepro.tables import narrowed
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.connectors.sagepro.watch.columns import Watched
from counterfoil.connectors.sagepro.watch.masking import masked, may_hold_card
from counterfoil.connectors.sagepro.watch.sites import Shelf
from counterfoil.connectors.sagepro.watch.stamps import stamp_of
from counterfoil.foxpro.records.fields import NULL_FLAGS, Field
from counterfoil.foxpro.records.record import DELETED, LIVE
from counterfoil.foxpro.table import Table

_FLAG = slice(0, 1)
_KEY_WIDTH = 20


BLOCK_ROWS = 2048


class Layout(Shelf):
    """Turns raw rows into short ones: the flag, then the fields that matter, in the table's own bytes."""

    def __init__(self, table: Table, bound: BoundTable, watched: Watched) -> None:
        shapes = {name: bound.shapes[name] for name in watched.columns if name in bound.shapes}
        self._bound = replace(bound, shapes=shapes)
        names = {shape.name for shape in shapes.values()}
        self._storage = table.storage
        header = table.storage.header
        fields = [field for field in header.fields if field.name in names or field.type == NULL_FLAGS]
        self._fields = sorted(fields, key=lambda field: field.offset)
        self._length = header.record_length
        self._cut = struct.Struct("".join(_pattern(self._fields, self._length)))
        self._texts = list(self._text_places())
        self.width = 1 + sum(field.width for field in self._fields)
        self._codec = narrowed(table, names)
        self._key = [
            (self._place(shapes[name].name), bound.column(name).kind is Kind.NUMBER)
            for name in watched.key
            if name in shapes
        ]

    @property
    @override
    def fingerprint(self) -> str:
        """Another one also where short rows of before held card numbers."""
        return ";".join(
            ("masked", *(f"{one.name} {one.type}{one.width}.{one.decimals}" for one in self._fields))
        )

    @override
    def stamp(self, now: datetime) -> str | None:
        return stamp_of(self._storage, int(now.timestamp()) * 1_000_000_000)

    @override
    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """As FoxPro's own readers read them."""
        storage, count = self._storage, self._storage.count()
        for number, first in enumerate(range(1, count + 1, BLOCK_ROWS)):
            many = min(BLOCK_ROWS, count - first + 1)
            data = storage.dbf.read_at(storage.header.offset_of(first), many * self._length)
            raws = data[: len(data) // self._length * self._length]
            yield number, b"".join(chain.from_iterable(self._cut.iter_unpack(raws)))

    @override
    def without_cards(self, rows: bytes) -> bytes:
        if not self._texts:
            return rows
        kept = bytearray(rows)
        for at in range(0, len(rows), self.width):
            for start, end, field in self._texts:
                place = slice(at + start, at + end)
                kept[place] = masked(field, rows[place])
        return bytes(kept)

    @override
    def rows_of(self, number: int, block: bytes) -> Iterator[tuple[int, bytes]]:
        for record, at in enumerate(range(0, len(block), self.width), start=number * BLOCK_ROWS + 1):
            row = block[at : at + self.width]
            if row[_FLAG] != DELETED:
                yield record, row

    @override
    def key_of(self, row: bytes) -> bytes:
        return b"".join(
            row[place].strip().rjust(_KEY_WIDTH) if is_number else row[place].strip().ljust(_KEY_WIDTH)
            for place, is_number in self._key
        )

    @override
    def parse(self, record: int, row: bytes) -> Row:
        raw = bytearray(LIVE * self._length)
        at = 1
        for field in self._fields:
            raw[field.offset : field.end] = row[at : at + field.width]
            at += field.width
        with translated():
            fields = self._codec.decode(bytes(raw), record)
        return self._bound.parse(record, fields)

    def _text_places(self) -> Iterator[tuple[int, int, Field]]:
        at = 1
        for field in self._fields:
            if may_hold_card(field):
                yield at, at + field.width, field
            at += field.width

    def _place(self, name: str) -> slice:
        at = 1
        for field in self._fields:
            if field.name == name:
                break
            at += field.width
        return slice(at, at + field.width)


def _pattern(fields: Sequence[Field], length: int) -> Iterator[str]:
    yield "<1s"
    at = 1
    for field in fields:
        yield f"{field.offset - at}x{field.width}s"
        at = field.end
    yield f"{length - at}x"
