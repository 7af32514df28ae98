"""A posting taken back: each row it added gets a counter row, each sum it changed is changed back."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.connectors.sagepro.entries import ChangedRow, Entry, NewRow
from counterfoil.connectors.sagepro.operations import Add, Operation, Plan
from counterfoil.connectors.sagepro.posting.counter import COUNTERED, countered
from counterfoil.connectors.sagepro.posting.desk import Answer, Desk
from counterfoil.connectors.sagepro.posting.objections import on_screen
from counterfoil.connectors.sagepro.posting.rows import set_value
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.ports.erp import Busy, Refused

_VOIDED = frozenset({TableName.DOCUMENTS, TableName.LINES})
"""Rows that stay and are marked as void."""


def plan_reversal(fact: ReversalFact, desk: Desk) -> Answer:
    """The rows that take a posting back, or why that cannot be."""
    entry = desk.entry(fact.reverses)
    if entry is None:
        why = f"{fact.reverses} does not stand in the posting ledger, so that nothing can be taken back"
        return Refused(key=fact.key, why=why)
    if not (entry.new or entry.changed):
        why = f"the ledger does not tell the rows of {fact.reverses}: take {entry.document} back by hand"
        return Refused(key=fact.key, why=why)
    for later in desk.standing(fact.reverses):
        why = f"{later.fact.summary} builds on {fact.reverses}: take that back first, by {later.fact.key}"
        return Refused(key=fact.key, why=why)
    try:
        operations = tuple(_Reversal(fact, entry, desk).operations())
    except _Objection as objection:
        return objection.answer
    return Plan(key=fact.key, document=entry.document, operations=operations)


class _Objection(Exception):  # noqa: N818 - carries an answer, not an error
    def __init__(self, answer: Refused | Busy) -> None:
        super().__init__()
        self.answer = answer


class _Reversal:
    def __init__(self, fact: ReversalFact, entry: Entry, desk: Desk) -> None:
        self._fact = fact
        self._entry = entry
        self._desk = desk
        self._day = desk.terms.posting_date(fact.reversed_on)
        self._marker = desk.marker(fact.key, self._reference())

    def operations(self) -> Iterator[Operation]:
        for row in self._entry.new:
            if row.table in COUNTERED:
                yield countered(row, self._desk, self._day, self._marker)
        voided = {(row.table, row.values["number"]): row for row in self._entry.new if row.table in _VOIDED}
        for row in voided.values():
            yield from self._void(row)
        for table in {row.table for row in self._entry.new} - _VOIDED - COUNTERED:
            raise self._refused(f"rows of {table.value} are taken back by hand")
        for changed in self._entry.changed:
            yield from self._change_back(changed)

    def _reference(self) -> str:
        """The marker of the first posting, so that both are found together."""
        markers = (str(row.values["reference"]) for row in self._entry.new if "reference" in row.values)
        return next(markers, str(self._fact.reverses))

    def _void(self, row: NewRow) -> Iterator[Operation]:
        """The document that the posting made is void from now on, if nothing was applied to it since."""
        number = str(row.values["number"])
        rows = self._rows(row.table, number)
        found = [one for one in rows if one.text("customer") == row.values["customer"]]
        if not found:
            raise self._refused(f"{number} is no longer in {row.table.value}: take it back by hand")
        for one in found:
            if row.table is TableName.DOCUMENTS and one.money("balance") != row.values["balance"]:
                raise self._refused(
                    f"{one.money('balance')} is open on {number}, not {row.values['balance']}: take back"
                    " what was applied first"
                )
            self._require_free(one)
            yield from _close(one)
            void = self._desk.profile.codes.void
            yield from set_value(one, "status", void[0] if void else "")

    def _change_back(self, changed: ChangedRow) -> Iterator[Operation]:
        """Sums go back by what was added; dates stay, because later payments may stand in them."""
        number = str(changed.key["number"])
        found = [
            row
            for row in self._rows(changed.table, number)
            if all(row.values.get(name) == value for name, value in changed.key.items())
        ]
        if len(found) != 1:
            raise self._refused(
                f"{number} stands {len(found)} times in {changed.table.value}: take it back by hand"
            )
        (row,) = found
        self._require_free(row)
        for column, delta in changed.added.items():
            yield Add(table=row.table, record=row.record, column=column, delta=-delta)

    def _rows(self, table: TableName, number: str) -> list[Row]:
        return list(self._desk.books.find(table, "number", number))

    def _require_free(self, row: Row) -> None:
        name = f"{row.table.value} {row.text('number')}"
        if row.text("lock_state"):
            raise _Objection(on_screen(self._fact.key, name, row))
        if row.table is not TableName.CUSTOMERS and row.text("status") in self._desk.profile.codes.void:
            raise self._refused(f"{name} is void already: take the rest back by hand")

    def _refused(self, why: str) -> _Objection:
        return _Objection(Refused(key=self._fact.key, why=why))


def _close(document: Row) -> Iterator[Operation]:
    """Nothing stays open on a void document, so that no sum of open items needs to know of it."""
    open_ = document.money("balance")
    for column, delta in {"paid": open_, "balance": -open_}.items():
        base = f"base_{column}"
        if column in document.values and open_:
            yield Add(table=document.table, record=document.record, column=column, delta=delta)
        if document.money("base_total") and document.values.get(base) is not None:
            yield Add(table=document.table, record=document.record, column=base, delta=delta)
