"""The tables that are measured: five index tags and a memo, of any size, copied for each who changes them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from counterfoil.foxpro import Table
from counterfoil.foxpro.creation import build_index, create_table
from counterfoil.foxpro.files.memo_file import HEADER_LENGTH
from tests.oracle.samples import FIELDS, FIVE_TAGS, Row, Rows, faults

ENCODED_MAX = 20_000
"""Larger tables repeat this many rows, each with a number of its own."""
COUNTER, MEMO = "seq", "notes"


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def make(path: Path, size: int) -> float:
    """A table of that many rows with its tags; tells the seconds that its index took."""
    rows = Rows(seed=1)
    create_table(path, FIELDS, rows=(rows.row() for _ in range(min(size, ENCODED_MAX))))
    with Table.open(path, writable=True) as table:
        _repeat(table, size)
    return timed(lambda: build_index(path, FIVE_TAGS))


def _repeat(table: Table, size: int) -> None:
    """The rows once more, with numbers and memos of their own, until there are enough."""
    memo = table.storage.memo
    if memo is None:
        raise AssertionError("the rows have memos")
    rows, start = [raw for _, raw in table.storage.raws()], memo.next_block
    first = HEADER_LENGTH // memo.block_size
    memos = memo.file.read_at(HEADER_LENGTH, (start - first) * memo.block_size)
    for done in range(len(rows), size, len(rows)):
        shift = done // len(rows) * (start - first)
        part = rows[: size - done]
        added = [_own(table, raw, done + place, shift) for place, raw in enumerate(part, start=1)]
        memo.file.write_at((first + shift) * memo.block_size, memos)
        memo.file.write_at(0, (start + shift).to_bytes(4, "big"))
        table.storage.write_end(done + 1, added, None)


def _own(table: Table, raw: bytes, number: int, shift: int) -> bytes:
    """The row with a number of its own, and its memo so many blocks further on."""
    block = table.codec.value(raw, number, MEMO)
    memo = block + shift if isinstance(block, int) and block else 0
    return table.codec.encode({COUNTER: number, MEMO: memo}, raw)


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
