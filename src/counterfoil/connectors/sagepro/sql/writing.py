"""A group of postings in one transaction, with a savepoint for each, so that one that breaks is set aside."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from counterfoil.connectors.sagepro.describing import touched
from counterfoil.connectors.sagepro.hand_keyed import HandKeyed
from counterfoil.connectors.sagepro.operations import Append
from counterfoil.connectors.sagepro.planning import Planned, Planner
from counterfoil.connectors.sagepro.results import Result
from counterfoil.connectors.sagepro.sql.ledger import SqlLedger
from counterfoil.connectors.sagepro.sql.ledger_tables import LedgerTables
from counterfoil.connectors.sagepro.sql.products import Product
from counterfoil.connectors.sagepro.sql.statements import insert_of, update_of
from counterfoil.connectors.sagepro.sql.tables import Bindings, SqlTables
from counterfoil.connectors.sagepro.sql.troubles import Trouble, translate, trouble_of, words_of
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.ports.erp import Busy, KeyedByHand, Posted, Refused
from counterfoil.ports.errors import CounterfoilError, TransientError

WAIT_MS = 250
"""How long the first posting of a group waits for rows that another transaction holds."""
NO_WAIT_MS = 1
"""The wait of those behind one that found its rows held: a group never waits for long."""
HOLD_MS_MAX = 250
"""How long one transaction may keep rows locked; what is not reached in time gets another one."""


class MovedError(Exception):
    """A row is not what was read of it although it was locked: the posting is planned anew."""


class LostError(Exception):
    """The server undid the whole transaction with one posting: the others are written anew without it.

    SQL Server does so for many errors (inferred from its documents, never met there).
    """

    def __init__(self, key: PostingKey, result: Result) -> None:
        super().__init__(key, result)
        self.key = key
        self.result = result


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a group is written with."""

    product: Product
    bindings: Bindings
    ledger_tables: LedgerTables
    hand_keyed: HandKeyed
    now: datetime


class Writing:
    """Plans and writes facts one after the other; each sees what those before it wrote."""

    def __init__(self, desk: Desk, connection: sa.Connection) -> None:
        self._desk = desk
        self._connection = connection
        self._ledger = SqlLedger(desk.ledger_tables, connection)
        self._tables = SqlTables(desk.bindings, connection, locks=True)

    def write(self, facts: Sequence[Fact]) -> dict[PostingKey, Result]:
        """Results of as many facts as there is time for, the first always among them; nothing is committed.

        Raises:
            DBAPIError: the transaction is lost: connection broken, deadlock, serialization failure.
            LostError: it is lost with one posting that the server refuses.
            TransientError: it was lost without a word.
        """
        results: dict[PostingKey, Result] = {}
        started = time.monotonic_ns()
        self._connection.execute(self._desk.product.wait_at_most(WAIT_MS))
        for fact in facts:
            results[fact.key] = result = self._settled(fact)
            if isinstance(result, Busy):
                self._connection.execute(self._desk.product.wait_at_most(NO_WAIT_MS))
            if (time.monotonic_ns() - started) // 1_000_000 > HOLD_MS_MAX:
                break
        self._require_written(results)
        return results

    def _settled(self, fact: Fact) -> Result:
        savepoint = self._connection.begin_nested()
        try:
            result = self._ledger.known(fact) or self._posted(fact)
        except (MovedError, CounterfoilError, sa.exc.DBAPIError) as error:
            self._set_aside(savepoint, fact, error)
            return self._told(fact, error)
        savepoint.commit()
        return result

    def _set_aside(self, savepoint: sa.NestedTransaction, fact: Fact, error: Exception) -> None:
        """Undoes one posting alone; where the server undid all of them already, nothing of it goes on.

        Raises:
            DBAPIError: what lost the whole transaction, or broke the connection.
            LostError: the transaction was lost with this posting.
        """
        try:
            savepoint.rollback()
        except sa.exc.DBAPIError as second:
            for one in (error, second):
                if isinstance(one, sa.exc.DBAPIError) and trouble_of(one) in {Trouble.AGAIN, Trouble.GONE}:
                    raise one from error
            raise LostError(fact.key, meaning(fact, error)) from error

    def _told(self, fact: Fact, error: Exception) -> Result:
        """What the server's refusal of one posting means; whatever lost the whole transaction goes on up."""
        if isinstance(error, sa.exc.DBAPIError):
            trouble = trouble_of(error)
            if trouble in {Trouble.AGAIN, Trouble.GONE}:
                raise error
            if trouble is Trouble.TWICE:
                known = self._ledger.known(fact)
                return known or Refused(key=fact.key, why=_refusal(error))
        return meaning(fact, error)

    def _require_written(self, results: Mapping[PostingKey, Result]) -> None:
        """The last look before the commit: nothing is told as posted that the transaction does not hold."""
        posted = [key for key, result in results.items() if isinstance(result, Posted)]
        if self._ledger.count(posted) != len(posted):
            raise TransientError(
                "the company's database undid postings before they were committed; try again"
            )

    def _posted(self, fact: Fact) -> Result:
        desk = self._desk
        planner = Planner(self._tables, self._ledger, desk.now, desk.hand_keyed.judgement)
        answer = planner.plan(fact)
        if isinstance(answer, KeyedByHand):
            desk.hand_keyed.ask(fact, answer, desk.now)
        if not isinstance(answer, Planned):
            # While rows were waited for, another writer may have posted this very fact.
            return self._ledger.known(fact) or answer
        posted = Posted(
            key=fact.key,
            fact=fact,
            document=answer.plan.document,
            rows=planner.describe(answer, self._carried_out(answer)),
        )
        self._ledger.record(posted, answer.entry, desk.now)
        for name, number in answer.numbers.items():
            self._ledger.record_number(name, number)
        return posted

    def _carried_out(self, planned: Planned) -> tuple[int, ...]:
        """Writes the plan; the numbers of the new rows."""
        bindings, plan = self._desk.bindings, planned.plan
        numbers = []
        for one in plan.operations:
            if isinstance(one, Append):
                key = self._connection.execute(insert_of(bindings, one)).inserted_primary_key
                numbers.append(int(key[0]) if key else 0)
        for row_id in touched(plan):
            row, fields = planned.rows[row_id], planned.fields[row_id]
            changed = self._connection.execute(update_of(bindings, plan, row_id, row, fields))
            if changed.rowcount != 1:
                raise MovedError
        return tuple(numbers)


def meaning(fact: Fact, error: Exception) -> Result:
    """What is told of a posting that broke, as far as its error alone says."""
    if isinstance(error, CounterfoilError):
        return error
    if not isinstance(error, sa.exc.DBAPIError):
        return Busy(key=fact.key, what="other programs keep changing its rows")
    match trouble_of(error):
        case Trouble.BUSY:
            return Busy(key=fact.key, what="its rows are held by another program's transaction")
        case Trouble.UNFIT:
            return Refused(key=fact.key, why=_refusal(error))
        case _:
            return translate(error)


def _refusal(error: sa.exc.DBAPIError) -> str:
    return f"the company's database refuses it: {words_of(error)}"
