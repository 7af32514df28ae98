"""A word about a payment on its order or invoice, in the column that the profile names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from counterfoil.connectors.sagepro.additions import MARK
from counterfoil.connectors.sagepro.operations import Operation, Plan
from counterfoil.connectors.sagepro.posting.desk import Answer, Desk
from counterfoil.connectors.sagepro.posting.objections import on_screen
from counterfoil.connectors.sagepro.posting.rows import set_value
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.domain.facts.note import NotedStatus, PaymentNoteFact
from counterfoil.ports.erp import Busy, Changed, Refused

_ORDERS = (TableName.ORDERS, TableName.ORDER_HISTORY)
_DOCUMENTS = (TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY)


def plan_note(fact: PaymentNoteFact, desk: Desk) -> Answer:
    """The word on every row of the order or invoice; nothing where a failure comes after a success."""
    tables = [table for table in (_ORDERS if fact.order else _DOCUMENTS) if table in desk.profile.notes]
    number = fact.order or fact.invoice or ""
    rows = [list(desk.books.find(table, "number", number)) for table in tables if desk.has(table)]
    for objection in _objections(fact, rows, desk):
        return objection
    operations = chain.from_iterable(_operations(fact, row, desk) for found in rows for row in found)
    return Plan(key=fact.key, document=number, operations=tuple(operations))


def _objections(
    fact: PaymentNoteFact, rows: list[list[Row]], desk: Desk
) -> Iterator[Refused | Changed | Busy]:
    if not rows:
        table = (_ORDERS if fact.order else _DOCUMENTS)[0]
        yield Refused(key=fact.key, why=f"the profile names no column under notes.{table.value}")
    if not any(rows):
        yield Changed(key=fact.key, current=(), why=f"{fact.target} is not in the books")
    for found in rows:
        if len(found) > 1:
            why = f"{fact.target} stands {len(found)} times in the books: mend this in Sage Pro"
            yield Refused(key=fact.key, why=why)
        for row in found:
            if row.text("lock_state"):
                yield on_screen(fact.key, fact.target, row)
            yield from _word_objections(fact, row, desk)


def _word_objections(fact: PaymentNoteFact, row: Row, desk: Desk) -> Iterator[Refused]:
    """A word that is none of ours is somebody else's, and stays."""
    noted = desk.profile.notes[row.table]
    word = row.text(MARK + noted.column)
    if word and word not in noted.words.values():
        yield Refused(key=fact.key, why=f"{row.table.value}.{noted.column} of {fact.target} says {word!r}")


def _operations(fact: PaymentNoteFact, row: Row, desk: Desk) -> Iterator[Operation]:
    noted = desk.profile.notes[row.table]
    column = MARK + noted.column
    known = {word: status for status, word in noted.words.items()}
    before = known.get(row.text(column))
    if fact.status is NotedStatus.FAILED and before not in {None, NotedStatus.FAILED}:
        return
    yield from set_value(row, column, noted.words[fact.status])
