"""A posting taken back: each row it added gets a counter row, each sum it changed is changed back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from counterfoil.connectors.sagepro.additions import MARK
from counterfoil.connectors.sagepro.entries import ROW_KEYS, ChangedRow, Entry, NewRow
from counterfoil.connectors.sagepro.operations import Add, Operation, Plan
from counterfoil.connectors.sagepro.posting.counter import COUNTERED, countered
from counterfoil.connectors.sagepro.posting.desk import Answer, Desk
from counterfoil.connectors.sagepro.posting.objections import on_screen
from counterfoil.connectors.sagepro.posting.rows import set_value
from counterfoil.connectors.sagepro.records import COUNTER_MIRRORS, Row, TableName
from counterfoil.domain.facts.chargeback import ChargebackFeeFact
from counterfoil.domain.facts.customer import CustomerFact, ShipToFact
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.ports.erp import Busy, Refused

_ORDERS = {
    TableName.ORDERS: TableName.ORDER_HISTORY,
    TableName.ORDER_LINES: TableName.ORDER_LINE_HISTORY,
}
_TWINS = {
    **_ORDERS,
    TableName.DOCUMENTS: TableName.DOCUMENT_HISTORY,
    TableName.LINES: TableName.LINE_HISTORY,
}
"""Tables with the one that holds their rows too once a period was closed."""
_VOIDED = frozenset(_TWINS)
"""Rows that stay and are marked as void."""
_STAYING = frozenset({TableName.ORDER_ADDRESSES})
"""Rows that stay as they are."""
_COUNTERS = frozenset({TableName.SYSTEM, *COUNTER_MIRRORS})
"""Numbers that were used are not given back."""
_UNTOUCHED: Mapping[TableName, tuple[str, ...]] = {
    TableName.ORDERS: ("amount", "shipped_amount", "status"),
    TableName.ORDER_LINES: ("item", "open_quantity", "extended_price", "status"),
}
"""What a row must hold as it was written, for a void order to leave no trace in the totals."""


_FINAL = (CustomerFact, ShipToFact)
"""What is not taken back but told anew."""


def plan_reversal(fact: ReversalFact, desk: Desk) -> Answer:
    """The rows that take a posting back, or why that cannot be."""
    entry = desk.entry(fact.reverses)
    if entry is None:
        why = f"{fact.reverses} does not stand in the posting ledger, so that nothing can be taken back"
        return Refused(key=fact.key, why=why)
    for why in _faults(fact, entry, desk):
        return Refused(key=fact.key, why=why)
    return take_back(fact.key, entry, fact.reversed_on, desk)


def take_back(key: PostingKey, entry: Entry, day: date, desk: Desk) -> Answer:
    """The rows and journal entries that cancel out those of a posting, under a key of their own."""
    try:
        operations = tuple(_Reversal(key, entry, desk.terms.posting_date(day), desk).operations())
    except _Objection as objection:
        return objection.answer
    posting_day = desk.terms.posting_date(day)
    journals = tuple(journal.reversed(key, posting_day) for journal in entry.journals)
    document = entry.document if operations or not journals else journals[0].name
    return Plan(key=key, document=document, operations=operations, journals=journals)


def _faults(fact: ReversalFact, entry: Entry, desk: Desk) -> Iterator[str]:
    """Why a posting is not taken back, whatever its rows hold by now."""
    if isinstance(entry.fact, _FINAL):
        yield f"{entry.fact.summary} is not taken back: tell the former values as a change of their own"
    if not entry.is_told:
        yield f"the ledger does not tell the rows of {fact.reverses}: take {entry.document} back by hand"
    for later in (*desk.standing(fact.reverses), *_returning(entry, desk)):
        yield f"{later.fact.summary} builds on {fact.reverses}: take that back first, by {later.fact.key}"


def _returning(entry: Entry, desk: Desk) -> Iterator[Entry]:
    """The won dispute that gave this fee back already: its entry holds the fee's lines turned round."""
    if not isinstance(entry.fact, ChargebackFeeFact):
        return
    ended = desk.standing_generation(entry.fact.key.lineage, Effect.CHARGEBACK_OUTCOME)
    if ended is None:
        return
    written = {line for journal in ended.journals for line in journal.lines}
    back = (journal.reversed(ended.fact.key, journal.posted_on) for journal in entry.journals)
    if all(written.issuperset(journal.lines) for journal in back):
        yield ended


class _Objection(Exception):  # noqa: N818 - carries an answer, not an error
    def __init__(self, answer: Refused | Busy) -> None:
        super().__init__()
        self.answer = answer


class _Reversal:
    def __init__(self, key: PostingKey, entry: Entry, day: date, desk: Desk) -> None:
        self._key = key
        self._entry = entry
        self._desk = desk
        self._day = day
        self._marker = desk.marker(key, self._reference())

    def operations(self) -> Iterator[Operation]:
        for row in self._entry.new:
            if row.table in COUNTERED or self._is_own(row):
                yield countered(row, self._desk, self._day, self._marker)
        voided = {(row.table, row.values["number"]): row for row in self._entry.new if row.table in _VOIDED}
        for row in voided.values():
            yield from self._void(row)
        own = frozenset(self._desk.profile.own_tables)
        for table in {row.table for row in self._entry.new} - _VOIDED - COUNTERED - _STAYING - own:
            raise self._refused(f"rows of {table.value} are taken back by hand")
        for changed in self._entry.changed:
            if changed.table not in _COUNTERS and not self._is_covered(changed):
                yield from self._change_back(changed)

    def _is_own(self, row: NewRow) -> bool:
        """Whether the row stands in a table of the site's own, which the profile must still name."""
        named = {MARK + column for column in self._desk.profile.own_columns(row.table)}
        if row.table.is_own and not row.values.keys() <= named:
            why = f"the profile names not all of {row.table.value} under own_rows that was written there"
            raise self._refused(f"{why}: name it again, or take the posting back by hand")
        return row.table.is_own

    def _is_covered(self, changed: ChangedRow) -> bool:
        """Whether it is the history's row of one that is changed back in both tables."""
        others = ((_TWINS.get(one.table), one.key) for one in self._entry.changed)
        return (changed.table, changed.key) in others

    def _reference(self) -> str:
        """The marker of the first posting, so that both are found together."""
        markers = (str(row.values["reference"]) for row in self._entry.new if "reference" in row.values)
        return next(markers, str(self._entry.fact.key))

    def _void(self, row: NewRow) -> Iterator[Operation]:
        """The document that the posting made is void from now on, if nothing was applied to it since."""
        number = str(row.values["number"])
        rows = self._rows(row.table, number)
        found = [one for one in rows if one.text("customer") == row.values["customer"]]
        if not found:
            raise self._refused(f"{number} is no longer in {row.table.value}: take it back by hand")
        self._require_untouched(row.table, number, found)
        for one in (*found, *self._twins(found)):
            if row.table is TableName.DOCUMENTS and one.money("balance") != row.values["balance"]:
                raise self._refused(
                    f"{one.money('balance')} is open on {number}, not {row.values['balance']}: take back"
                    " what was applied first"
                )
            self._require_free(one)
            yield from _close(one) if row.table is TableName.DOCUMENTS else ()
            void = self._void_codes(row.table)
            yield from set_value(one, "status", void[0] if void else "")

    def _twins(self, rows: Sequence[Row]) -> Iterator[Row]:
        """The rows of history that tell of the same, wherever a period was closed since or before."""
        row = rows[0]
        history = _TWINS.get(row.table)
        is_single = "twin" in row.values and not row.text("twin")
        if history is None or is_single or not self._desk.has(history):
            return
        for one in self._rows(history, row.text("number")):
            same_day = one.day("invoiced_on") == row.day("invoiced_on")
            if one.text("customer") == row.text("customer") and ("twin" in row.values or same_day):
                yield one

    def _require_untouched(self, table: TableName, number: str, found: Sequence[Row]) -> None:
        columns = [name for name in _UNTOUCHED.get(table, ()) if all(name in row.values for row in found)]
        there = Counter(tuple(row.values[name] for name in columns) for row in found)
        new = (row for row in self._entry.new if row.table is table)
        written = Counter(tuple(row.values[name] for name in columns) for row in new)
        if columns and there != written:
            why = f"{table.value} {number} was shipped or changed since: void it by hand in Sage Pro"
            raise self._refused(why)

    def _void_codes(self, table: TableName) -> tuple[str, ...]:
        profile = self._desk.profile
        orders = {*_ORDERS, *_ORDERS.values()}
        return profile.orders.codes.void if table in orders else profile.codes.void

    def _change_back(self, changed: ChangedRow) -> Iterator[Operation]:
        """Sums go back by what was added, notes to what they said, unless they say something else by now.

        Dates stay, because later payments may stand in them.
        """
        column = ROW_KEYS[changed.table][0]
        number = str(changed.key[column])
        found = [
            row
            for row in self._desk.books.find(changed.table, column, number)
            if all(row.values.get(name) == value for name, value in changed.key.items())
        ]
        if len(found) != 1:
            raise self._refused(
                f"{number} stands {len(found)} times in {changed.table.value}: take it back by hand"
            )
        for row in (*found, *self._twins(found)):
            self._require_free(row)
            self._require_open(row, changed)
            for column, delta in changed.added.items():
                if column in row.values:
                    yield Add(table=row.table, record=row.record, column=column, delta=-delta)
            for column, (before, after) in changed.replaced.items():
                if column.startswith(MARK) and row.values.get(column) == after:
                    yield from set_value(row, column, before)

    def _require_open(self, row: Row, changed: ChangedRow) -> None:
        """What is open stays between nothing and the document's total, where it is so now."""
        if row.table not in {TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY}:
            return
        open_, total = row.money("balance"), row.money("total")
        after = open_ - changed.added.get("balance", Decimal(0))
        low, high = sorted((Decimal(0), total))
        if low <= open_ <= high and not low <= after <= high:
            number = row.text("number")
            raise self._refused(
                f"{open_} of {total} is open on {number}, and {after} would be: take back first what was"
                " posted to it since"
            )

    def _rows(self, table: TableName, number: str) -> list[Row]:
        return list(self._desk.books.find(table, "number", number))

    def _require_free(self, row: Row) -> None:
        name = f"{row.table.value} {row.text(ROW_KEYS[row.table][0])}"
        if row.text("lock_state"):
            raise _Objection(on_screen(self._key, name, row))
        if "status" in row.values and row.text("status") in self._void_codes(row.table):
            raise self._refused(f"{name} is void already: take the rest back by hand")

    def _refused(self, why: str) -> _Objection:
        return _Objection(Refused(key=self._key, why=why))


def _close(document: Row) -> Iterator[Operation]:
    """Nothing stays open on a void document, so that no sum of open items needs to know of it."""
    open_ = document.money("balance")
    for column, delta in {"paid": open_, "balance": -open_}.items():
        base = f"base_{column}"
        if column in document.values and open_:
            yield Add(table=document.table, record=document.record, column=column, delta=delta)
        if document.money("base_total") and document.values.get(base) is not None:
            yield Add(table=document.table, record=document.record, column=base, delta=delta)
