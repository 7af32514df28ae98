"""The locks of a group of postings, taken in the one order that everybody uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from counterfoil.foxpro.errors import BusyError, QuarantineError, ReadOnlyTableError
from counterfoil.foxpro.files.table_locks import Deadline
from counterfoil.foxpro.transactions.changes import QuarantinedRow, Tables
from counterfoil.foxpro.transactions.operations import Add, Append, Busy, Outcome, Posting, Refused


class GroupLocks:
    """Existing rows by path and number, then headers, then indexes; what is busy keeps its postings out."""

    def __init__(self, tables: Tables, postings: Sequence[Posting], deadline: Deadline) -> None:
        self.kept_out: dict[str, Outcome] = {}
        self._tables = tables
        self._deadline = deadline
        self._rows: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._appends: dict[str, list[str]] = defaultdict(list)
        self._users: dict[str, list[str]] = defaultdict(list)
        self._lookers: dict[str, list[str]] = defaultdict(list)
        for posting in postings:
            for operation in posting.operations:
                self._users[operation.table].append(posting.id)
                self._lookers[operation.table].append(posting.id)
                if isinstance(operation, Add) and operation.sum:
                    self._lookers[operation.sum.table].append(posting.id)
                if isinstance(operation, Append):
                    self._appends[operation.table].append(posting.id)
                else:
                    self._rows[operation.table][operation.recno].append(posting.id)

    def keep_out_held(self, rows: Iterable[QuarantinedRow]) -> None:
        """Postings to rows that wait for a person wait as well; a row that is nowhere holds nothing."""
        for row in rows:
            if row.found_at is not None:
                users = self._rows.get(row.table, {}).get(row.found_at, ())
                self._keep_out(users, Refused(QuarantineError(row.table, row.found_at, row.why)))

    def take(self, stack: ExitStack) -> None:
        """Take them all; they end with the stack."""
        order = sorted(self._lookers, key=lambda name: str(self._tables[name].storage.path))
        for name in order:
            reason = self._tables[name].read_only_reason
            if reason:
                self._keep_out(self._users[name], Refused(ReadOnlyTableError(name, reason)))
        for name in order:
            for recno, users in sorted(self._rows[name].items()):
                self._enter(stack, self._tables[name].locks.record(recno, self._deadline), users)
        for name in order:
            self._enter(stack, self._appending(name), self._appends[name])
        for name in order:
            index = self._tables[name].index
            if index:
                self._enter(stack, index.writing(self._deadline), self._lookers[name])

    def _waiting(self, users: Sequence[str]) -> list[str]:
        return [user for user in users if user not in self.kept_out]

    def _keep_out(self, users: Sequence[str], outcome: Outcome) -> None:
        for user in self._waiting(users):
            self.kept_out[user] = outcome

    def _enter(self, stack: ExitStack, lock: AbstractContextManager[None], users: Sequence[str]) -> None:
        if not self._waiting(users):
            return
        try:
            stack.enter_context(lock)
        except BusyError as error:
            self._keep_out(users, Busy(f"{error.table} {error.what}", error.by))

    @contextmanager
    def _appending(self, name: str) -> Iterator[None]:
        """The header and the numbers that the new rows will have."""
        table = self._tables[name]
        with table.locks.header(self._deadline):
            first = table.record_count + 1
            recnos = range(first, first + len(self._waiting(self._appends[name])))
            with table.locks.records(recnos, self._deadline):
                yield
