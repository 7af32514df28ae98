"""The change feed of one company: looks at the tables when it is asked, and pages through what it saw."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from typing_extensions import override

from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.connectors.sagepro.watch import scanning
from counterfoil.connectors.sagepro.watch.columns import HISTORY, WATCHED, Watched
from counterfoil.connectors.sagepro.watch.comparing import change_of
from counterfoil.connectors.sagepro.watch.folding import folded
from counterfoil.connectors.sagepro.watch.sites import Shelf, WatchedSite
from counterfoil.connectors.sagepro.watch.store import Staged, WatchStore, open_store
from counterfoil.connectors.sagepro.watch.touched import TouchedRows
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
"""What tells that nobody touched a table may be late or wrong; so often, tables are read whatever it says."""


class Feed(ChangeFeed):
    """Any thread may ask; one looks at a time. Only tables that somebody touched are read."""

    def __init__(self, site: WatchedSite, folder: Path, clock: Clock) -> None:
        self._site = site
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
        with self._site.look() as look:
            shelves = look.shelves()
            known = {name: store.layout(name) for name in shelves}
            if any(known[name] not in {None, shelf.fingerprint} for name, shelf in shelves.items()):
                store.start_over(self._ids.new_id())
            touched = TouchedRows(look.books, look.ledger, store, now) if look.ledger else None
            for name in WATCHED:
                both = {one: shelves[one] for one in (name, *_history(name)) if one in shelves}
                for one, shelf in both.items():
                    self._look_at(one, shelf, store, is_full=is_full)
                self._tell(WATCHED[name], both, store, touched)
            if touched is not None:
                touched.look()
        if is_full:
            store.note_full(now.isoformat())
        store.trim()

    def _look_at(self, name: TableName, shelf: Shelf, store: WatchStore, *, is_full: bool) -> None:
        """Puts aside what differs in the table; it is remembered as it is now."""
        self._go_on()
        stamp = shelf.stamp(self._clock.now())
        if store.layout(name) is None:
            scanning.remember(shelf, name, store)
        elif is_full or stamp is None or stamp != store.stamp(name):
            scanning.scan(shelf, name, store)
        store.note_seen(name, shelf.fingerprint, stamp)

    def _tell(
        self,
        watched: Watched,
        shelves: Mapping[TableName, Shelf],
        store: WatchStore,
        touched: TouchedRows | None,
    ) -> None:
        """What was put aside, but for receipts that the ledger knows: it is read after the rows were."""
        if touched is not None:
            touched.take_up()
        scanning.stage_standing(shelves, store)
        for _, group in scanning.groups(store):
            told: Counter[Change] = Counter()
            for before, after in folded(group, watched, lambda one: _row(shelves[one.name], one)):
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
        has_our_user = self._site.profile.user in {row.text("user"), row.text("added_by")}
        return has_our_user and touched is not None and touched.knows(row)


def _history(name: TableName) -> tuple[TableName, ...]:
    return (HISTORY[name],) if name in HISTORY else ()


def _row(shelf: Shelf, staged: Staged) -> Row:
    """The row by our columns; one that cannot be read is told of by its record number."""
    try:
        return shelf.parse(staged.recno, staged.row)
    except ConfigurationError:
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
