"""Groups of postings over several tables, each all or nothing, whatever crashes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

from counterfoil.foxpro.errors import StorageError
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.transactions.changes import TableChange, Tables, enliven, stage, verify
from counterfoil.foxpro.transactions.draft import Draft
from counterfoil.foxpro.transactions.group_locks import GroupLocks
from counterfoil.foxpro.transactions.journal import Journal, Mark
from counterfoil.foxpro.transactions.operations import Deferred, Outcome, Posting, Written

PATIENCE = Patience()
OnCommit = Callable[[sqlite3.Connection, Mapping[str, Outcome]], None]


def write_group(
    tables: Tables,
    journal: Journal,
    postings: Sequence[Posting],
    *,
    on_commit: OnCommit = lambda _connection, _outcomes: None,
    patience: Patience = PATIENCE,
    hold: timedelta | None = None,
) -> dict[str, Outcome]:
    """Write the postings under one hold of the locks and one round of waits for the disk.

    Each posting is written whole or not at all; one that cannot be written keeps no other back, and one that
    touches a row in quarantine is refused. `on_commit`
    gets the journal's connection and every outcome, and what it writes there is committed with the decision;
    it is not called when nothing is to be written. Half of `hold` may pass with waiting and planning, the
    other half is for writing; what is not reached in time is deferred, the first posting never. An exception
    means: nothing was written, or the journal holds what `recover` will finish, and writes are refused until
    it has.
    """
    if len({posting.id for posting in postings}) < len(postings):
        raise ValueError("two postings of a group have the same id")
    journal.refuse_unfinished()
    share = patience if hold is None else replace(patience, wait=min(patience.wait, hold / 2))
    deadline = share.deadline()
    planned = None if hold is None else replace(patience, wait=hold / 2).deadline()
    with ExitStack() as stack:
        locks = GroupLocks(tables, postings, deadline)
        locks.keep_out_held(row for rows in journal.held().values() for row in rows)
        locks.take(stack)
        outcomes = locks.kept_out
        draft = Draft(tables, deadline)
        for posting in _waiting(postings, outcomes):
            late = planned is not None and planned.is_over() and _some_written(outcomes)
            outcomes[posting.id] = Deferred() if late else draft.take(posting)
        if _some_written(outcomes):
            changes = draft.changes()
            _sync_memos(tables, changes)
            entry = journal.commit(changes, lambda connection: on_commit(connection, outcomes))
            carry_out(tables, journal, entry, changes)
    return {posting.id: outcomes[posting.id] for posting in postings}


def carry_out(
    tables: Tables, journal: Journal, entry: int, changes: Sequence[TableChange], *, in_order: bool = True
) -> None:
    """Bring a decided transaction to the disk; the caller holds every lock.

    Each mark says in which order what is on the disk came there. Where a power cut mixed the order up, only
    the last one, which knows of no order, is made.
    """
    stage(tables, changes)
    if in_order:
        journal.mark(entry, Mark.STAGED)
    enliven(tables, changes)
    journal.mark(entry, Mark.LIVE)
    for change in changes:
        tables[change.table].sync()
    verify(tables, changes)
    journal.finish(entry)


def _sync_memos(tables: Tables, changes: Sequence[TableChange]) -> None:
    """Wait for the new memos; where that fails no row points to them, and the next group writes its own."""
    for change in changes:
        memo = tables[change.table].storage.memo
        try:
            tables[change.table].sync_memos()
        except StorageError:
            if memo:
                memo.file.forgive()
            raise


def _waiting(postings: Sequence[Posting], outcomes: Mapping[str, Outcome]) -> Iterator[Posting]:
    return (posting for posting in postings if posting.id not in outcomes)


def _some_written(outcomes: Mapping[str, Outcome]) -> bool:
    return any(isinstance(outcome, Written) for outcome in outcomes.values())
