"""After a crash: decided transactions are rolled forward; what somebody else changed since is left alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from counterfoil.foxpro.files.table_locks import Deadline, Patience
from counterfoil.foxpro.table import Table
from counterfoil.foxpro.transactions.changes import QuarantinedRow, TableChange, Tables
from counterfoil.foxpro.transactions.journal import Journal, Mark
from counterfoil.foxpro.transactions.repair import Repair
from counterfoil.foxpro.transactions.transaction import carry_out
from counterfoil.foxpro.transactions.verdicts import Order

PATIENCE = Patience()
ORDERS = {Mark.COMMITTING: Order.UPDATES, Mark.STAGED: Order.FLIPS, Mark.LIVE: Order.DONE}


@dataclass(frozen=True, slots=True)
class RolledForward:
    """An interrupted transaction is now on the disk as it was decided."""

    entry: int
    postings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Rolled forward but for rows that somebody else changed after the crash; those were not touched."""

    entry: int
    rows: tuple[QuarantinedRow, ...]

    @property
    def postings(self) -> tuple[str, ...]:
        """The postings that touch such a row."""
        return tuple(dict.fromkeys(posting for row in self.rows for posting in row.postings))


Recovery = RolledForward | Quarantined


def recover(
    journal: Journal, open_table: Callable[[str], Table], *, patience: Patience = PATIENCE
) -> list[Recovery]:
    """Finish every interrupted transaction, oldest first; before any new work.

    `open_table` opens a table for writing by the name that the operations used. A table that is locked or an
    index that is damaged ends it with an error; what is left stays in the journal for the next time.
    """
    return [_recover_entry(journal, entry, open_table, patience) for entry in journal.unfinished()]


def _recover_entry(
    journal: Journal, entry: int, open_table: Callable[[str], Table], patience: Patience
) -> Recovery:
    with ExitStack() as stack:
        changes = journal.changes(entry)
        tables = {name: stack.enter_context(open_table(name)) for name in _names(changes)}
        _lock(tables, changes, stack, patience.deadline())
        mark, is_same_boot = journal.mark_of(entry)
        order = ORDERS[mark] if is_same_boot else Order.NONE
        repair = Repair(tables, changes, order, held={row.table for row in journal.quarantined(entry)})
        journal.replan(entry, repair.changes, repair.strange)
        for table in tables.values():
            table.storage.forgive()
        carry_out(tables, journal, entry, repair.changes, in_order=order is Order.UPDATES)
        held = journal.quarantined(entry)
        if held:
            return Quarantined(entry, held)
        postings = (posting for change in changes for row in change.rows for posting in row.postings)
        return RolledForward(entry, tuple(dict.fromkeys(postings)))


def _names(changes: Sequence[TableChange]) -> tuple[str, ...]:
    """The tables that change, then those with the parts of a total."""
    parts = (row.tally.table for change in changes for row in change.rows if row.tally)
    return tuple(dict.fromkeys((*(change.table for change in changes), *parts)))


def _lock(tables: Tables, changes: Sequence[TableChange], stack: ExitStack, deadline: Deadline) -> None:
    for change in changes:
        recnos = [row.recno for row in change.rows]
        stack.enter_context(tables[change.table].locks.records(recnos, deadline))
    for change in changes:
        table = tables[change.table]
        stack.enter_context(table.locks.header(deadline))
        first = table.record_count + 1
        stack.enter_context(table.locks.records(range(first, first + len(change.appends)), deadline))
    for change in changes:
        index = tables[change.table].index
        if index:
            stack.enter_context(index.writing(deadline))
