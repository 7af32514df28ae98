"""The tables that are measured: five index tags and a memo, of any size, copied for each who changes them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from counterfoil.foxpro import Table
from counterfoil.foxpro.creation import build_index, create_table
from tests.oracle.samples import FIELDS, FIVE_TAGS, Row, Rows, faults

ENCODED_MAX = 20_000
"""Larger tables repeat this many rows, each with a number of its own."""
ROWS_AT_ONCE = 10_000
COUNTER = "seq"


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def make(path: Path, size: int) -> float:
    """A table of that many rows with its tags; tells the seconds that its index took."""
    rows = Rows(seed=1)
    create_table(path, FIELDS, rows=(rows.row() for _ in range(min(size, ENCODED_MAX))))
    with Table.open(path, writable=True) as table:
        source = [raw for _, raw in table.storage.raws()]
        field, _ = table.codec.field(COUNTER)
        numbers = range(len(source), size)
        for first in numbers[::ROWS_AT_ONCE]:
            added = [
                raw[: field.offset] + (number + 1).to_bytes(field.width, "little") + raw[field.end :]
                for number in range(first, min(first + ROWS_AT_ONCE, size))
                for raw in (source[number % len(source)],)
            ]
            table.storage.write_end(first + 1, added, None)
    return timed(lambda: build_index(path, FIVE_TAGS))


def copied(base: Path, name: str) -> Path:
    for suffix in (".dbf", ".cdx", ".fpt"):
        shutil.copy(base.with_suffix(suffix), base.with_name(name + suffix))
    return base.with_name(f"{name}.dbf")


def fresh_rows(size: int, seed: int) -> Iterator[Row]:
    """Rows that no table of that size has."""
    rows = Rows(seed, first_seq=size + 1)
    while True:
        yield rows.row()


def refuse_faulty(path: Path) -> None:
    """A figure counts only where the work was right: structure, every key against its row, both ways."""
    with Table.open(path) as table:
        if found := faults(table):
            raise AssertionError(found)
