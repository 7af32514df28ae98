"""One look at one table: which blocks of it differ, and which rows in them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.watch.folding import without_moved
from counterfoil.connectors.sagepro.watch.sites import Shelf
from counterfoil.connectors.sagepro.watch.store import Staged, State, WatchStore


def scan(shelf: Shelf, name: TableName, store: WatchStore) -> None:
    """Puts rows aside that are not as they were, and remembers all as they are.

    Memory: two blocks. Rows are read without a lock.
    """
    gone = set(store.numbers(name))
    for number, rows in shelf.blocks():
        gone.discard(number)
        digest = hashlib.blake2b(rows, digest_size=16).digest()
        if store.digest(name, number) != digest:
            kept = shelf.without_cards(rows)
            store.stage(_differing(shelf, (name, number), store.rows(name, number), kept))
            store.put(name, number, digest, kept)
    for number in sorted(gone):
        store.stage(_differing(shelf, (name, number), store.rows(name, number), b""))
        store.drop(name, number)


def remember(shelf: Shelf, name: TableName, store: WatchStore) -> None:
    """The first look at a table: everything is as it is, and nothing is new."""
    for number, rows in shelf.blocks():
        digest = hashlib.blake2b(rows, digest_size=16).digest()
        store.put(name, number, digest, shelf.without_cards(rows))


def stage_standing(shelves: Mapping[TableName, Shelf], store: WatchStore) -> None:
    """Puts aside all that stands in the tables under keys of which history may hold the other half.

    Where nothing left a table and nothing came to history, that is none, and nothing is read.
    """
    if len(shelves) == 1:
        return
    current = next(iter(shelves))
    sought = {hash(key) for key, rows in groups(store) if _involves_history(rows, current)}
    if not sought:
        return
    for name, shelf in shelves.items():
        for number, rows in store.blocks(name):
            store.stage(_standing(shelf, name, number, rows, sought))


def groups(store: WatchStore) -> Iterator[tuple[bytes, list[Staged]]]:
    """The rows put aside, those of one key together."""
    for key, rows in groupby(store.staged(), key=attrgetter("key")):
        yield key, list(rows)


def _involves_history(rows: Sequence[Staged], current: TableName) -> bool:
    left = without_moved(rows)
    here = {one.state for one in left if one.name is current}
    return len(left) > sum(one.name is current for one in left) or here == {State.WAS}


def _standing(
    shelf: Shelf, name: TableName, number: int, rows: bytes, sought: Collection[int]
) -> Iterator[Staged]:
    for record, row in shelf.rows_of(number, rows):
        key = shelf.key_of(row)
        if hash(key) in sought:
            yield Staged(key, State.STANDS, name, record, row)


def _differing(
    shelf: Shelf, block: tuple[TableName, int], old_rows: bytes, new_rows: bytes
) -> Iterator[Staged]:
    name, number = block
    olds, news = dict(shelf.rows_of(number, old_rows)), dict(shelf.rows_of(number, new_rows))
    for record in sorted(olds.keys() | news.keys()):
        old, new = olds.get(record), news.get(record)
        if old == new:
            continue
        for row, state in ((old, State.WAS), (new, State.IS)):
            if row is not None:
                yield Staged(shelf.key_of(row), state, name, record, row)
