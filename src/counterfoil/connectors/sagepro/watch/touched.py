"""Looks after the rows that our postings of the last day touched: whether somebody put them back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from counterfoil.connectors.sagepro.entries import ROW_KEYS, ChangedRow
from counterfoil.connectors.sagepro.recorded import Recorded
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.connectors.sagepro.watch.gaps import ZERO, gap_of
from counterfoil.connectors.sagepro.watch.lost_updates import Touch, Undone, shown, undone
from counterfoil.connectors.sagepro.watch.sites import PostedLedger, WatchedBooks
from counterfoil.connectors.sagepro.watch.store import WatchStore
from counterfoil.ports.changes import Change, Expectation, LostUpdate, Subject
from counterfoil.security.card_guard import scrub_text

KEPT = timedelta(hours=24)
"""For so long after a posting its rows are looked after."""
POSTINGS_MAX = 2000
"""How many new postings one look takes up; the next one goes on."""
ADVICE = (
    "a screen that was open since before the posting wrote its old row back: let the fields hold what they"
    " should; the receipt itself stands and must not be keyed again"
)
_MOVING = frozenset({TableName.LOCATIONS, TableName.STORES})
"""What an order reserved goes back to what it was when the goods are shipped, so that this tells of nobody's
old screen; the audit compares it with the open orders."""
_TABLES: Mapping[Subject, Sequence[TableName]] = {
    Subject.CUSTOMER: (TableName.CUSTOMERS,),
    Subject.INVOICE: (TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY),
}


class TouchedRows:
    """One look, within one look of the feed."""

    def __init__(self, tables: WatchedBooks, ledger: PostedLedger, store: WatchStore, now: datetime) -> None:
        self._tables = tables
        self._ledger = ledger
        self._store = store
        self._now = now
        self._places: set[str] = set()
        self._is_behind = False

    def note(self, change: Change) -> None:
        """Something changed: if we touched it lately, it is looked at."""
        for table in _TABLES.get(change.subject, ()):
            key = (change.number, change.customer)[: len(ROW_KEYS[table])]
            place = _place(table, key)
            if self._store.postings_at(place):
                self._places.add(place)

    def knows(self, receipt: Row) -> bool:
        """Whether a receipt is in the ledger; asked after `take_up`, about rows seen before it."""
        return self._is_behind or bool(self._store.postings_at(_receipt(receipt.values)))

    def look(self) -> None:
        """Looks at what was noted, at what we posted since, and at what was wrong; tells what is wrong."""
        since = self._now - KEPT
        self.take_up()
        known = self._store.lost()
        for place in sorted(self._places | set(known), key=_customers_last):
            with self._tables.turn:
                self._judge(place, known.get(place))
        self._store.forget_touched(since.astimezone(UTC).isoformat())

    def take_up(self) -> None:
        """The rows of new postings. Those that are being written are left for the next look."""
        if self._store.looked is None:
            since = (self._now - KEPT).astimezone(self._tables.profile.zone)
            self._store.note_looked(self._ledger.last_before(since))
        new = self._fresh()
        unfinished = self._ledger.pending()
        for recorded in new:
            if str(recorded.posted.key) in unfinished:
                self._is_behind = True
                return
            posted_at = recorded.posted_at.astimezone(UTC).isoformat()
            receipts = (_receipt(row.values) for row in recorded.entry.new if row.table is TableName.CASH)
            for place in (*_places(recorded), *receipts):
                self._store.note_touched(place, recorded.number, posted_at)
            self._places |= _places(recorded)
            self._store.note_looked(recorded.number)
        self._is_behind = self._is_behind or len(new) == POSTINGS_MAX

    def _fresh(self) -> Sequence[Recorded]:
        return self._ledger.after(self._store.looked or 0, POSTINGS_MAX)

    def _judge(self, place: str, known: LostUpdate | None) -> None:
        found = self._lost(place)
        if found != known and any(place in _places(one) for one in self._fresh()):
            return  # A posting came between; its own look at the row is still to come.
        if found is None and known is not None:
            self._store.forget_lost(place)
        elif found is not None and (known is None or replace(known, seen_at=self._now) != found):
            self._store.note_lost(place, found)
            self._store.tell(found)

    def _lost(self, place: str) -> LostUpdate | None:
        table, key = _parts(place)
        row = self._row(table, key)
        recorded = self._ledger.numbered(self._store.postings_at(place))
        touches = [touch for one in recorded for touch in self._touches(one, place)]
        if row is None or not touches:
            return None
        found = undone(touches, row, gap_of(self._tables, row, self._too_much()))
        return None if found is None else self._notice(row, found)

    def _notice(self, row: Row, found: Undone) -> LostUpdate:
        bound = self._tables.bound(row.table)
        names = {name: shape.name for name, shape in bound.shapes.items()}
        return LostUpdate(
            postings=found.postings,
            table=bound.file,
            record=row.record,
            number=scrub_text(row.text("number")),
            fields=tuple(
                Expectation(field=field, expected=scrub_text(expected), found=scrub_text(holds))
                for field, expected, holds in shown(found, row, names)
            ),
            advice=ADVICE,
            seen_at=self._now,
        )

    def _touches(self, recorded: Recorded, place: str) -> Iterator[Touch]:
        """The ledger keeps changed rows twice, in one order: by our columns, and by the site's before."""
        described = [row for row in recorded.posted.rows if not row.added]
        for row, told in zip(recorded.entry.changed, described, strict=False):
            if _place_of(row) != place:
                continue
            shapes = self._tables.bound(row.table).shapes
            before = {field.field: field.before for field in told.fields}
            sums = {
                name: Decimal(before[shapes[name].name] or 0)
                for name in row.added
                if name in shapes and shapes[name].name in before
            }
            yield Touch(posting=recorded.posted.key, row=row, before=sums)

    def _row(self, table: TableName, key: tuple[str, ...]) -> Row | None:
        """The row, where it can be found and stands once."""
        names = ROW_KEYS[table]
        if not self._tables.is_findable(table, names[0]):
            return None
        found = self._tables.find(table, names[0], key[0])
        rows = [row for row in found if tuple(map(row.text, names)) == key]
        return rows[0] if len(rows) == 1 else None

    def _too_much(self) -> Mapping[str, Decimal]:
        """By how much current documents are known to be too high, per customer."""
        balance = self._tables.bound(TableName.DOCUMENTS).shapes["balance"].name
        found: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for place, lost in self._store.lost().items():
            table, key = _parts(place)
            for field in lost.fields:
                if table is TableName.DOCUMENTS and field.field == balance:
                    found[key[1]] += Decimal(field.found) - Decimal(field.expected)
        return found


def _places(recorded: Recorded) -> set[str]:
    return {_place_of(row) for row in recorded.entry.changed if row.table not in _MOVING}


def _receipt(values: Mapping[str, Value]) -> str:
    """The place of a receipt, by what every program shows of it."""
    names = ("number", "customer", "reference")
    return _place(TableName.CASH, tuple(str(values.get(name) or "") for name in names))


def _place_of(row: ChangedRow) -> str:
    return _place(row.table, tuple(str(row.key.get(name) or "") for name in ROW_KEYS[row.table]))


def _place(table: TableName, key: tuple[str, ...]) -> str:
    return json.dumps([table.value, *key])


def _parts(place: str) -> tuple[TableName, tuple[str, ...]]:
    table, *key = json.loads(place)
    return TableName(table), tuple(key)


def _customers_last(place: str) -> tuple[bool, str]:
    """Their balances are the sum of what their documents should hold."""
    return _parts(place)[0] is TableName.CUSTOMERS, place
