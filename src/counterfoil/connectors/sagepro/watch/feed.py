"""The change feed of one company: looks at the tables when it is asked, and pages through what it saw."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from typing_extensions import override

from counterfoil.connectors.sagepro.ledger import PostingLedger
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.connectors.sagepro.tables import OpenTables, TableOpener
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.connectors.sagepro.watch import scanning
from counterfoil.connectors.sagepro.watch.columns import HISTORY, WATCHED, Watched
from counterfoil.connectors.sagepro.watch.comparing import change_of
from counterfoil.connectors.sagepro.watch.folding import folded
from counterfoil.connectors.sagepro.watch.layout import Layout
from counterfoil.connectors.sagepro.watch.stamps import stamp_of
from counterfoil.connectors.sagepro.watch.store import Staged, WatchStore, open_store
from counterfoil.connectors.sagepro.watch.touched import TouchedRows
from counterfoil.foxpro.errors import FieldValueError, TableMissingError
from counterfoil.foxpro.files.table_storage import TableStorage
from counterfoil.ports.changes import (
    PAGE_MAX,
    Change,
    ChangeFeed,
    ChangesAnswer,
    Happened,
    Page,
    StartOver,
    Subject,
)
from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import ConfigurationError, TransientError
from counterfoil.ports.ids import SystemIds

READ_ALL_EVERY = timedelta(minutes=10)
"""A file server may tell late that a file changed; so often, tables are read whatever it says."""


class Feed(ChangeFeed):
    """Any thread may ask; one looks at a time. Only tables whose files moved are read."""

    def __init__(self, opener: TableOpener, folder: Path, clock: Clock, ledger: PostingLedger | None) -> None:
        self._opener = opener
        self._ledger = ledger
        self._folder = folder
        self._clock = clock
        self._ids = SystemIds()
        self._turn = threading.Lock()
        self._open = True

    def close(self) -> None:
        """Lets go of the tables; a look at work ends after the table that it is at and counts for nothing."""
        self._open = False
        with self._turn:
            pass

    @override
    def changes(self, since: str | None, limit: int) -> ChangesAnswer:
        with self._turn, translated(), open_store(self._folder, self._ids.new_id) as store:
            self._go_on()
            after = _position(store, since)
            if after is None or store.last - after < limit:
                self._look(store)
            return _page(store, since, min(limit, PAGE_MAX))

    def _go_on(self) -> None:
        if not self._open:
            raise TransientError("the company is paused; resume it, then ask again")

    def _look(self, store: WatchStore) -> None:
        now = self._clock.now()
        is_full = not store.full_at or now - datetime.fromisoformat(store.full_at) >= READ_ALL_EVERY
        with OpenTables(self._opener, writable=False) as tables:
            layouts = dict(_layouts(tables))
            known = {name: store.layout(name) for name in layouts}
            if any(known[name] not in {None, layout.fingerprint} for name, layout in layouts.items()):
                store.start_over(self._ids.new_id())
            touched = TouchedRows(tables, self._ledger, store, now) if self._ledger else None
            for name in WATCHED:
                shelves = {one: layouts[one] for one in (name, HISTORY.get(name)) if one in layouts}
                for one, layout in shelves.items():
                    self._look_at(one, tables.table(one).storage, layout, store, is_full=is_full)
                self._tell(WATCHED[name], shelves, store, touched)
            if touched is not None:
                touched.look()
        if is_full:
            store.note_full(now.isoformat())
        store.trim()

    def _look_at(
        self, name: TableName, storage: TableStorage, layout: Layout, store: WatchStore, *, is_full: bool
    ) -> None:
        """Puts aside what differs in the table; it is remembered as it is now."""
        self._go_on()
        stamp = stamp_of(storage, int(self._clock.now().timestamp()) * 1_000_000_000)
        if store.layout(name) is None:
            scanning.remember(storage, layout, name, store)
        elif is_full or stamp is None or stamp != store.stamp(name):
            scanning.scan(storage, layout, name, store)
        store.note_seen(name, layout.fingerprint, stamp)

    def _tell(
        self,
        watched: Watched,
        layouts: Mapping[TableName, Layout],
        store: WatchStore,
        touched: TouchedRows | None,
    ) -> None:
        """What was put aside, but for receipts that the ledger knows: it is read after the rows were."""
        if touched is not None:
            touched.take_up()
        scanning.stage_standing(layouts, store)
        for _, group in scanning.groups(store):
            told: Counter[Change] = Counter()
            for before, after in folded(group, watched, lambda one: _row(layouts[one.name], one)):
                change = change_of(watched, (before, after), self._clock.now())
                if change is None or self._is_ours(change, after, touched):
                    continue
                store.tell(replace(change, copy=told[change]))
                told[change] += 1
                if touched is not None:
                    touched.note(change)
        store.clear_staged()

    def _is_ours(self, change: Change, row: Row | None, touched: TouchedRows | None) -> bool:
        """A receipt that we posted is no news; that somebody changed one is."""
        if change.subject is not Subject.PAYMENT or change.happened is not Happened.NEW or row is None:
            return False
        has_our_user = self._opener.profile.user in {row.text("user"), row.text("added_by")}
        return has_our_user and touched is not None and touched.knows(row)


def _layouts(tables: OpenTables) -> Iterator[tuple[TableName, Layout]]:
    """The watched tables that the site has."""
    for name, watched in WATCHED.items():
        for one in (name, HISTORY.get(name)):
            if one is not None and tables.has(one):
                with suppress(TableMissingError):
                    yield one, Layout(tables.table(one), tables.bound(one), watched)


def _row(layout: Layout, staged: Staged) -> Row:
    """The row by our columns; one that cannot be read is told of by its record number."""
    try:
        return layout.parse(staged.recno, staged.row)
    except (FieldValueError, ConfigurationError):
        return Row(table=staged.name, record=staged.recno, values={"number": f"record {staged.recno}"})


def _position(store: WatchStore, since: str | None) -> int | None:
    """The number behind a cursor; None for one that is not of this file."""
    identity, _, number = (since or "").partition("-")
    if identity != store.identity or not number.isdecimal():
        return None
    return int(number) if store.first - 1 <= int(number) <= store.last else None


def _page(store: WatchStore, since: str | None, limit: int) -> ChangesAnswer:
    after = _position(store, since)
    if after is None:
        cursor = f"{store.identity}-{store.last}"
        if since is None:
            return Page(notices=tuple(store.lost().values())[:limit], cursor=cursor, more=False)
        why = "the cursor is not of this feed or too old: what happened since is not known"
        return StartOver(cursor=cursor, why=why)
    found = store.notices(after, limit)
    last = found[-1][0] if found else after
    return Page(
        notices=tuple(notice for _, notice in found),
        cursor=f"{store.identity}-{last}",
        more=last < store.last,
    )
