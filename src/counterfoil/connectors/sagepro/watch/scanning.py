"""One look at one table: which blocks of it differ, and which rows in them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from operator import attrgetter

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.watch.folding import without_moved
from counterfoil.connectors.sagepro.watch.layout import Layout, is_live
from counterfoil.connectors.sagepro.watch.store import Staged, State, WatchStore
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
            store.stage(_differing(layout, (name, number), store.rows(name, number), kept))
            store.put(name, number, digest, kept)
    for gone in store.beyond(name, number + 1):
        store.stage(_differing(layout, (name, gone), store.rows(name, gone), b""))
        store.drop(name, gone)


def remember(storage: TableStorage, layout: Layout, name: TableName, store: WatchStore) -> None:
    """The first look at a table: everything is as it is, and nothing is new."""
    for number, rows in enumerate(_blocks(storage, layout)):
        digest = hashlib.blake2b(rows, digest_size=16).digest()
        store.put(name, number, digest, layout.without_cards(rows))


def stage_standing(layouts: Mapping[TableName, Layout], store: WatchStore) -> None:
    """Puts aside all that stands in the tables under keys of which history may hold the other half.

    Where nothing left a table and nothing came to history, that is none, and nothing is read.
    """
    if len(layouts) == 1:
        return
    current = next(iter(layouts))
    sought = {hash(key) for key, rows in groups(store) if _involves_history(rows, current)}
    if not sought:
        return
    for name, layout in layouts.items():
        for number, rows in store.blocks(name):
            store.stage(_standing(layout, name, number, rows, sought))


def groups(store: WatchStore) -> Iterator[tuple[bytes, list[Staged]]]:
    """The rows put aside, those of one key together."""
    for key, rows in groupby(store.staged(), key=attrgetter("key")):
        yield key, list(rows)


def _involves_history(rows: Sequence[Staged], current: TableName) -> bool:
    left = without_moved(rows)
    here = {one.state for one in left if one.name is current}
    return len(left) > sum(one.name is current for one in left) or here == {State.WAS}


def _standing(
    layout: Layout, name: TableName, number: int, rows: bytes, sought: Collection[int]
) -> Iterator[Staged]:
    for recno, row in enumerate(layout.split(rows), start=number * BLOCK_ROWS + 1):
        if is_live(row):
            key = layout.key_of(row)
            if hash(key) in sought:
                yield Staged(key, State.STANDS, name, recno, row)


def _blocks(storage: TableStorage, layout: Layout) -> Iterator[bytes]:
    length = storage.header.record_length
    count = storage.count()
    for first in range(1, count + 1, BLOCK_ROWS):
        many = min(BLOCK_ROWS, count - first + 1)
        data = storage.dbf.read_at(storage.header.offset_of(first), many * length)
        yield layout.cut(data[: len(data) // length * length])


def _differing(
    layout: Layout, block: tuple[TableName, int], old_rows: bytes, new_rows: bytes
) -> Iterator[Staged]:
    name, number = block
    both = zip_longest(layout.split(old_rows), layout.split(new_rows), fillvalue=b"")
    for recno, (old, new) in enumerate(both, start=number * BLOCK_ROWS + 1):
        if old == new:
            continue
        for row, state in ((old, State.WAS), (new, State.IS)):
            if is_live(row):
                yield Staged(layout.key_of(row), state, name, recno, row)
