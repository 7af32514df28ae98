"""The columns that matter, cut out of a table's raw rows."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from counterfoil.connectors.sagepro.binding import BoundTable
from counterfoil.connectors.sagepro.records import Kind, Row
from counterfoil.connectors.sagepro.tables import narrowed
from counterfoil.connectors.sagepro.watch.columns import Watched
from counterfoil.connectors.sagepro.watch.masking import masked, may_hold_card
from counterfoil.foxpro.records.fields import NULL_FLAGS, Field
from counterfoil.foxpro.records.record import DELETED, LIVE
from counterfoil.foxpro.table import Table

_FLAG = slice(0, 1)
_KEY_WIDTH = 20


class Layout:
    """Turns raw rows into short ones: the flag, then the fields that matter, in the table's own bytes."""

    def __init__(self, table: Table, bound: BoundTable, watched: Watched) -> None:
        shapes = {name: bound.shapes[name] for name in watched.columns if name in bound.shapes}
        self._bound = replace(bound, shapes=shapes)
        names = {shape.name for shape in shapes.values()}
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
    def fingerprint(self) -> str:
        """Another one where short rows of before mean something else now, or held card numbers."""
        return ";".join(
            ("masked", *(f"{one.name} {one.type}{one.width}.{one.decimals}" for one in self._fields))
        )

    def cut(self, raws: bytes) -> bytes:
        """Many raw rows, one behind the other, as short ones."""
        return b"".join(chain.from_iterable(self._cut.iter_unpack(raws)))

    def without_cards(self, rows: bytes) -> bytes:
        """Short rows as they may be kept."""
        if not self._texts:
            return rows
        kept = bytearray(rows)
        for at in range(0, len(rows), self.width):
            for start, end, field in self._texts:
                place = slice(at + start, at + end)
                kept[place] = masked(field, rows[place])
        return bytes(kept)

    def split(self, rows: bytes) -> Iterator[bytes]:
        return (rows[at : at + self.width] for at in range(0, len(rows), self.width))

    def key_of(self, row: bytes) -> bytes:
        """The same for a row of the current table and of history, whatever their widths."""
        return b"".join(
            row[place].strip().rjust(_KEY_WIDTH) if is_number else row[place].strip().ljust(_KEY_WIDTH)
            for place, is_number in self._key
        )

    def parse(self, recno: int, row: bytes) -> Row:
        """A short row by our column names.

        Raises:
            FieldValueError, ConfigurationError: a field holds no value.
        """
        raw = bytearray(LIVE * self._length)
        at = 1
        for field in self._fields:
            raw[field.offset : field.end] = row[at : at + field.width]
            at += field.width
        return self._bound.parse(recno, self._codec.decode(bytes(raw), recno))

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


def is_live(row: bytes) -> bool:
    return row[_FLAG] not in {DELETED, b""}


def _pattern(fields: Sequence[Field], length: int) -> Iterator[str]:
    yield "<1s"
    at = 1
    for field in fields:
        yield f"{field.offset - at}x{field.width}s"
        at = field.end
    yield f"{length - at}x"
