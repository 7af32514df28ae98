"""Groups of postings over several tables, each all or nothing, whatever crashes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from counterfoil.foxpro.changes import Tables, enliven, stage, verify
from counterfoil.foxpro.draft import Draft
from counterfoil.foxpro.errors import BusyError, ReadOnlyTableError
from counterfoil.foxpro.journal import Journal
from counterfoil.foxpro.locks import Deadline, Patience
from counterfoil.foxpro.operations import Busy, Outcome, Posting, Refused, Written

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
    journal.refuse_unfinished()
    deadline = patience.deadline()
    with ExitStack() as stack:
        locking = _Locking(tables, postings, stack, deadline)
        locking.take()
        outcomes = locking.kept_out
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
    return outcomes


class _Locking:
    """Takes the locks of a group in the one order that everybody uses; a busy one keeps its postings out."""

    def __init__(
        self, tables: Tables, postings: Sequence[Posting], stack: ExitStack, deadline: Deadline
    ) -> None:
        self.kept_out: dict[str, Outcome] = {}
        self._tables = tables
        self._postings = postings
        self._stack = stack
        self._deadline = deadline
        self._order = sorted(
            {name for posting in postings for name in posting.tables},
            key=lambda name: str(tables[name].storage.path),
        )

    def take(self) -> None:
        """Existing rows first, then the right to append, then the indexes."""
        self._refuse_read_only()
        for name in self._order:
            for recno in sorted(
                {recno for one in self._waiting() for table, recno in one.recnos if table == name}
            ):
                lock = self._tables[name].locks.record(recno, self._deadline)
                self._enter(lock, [one for one in self._waiting() if (name, recno) in one.recnos])
        for name in self._order:
            appending = [one for one in self._waiting() if one.appends_to(name)]
            if appending:
                self._enter(self._appends(name, sum(one.appends_to(name) for one in appending)), appending)
        for name in self._order:
            index = self._tables[name].index
            concerned = [one for one in self._waiting() if name in one.tables]
            if index and concerned:
                self._enter(index.writing(self._deadline), concerned)

    def _refuse_read_only(self) -> None:
        for posting in self._postings:
            for name in posting.tables:
                reason = self._tables[name].read_only_reason
                if reason:
                    self.kept_out[posting.id] = Refused(ReadOnlyTableError(name, reason))

    def _waiting(self) -> list[Posting]:
        return [posting for posting in self._postings if posting.id not in self.kept_out]

    def _enter(self, lock: AbstractContextManager[None], concerned: Iterable[Posting]) -> None:
        try:
            self._stack.enter_context(lock)
        except BusyError as error:
            busy = Busy(f"{error.table} {error.what}", error.by)
            self.kept_out |= dict.fromkeys((posting.id for posting in concerned), busy)

    @contextmanager
    def _appends(self, name: str, many: int) -> Iterator[None]:
        table = self._tables[name]
        with table.locks.header(self._deadline):
            first = table.record_count + 1
            with table.locks.records(range(first, first + many), self._deadline):
                yield
