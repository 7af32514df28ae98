"""Groups of postings over several tables, each all or nothing, whatever crashes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack

from counterfoil.foxpro.changes import Tables, enliven, stage, verify
from counterfoil.foxpro.draft import Draft
from counterfoil.foxpro.group_locks import GroupLocks
from counterfoil.foxpro.journal import Journal
from counterfoil.foxpro.locks import Patience
from counterfoil.foxpro.operations import Outcome, Posting, Written

PATIENCE = Patience()
OnCommit = Callable[[sqlite3.Connection, Mapping[str, Outcome]], None]


def write_group(
    tables: Tables,
    journal: Journal,
    postings: Sequence[Posting],
    *,
    on_commit: OnCommit = lambda _connection, _outcomes: None,
    patience: Patience = PATIENCE,
) -> dict[str, Outcome]:
    """Write the postings under one hold of the locks and one round of waits for the disk.

    Each posting is written whole or not at all; one that cannot be written keeps no other back. `on_commit`
    gets the journal's connection and every outcome, and what it writes there is committed with the decision;
    it is not called when nothing is to be written. An exception means: nothing was written, or the journal
    holds what `recover` will finish, and writes are refused until it has.
    """
    if len({posting.id for posting in postings}) < len(postings):
        raise ValueError("two postings of a group have the same id")
    journal.refuse_unfinished()
    deadline = patience.deadline()
    with ExitStack() as stack:
        locks = GroupLocks(tables, postings, deadline)
        locks.take(stack)
        outcomes = locks.kept_out
        draft = Draft(tables, deadline)
        for posting in postings:
            if posting.id not in outcomes:
                outcomes[posting.id] = draft.take(posting)
        if any(isinstance(outcome, Written) for outcome in outcomes.values()):
            changes = draft.changes()
            for change in changes:
                tables[change.table].sync_memos()
            entry = journal.commit(changes, lambda connection: on_commit(connection, outcomes))
            stage(tables, changes)
            journal.mark_staged(entry)
            enliven(tables, changes)
            verify(tables, changes)
            journal.finish(entry)
    return {posting.id: outcomes[posting.id] for posting in postings}
