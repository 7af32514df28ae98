"""One look at one table: which blocks of it differ, and which rows in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import groupby, zip_longest
from operator import attrgetter

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.watch.comparing import pair
from counterfoil.connectors.sagepro.watch.layout import Layout, is_live
from counterfoil.connectors.sagepro.watch.store import Staged, WatchStore
from counterfoil.foxpro.files.table_storage import TableStorage

BLOCK_ROWS = 2048


def scan(storage: TableStorage, layout: Layout, name: TableName, store: WatchStore) -> None:
    """Puts rows aside that are not as they were, and remembers all as they are.

    Memory: two blocks. Rows are read without a lock, as FoxPro's own readers do.
    """
    number = -1
    for number, rows in enumerate(_blocks(storage, layout)):
        digest = hashlib.blake2b(rows, digest_size=16).digest()
        if store.digest(name, number) != digest:
            kept = layout.without_cards(rows)
            store.stage(_differing(layout, number, store.rows(name, number), kept))
            store.put(name, number, digest, kept)
    for gone in store.beyond(name, number + 1):
        store.stage(_differing(layout, gone, store.rows(name, gone), b""))
        store.drop(name, gone)


def remember(storage: TableStorage, layout: Layout, name: TableName, store: WatchStore) -> None:
    """The first look at a table: everything is as it is, and nothing is new."""
    for number, rows in enumerate(_blocks(storage, layout)):
        digest = hashlib.blake2b(rows, digest_size=16).digest()
        store.put(name, number, digest, layout.without_cards(rows))


def paired(store: WatchStore) -> Iterator[tuple[Staged | None, Staged | None]]:
    """The rows put aside, each as it was and as it is."""
    for _, group in groupby(store.staged(), key=attrgetter("key")):
        rows = list(group)
        places = {(one.is_new, one.row): one for one in rows}
        olds = [one.row for one in rows if not one.is_new]
        news = [one.row for one in rows if one.is_new]
        for old, new in pair(olds, news):
            yield places.get((False, old or b"")), places.get((True, new or b""))


def _blocks(storage: TableStorage, layout: Layout) -> Iterator[bytes]:
    length = storage.header.record_length
    count = storage.count()
    for first in range(1, count + 1, BLOCK_ROWS):
        many = min(BLOCK_ROWS, count - first + 1)
        data = storage.dbf.read_at(storage.header.offset_of(first), many * length)
        yield layout.cut(data[: len(data) // length * length])


def _differing(layout: Layout, number: int, old_rows: bytes, new_rows: bytes) -> Iterator[Staged]:
    both = zip_longest(layout.split(old_rows), layout.split(new_rows), fillvalue=b"")
    for recno, (old, new) in enumerate(both, start=number * BLOCK_ROWS + 1):
        if old == new:
            continue
        for row, is_new in ((old, False), (new, True)):
            if is_live(row):
                yield Staged(layout.key_of(row), is_new, recno, row)
