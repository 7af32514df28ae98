"""Receipts that a period close moved to history, by customer, as far back as they are asked for."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from counterfoil.connectors.sagepro.binding import BoundTable
from counterfoil.connectors.sagepro.records import Row
from counterfoil.foxpro.records.record import DELETED_FLAG
from counterfoil.foxpro.table import Table

_FURTHER = timedelta(days=30)
"""So much more is remembered than was asked for: payments come in no order."""

_Places = Mapping[bytes, Sequence[tuple[bytes, int]]]


@dataclass(frozen=True, slots=True)
class _Remembered:
    stamp: tuple[int, int, int]
    since: date
    places: _Places
    """By customer: the day and the record number of each receipt."""


class MovedReceipts:
    """Found by reading the whole table, which needs no index, once after each change of its file."""

    def __init__(self) -> None:
        self._remembered: _Remembered | None = None

    def of(self, table: Table, bound: BoundTable, customer: str, since: date) -> Iterator[Row]:
        """Whoever asks from another thread meanwhile reads once more, or gets the same."""
        status = os.fstat(table.storage.dbf.fileno())
        stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
        known = self._remembered
        if known is None or known.stamp != stamp or since < known.since:
            first = since - _FURTHER
            known = self._remembered = _Remembered(stamp, first, _read(table, bound, _stored(first)))
        wanted, key = _stored(since), customer.encode(table.storage.code_page, "replace").upper()
        for day, recno in known.places.get(key, ()):
            raw = table.raw(recno) if day >= wanted else b"*"
            if raw[0] != DELETED_FLAG:
                yield bound.parse(recno, table.record_of(recno, raw).values)


def _read(table: Table, bound: BoundTable, first: bytes) -> _Places:
    """Days are compared as they stand in the file: most rows are older and are not looked at further."""
    day, customer = (table.codec.field(bound.shapes[name].name)[0] for name in ("paid_on", "customer"))
    found: dict[bytes, list[tuple[bytes, int]]] = defaultdict(list)
    for recno, raw in table.storage.raws():
        stored = raw[day.offset : day.end]
        if stored >= first and raw[0] != DELETED_FLAG:
            found[raw[customer.offset : customer.end].strip().upper()].append((stored, recno))
    return found


def _stored(day: date) -> bytes:
    return day.strftime("%Y%m%d").encode()
