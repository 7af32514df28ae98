"""One company's books as FoxPro tables: opened when there is work, closed soon after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import structlog
from typing_extensions import override

from counterfoil.connectors.sagepro.group import Group
from counterfoil.connectors.sagepro.hand_keyed import HandKeyed
from counterfoil.connectors.sagepro.journal_files import JournalFiles
from counterfoil.connectors.sagepro.ledger import PostingLedger
from counterfoil.connectors.sagepro.looking import Looking
from counterfoil.connectors.sagepro.planning import Ledger, Over, Planned, Planner
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.results import Result
from counterfoil.connectors.sagepro.table_pool import TablePool
from counterfoil.connectors.sagepro.tables import OpenTables, TableOpener
from counterfoil.connectors.sagepro.translation import FAILURES, Failure, translate, translated
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.foxpro.errors import BusyError
from counterfoil.foxpro.table import Table
from counterfoil.foxpro.transactions.recovery import Quarantined, recover
from counterfoil.ports.clock import Clock
from counterfoil.ports.erp import (
    AlreadyPosted,
    Busy,
    Changed,
    Conflict,
    KeyedByHand,
    Posted,
    Preview,
    PreviewAnswer,
    Refused,
)
from counterfoil.ports.errors import CounterfoilError, TransientError

_log = structlog.get_logger()


class DbfBackend(Looking):
    """Reads for any thread; `recover` and `post_group` for the lane's thread alone."""

    def __init__(
        self,
        opener: TableOpener,
        ledger: PostingLedger,
        clock: Clock,
        hand_keyed: HandKeyed,
        journals: JournalFiles,
    ) -> None:
        self._opener = opener
        self._readers = TablePool(lambda: OpenTables(opener, writable=False))
        self._writers = TablePool(lambda: OpenTables(opener, writable=True, today=self._now().date()))
        self._profile = opener.profile
        self._ledger = ledger
        self._hand_keyed = hand_keyed
        self._journals = journals
        self._clock = clock
        self._turn = opener.turn

    def close(self) -> None:
        """Lets go of tables and ledger, once what is being read is finished; nothing more is read then."""
        with self._turn:
            self._readers.close()
            self._writers.close()
        self._ledger.close()

    def quarantined(self) -> frozenset[str]:
        return self._ledger.quarantined()

    def find_posting(self, key: PostingKey) -> Posted | None:
        """What stands in the ledger; nothing where a crash left rows that wait for a person.

        Raises:
            TransientError: it is decided and not finished, so that recovery may still set rows of it aside.
        """
        if str(key) in self._ledger.pending():
            raise TransientError(
                f"{key} is being written or was interrupted: ask again once that is finished"
            )
        first = self._ledger.find(key)
        return None if first and str(key) in self._ledger.quarantined() else first

    def preview(self, fact: Fact) -> PreviewAnswer:
        """The rows that `post_group` would write now; none where the fact is in the books already."""
        if self._ledger.find(fact.key) is not None:
            return Preview(key=fact.key, rows=())
        with self._turn, translated(), self._readers.lend() as tables:
            planner = self._planner(tables)
            answer = planner.plan(fact)
            if isinstance(answer, Busy):
                raise TransientError(answer.what)
            if isinstance(answer, Planned):
                return Preview(key=fact.key, rows=planner.describe(answer))
            return answer

    def plan(self, fact: Fact, over: Over) -> Planned | Changed | KeyedByHand | Refused | Busy:
        """What `post_group` would write now, in our own columns; nothing is locked or written."""
        with self._turn, translated(), self._readers.lend() as tables:
            return self._planner(tables, over(self._ledger)).plan(fact)

    def known(self, fact: Fact) -> AlreadyPosted | Conflict | None:
        """What the ledger says about the fact's key.

        Raises:
            TransientError: it is decided and not finished.
        """
        self.find_posting(fact.key)
        return self._known(fact)

    def fact_of(self, key: PostingKey) -> Fact | None:
        """The fact that the ledger holds under the key."""
        entry = self._ledger.entry(key)
        return entry.fact if entry else None

    def recover(self) -> None:
        """Finishes what a crash interrupted; nothing is written before this succeeded.

        Raises:
            TransientError: a table is held by another program, or the disk is still full.
            ConfigurationError: an index is damaged and must be rebuilt in Sage Pro first.
        """
        with translated():
            if not self._ledger.journal.unfinished():
                self._journals.write()
                return
            outcomes = recover(self._ledger.journal, self._open_table, patience=self._opener.patience)
        for outcome in outcomes:
            postings = list(outcome.postings)
            if isinstance(outcome, Quarantined):
                _log.error("posting_quarantined", company=self._profile.company, postings=postings)
            else:
                _log.warning("posting_rolled_forward", company=self._profile.company, postings=postings)
        self._journals.write()

    def post_group(self, facts: Sequence[Fact]) -> list[Result]:
        """Posts facts of different keys under one hold of the locks; one result each, in order."""
        self.recover()
        results = {fact.key: self._known(fact) for fact in facts}
        fresh = [fact for fact in facts if results[fact.key] is None]
        written = self._write(fresh) if fresh else {}
        self._journals.write()
        return [results[fact.key] or written[fact.key] for fact in facts]

    def _known(self, fact: Fact) -> AlreadyPosted | Conflict | None:
        """What the ledger says about the key."""
        first = self._ledger.find(fact.key)
        if first is None:
            return None
        if str(fact.key) in self._ledger.quarantined():
            why = "was interrupted by a crash, and somebody changed its rows before it was finished"
            return Conflict(key=fact.key, why=f"{first.document} {why}: compare and mend the rows by hand")
        if first.fact.digest != fact.digest:
            return Conflict(key=fact.key, why=f"the key stands for {first.document}, {first.fact.summary}")
        return AlreadyPosted(first=first)

    def _write(self, facts: Sequence[Fact]) -> dict[PostingKey, Result]:
        try:
            with self._turn, self._writers.lend() as tables:
                return Group(tables, self._ledger, self._now(), self._hand_keyed).write(facts)
        except FAILURES as error:
            return self._settle(facts, error)

    def _settle(self, facts: Sequence[Fact], error: Failure) -> dict[PostingKey, Result]:
        """After a failure the ledger tells what was decided, once recovery has finished it.

        What recovery set aside for a person was not posted: the next try is told of the conflict. What was
        busy may have become so after the decision, so that even then nobody is told before that is asked.
        """
        failure = translate(error)
        _log.error("posting_group_failed", company=self._profile.company, error=str(failure))
        try:
            self.recover()
        except CounterfoilError:
            return {fact.key: failure for fact in facts}
        busy = isinstance(error, BusyError)
        return {
            fact.key: self.find_posting(fact.key)
            or (Busy(key=fact.key, what=str(error)) if busy else failure)
            for fact in facts
        }

    @contextmanager
    @override
    def reading(self) -> Iterator[OpenTables]:
        """The tables as they stand, for one look."""
        with self._turn, translated(), self._readers.lend() as tables:
            yield tables

    def _planner(self, tables: OpenTables, ledger: Ledger | None = None) -> Planner:
        return Planner(tables, ledger or self._ledger, self._now(), self._hand_keyed.judgement)

    def _open_table(self, name: str) -> Table:
        return self._opener.open(TableName(name), writable=True, today=self._now().date())

    def _now(self) -> datetime:
        return self._clock.now().astimezone(self._profile.zone)
