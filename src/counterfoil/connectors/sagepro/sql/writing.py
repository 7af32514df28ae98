"""A group of postings in one transaction, with a savepoint for each, so that one that breaks is set aside."""

from __future__ import annotations

import time
from collections.abc import Sequence
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
from counterfoil.ports.errors import CounterfoilError

WAIT_MS = 250
"""How long the first posting of a group waits for rows that another transaction holds."""
NO_WAIT_MS = 1
"""The wait of those behind one that found its rows held: a group never waits for long."""
HOLD_MS_MAX = 250
"""How long one transaction may keep rows locked; what is not reached in time gets another one."""


class MovedError(Exception):
    """A row is not what was read of it although it was locked: the posting is planned anew."""


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
        return results

    def _settled(self, fact: Fact) -> Result:
        try:
            with self._connection.begin_nested():
                return self._ledger.known(fact) or self._posted(fact)
        except MovedError:
            return Busy(key=fact.key, what="other programs keep changing its rows")
        except CounterfoilError as error:
            return error
        except sa.exc.DBAPIError as error:
            return self._refused(fact, error)

    def _refused(self, fact: Fact, error: sa.exc.DBAPIError) -> Result:
        """What the server's refusal of one posting means; whatever lost the whole transaction goes on up."""
        match trouble_of(error):
            case Trouble.BUSY:
                return Busy(key=fact.key, what="its rows are held by another program's transaction")
            case Trouble.TWICE if (known := self._ledger.known(fact)) is not None:
                return known
            case Trouble.UNFIT | Trouble.TWICE:
                return Refused(key=fact.key, why=f"the company's database refuses it: {words_of(error)}")
            case Trouble.WRONG:
                return translate(error)
            case _:
                raise error

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
