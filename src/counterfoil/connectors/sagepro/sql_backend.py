"""One company's books in a database of the SQL Server edition: each group of postings is one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
import structlog
from typing_extensions import override

from counterfoil.connectors.sagepro.hand_keyed import HandKeyed
from counterfoil.connectors.sagepro.journal_files import JournalFiles
from counterfoil.connectors.sagepro.looking import Looking
from counterfoil.connectors.sagepro.planning import Over, Planned, Planner
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.results import Result
from counterfoil.connectors.sagepro.sql.journals import SqlJournals
from counterfoil.connectors.sagepro.sql.ledger import SqlLedger
from counterfoil.connectors.sagepro.sql.opening import Opened, open_company
from counterfoil.connectors.sagepro.sql.server import Server
from counterfoil.connectors.sagepro.sql.tables import SqlTables
from counterfoil.connectors.sagepro.sql.troubles import Trouble, translate, translated, trouble_of
from counterfoil.connectors.sagepro.sql.watching import DatabaseSite
from counterfoil.connectors.sagepro.sql.withdrawals import SqlDecisions
from counterfoil.connectors.sagepro.sql.writer import Writer
from counterfoil.connectors.sagepro.sql.writing import Desk, LostError, Writing
from counterfoil.connectors.sagepro.watch.accepted import AcceptedRows
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
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

TRIES_MAX = 4
"""How often a group is written anew after a deadlock, a serialization failure or a broken connection."""

_log = structlog.get_logger()


class SqlBackend(Looking):
    """Reads for any thread; `post_group` for the lane's thread alone."""

    def __init__(
        self, profile: Profile, server: Server, clock: Clock, hand_keyed: HandKeyed, folder: Path
    ) -> None:
        """Takes the company's lock, binds its tables and makes the posting ledger's where they are not there.

        Raises:
            ConfigurationError: a table does not fit, or another agent holds the company.
            TransientError: the database does not answer.
        """
        self._profile = profile
        self._server = server
        self._clock = clock
        self._hand_keyed = hand_keyed
        database = profile.database
        assert database is not None, "the profile is one of this edition"  # noqa: S101 - its validator
        self._writer = Writer(server, database.company_db)
        try:
            with translated():
                self._opened: Opened = open_company(profile, self._writer, server, AcceptedRows(folder).all())
        except CounterfoilError:
            self.close()
            raise
        journals = SqlJournals(self._opened.ledger_tables, server, self._writer)
        self._journals = JournalFiles(folder, journals, clock.now)

    def watched(self) -> tuple[DatabaseSite, SqlDecisions]:
        """The company as the watch reads it, and where it keeps what people decide."""
        opened = self._opened
        site = DatabaseSite(self._server, opened.bindings, opened.ledger_tables)
        return site, SqlDecisions(self._server, opened.ledger_tables)

    def close(self) -> None:
        """Lets go of the company and of every connection."""
        self._writer.close()
        self._server.close()

    def find_posting(self, key: PostingKey) -> Posted | None:
        """What stands in the ledger."""
        with self._server.reading() as connection:
            return SqlLedger(self._opened.ledger_tables, connection).find(key)

    def known(self, fact: Fact) -> AlreadyPosted | Conflict | None:
        """What the ledger says about the fact's key."""
        with self._server.reading() as connection:
            return SqlLedger(self._opened.ledger_tables, connection).known(fact)

    def fact_of(self, key: PostingKey) -> Fact | None:
        """The fact that the ledger holds under the key."""
        with self._server.reading() as connection:
            entry = SqlLedger(self._opened.ledger_tables, connection).entry(key)
        return entry.fact if entry else None

    def preview(self, fact: Fact) -> PreviewAnswer:
        """The rows that `post_group` would write now; none where the fact is in the books already."""
        # Before the planner has a connection: were each to ask for a second one, a few would wait for ever.
        if self.find_posting(fact.key) is not None:
            return Preview(key=fact.key, rows=())
        with self._planner() as planner:
            answer = planner.plan(fact)
            if isinstance(answer, Busy):
                raise TransientError(answer.what)
            if isinstance(answer, Planned):
                return Preview(key=fact.key, rows=planner.describe(answer))
            return answer

    def plan(self, fact: Fact, over: Over) -> Planned | Changed | KeyedByHand | Refused | Busy:
        """What `post_group` would write now, in our own columns; nothing is locked or written."""
        with self._planner(over) as planner:
            return planner.plan(fact)

    def recover(self) -> None:
        """Makes the files that a crash kept back; what it interrupts in tables the database itself undoes."""
        self._journals.write()

    def quarantined(self) -> frozenset[str]:
        """None, for the same reason."""
        return frozenset()

    def post_group(self, facts: Sequence[Fact]) -> list[Result]:
        """Posts facts of different keys, as many as may be in one transaction; one result each, in order."""
        results: dict[PostingKey, Result] = {}
        left, tries = list(facts), 0
        while left:
            try:
                results |= self._written(left)
            except sa.exc.DBAPIError as error:
                tries += 1
                results |= self._after(error, left, tries)
            except LostError as lost:
                results[lost.key] = lost.result
            except CounterfoilError as error:
                results |= {fact.key: error for fact in left}
            left = [fact for fact in left if fact.key not in results]
        self._journals.write()
        return [results[fact.key] for fact in facts]

    def _written(self, facts: Sequence[Fact]) -> dict[PostingKey, Result]:
        desk = Desk(
            product=self._server.product,
            bindings=self._opened.bindings,
            ledger_tables=self._opened.ledger_tables,
            hand_keyed=self._hand_keyed,
            now=self._now(),
        )
        with self._writer.transaction() as connection:
            return Writing(desk, connection).write(facts)

    def _after(self, error: sa.exc.DBAPIError, facts: Sequence[Fact], tries: int) -> dict[PostingKey, Result]:
        """Results of those facts of a lost transaction that need no other try."""
        trouble = trouble_of(error)
        _log.warning("posting_group_failed", company=self._profile.company, trouble=trouble.value)
        if trouble is Trouble.AGAIN and tries < TRIES_MAX:
            return {}
        if trouble is Trouble.AGAIN:
            return {fact.key: Busy(key=fact.key, what="other programs keep coming between") for fact in facts}
        failure = translate(error)
        if trouble is not Trouble.GONE or tries >= TRIES_MAX:
            self._writer.close()
            return {fact.key: failure for fact in facts}
        return self._settled(facts)

    def _settled(self, facts: Sequence[Fact]) -> dict[PostingKey, Result]:
        """After a broken connection the ledger tells what was committed; the rest is written anew."""
        try:
            with translated():
                self._writer.renew()
            found = {fact.key: self.find_posting(fact.key) for fact in facts}
        except CounterfoilError as error:
            return {fact.key: error for fact in facts}
        return {key: posted for key, posted in found.items() if posted is not None}

    @contextmanager
    @override
    def reading(self) -> Iterator[SqlTables]:
        with self._server.reading() as connection:
            yield SqlTables(self._opened.bindings, connection, locks=False)

    @contextmanager
    def _planner(self, over: Over | None = None) -> Iterator[Planner]:
        with self._server.reading() as connection:
            tables = SqlTables(self._opened.bindings, connection, locks=False)
            ledger = SqlLedger(self._opened.ledger_tables, connection)
            known = over(ledger) if over else ledger
            yield Planner(tables, known, self._now(), self._hand_keyed.judgement)

    def _now(self) -> datetime:
        return self._clock.now().astimezone(self._profile.zone)
