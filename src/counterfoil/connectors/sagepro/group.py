"""One group of postings: planned one on top of the other, then written under one hold of the locks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from counterfoil.connectors.sagepro.describing import changed_columns, touched
from counterfoil.connectors.sagepro.engine_postings import to_posting, with_counts
from counterfoil.connectors.sagepro.hand_keyed import HandKeyed
from counterfoil.connectors.sagepro.ledger import PostingLedger, record_number, record_posting
from counterfoil.connectors.sagepro.operations import RowId
from counterfoil.connectors.sagepro.planning import Planned, Planner, independent
from counterfoil.connectors.sagepro.records import POSTING_TABLES, TableName
from counterfoil.connectors.sagepro.results import Result
from counterfoil.connectors.sagepro.tables import OpenTables
from counterfoil.connectors.sagepro.translation import translate
from counterfoil.domain.facts.customer import CustomerFact, ShipToFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.facts.sales_order import SalesOrderFact
from counterfoil.foxpro.errors import (
    BusyError,
    FieldError,
    FoxProError,
    QuarantineError,
    RecordMissingError,
    StorageError,
)
from counterfoil.foxpro.transactions import operations as engine
from counterfoil.foxpro.transactions.transaction import write_group
from counterfoil.ports.erp import Busy, KeyedByHand, Posted, Refused
from counterfoil.ports.errors import CounterfoilError

ROUNDS_MAX = 3
"""How often a posting is planned anew because another program changed its rows meanwhile."""

HOLD_MAX = timedelta(milliseconds=250)
"""How long a group may keep rows locked; what is not reached in time is sent again at once."""

_WRITTEN = tuple(table for table in POSTING_TABLES if table is not TableName.ORDERS)

_ADDED_TO: Mapping[type[Fact], TableName] = {
    SalesOrderFact: TableName.ORDERS,
    CustomerFact: TableName.CUSTOMERS,
    ShipToFact: TableName.SHIP_TOS,
}
"""Tables to which nothing is added once others added rows since we looked: they may say the same."""


class Group:
    """Writes facts of different keys together. Every fact gets its own result."""

    def __init__(
        self, tables: OpenTables, ledger: PostingLedger, now: datetime, hand_keyed: HandKeyed
    ) -> None:
        self._tables = tables
        self._ledger = ledger
        self._now = now
        self._hand_keyed = hand_keyed
        self._counts: Mapping[TableName, int] = {}

    def write(self, facts: Sequence[Fact]) -> dict[PostingKey, Result]:
        """Plans and writes; what another program changed in between is planned again.

        Raises:
            FoxProError: the outcome must be asked of the ledger, after recovery.
        """
        results: dict[PostingKey, Result] = {}
        waiting = list(facts)
        for _ in range(ROUNDS_MAX):
            results |= self._write_round(waiting)
            waiting = [fact for fact in waiting if fact.key not in results]
            if not waiting:
                return results
        why = "other programs keep changing its rows"
        return results | {fact.key: Busy(key=fact.key, what=why) for fact in waiting}

    def _write_round(self, facts: Sequence[Fact]) -> dict[PostingKey, Result]:
        """Results of all facts but those whose rows were changed meanwhile, in as many holds as they need."""
        results: dict[PostingKey, Result] = {}
        deferred: set[PostingKey] = set()
        left = list(facts)
        while left:
            deferred.clear()
            results |= self._write_once(left, deferred)
            left = [fact for fact in left if fact.key in deferred]
        return results

    def _write_once(self, facts: Sequence[Fact], deferred: set[PostingKey]) -> dict[PostingKey, Result]:
        names = {_ADDED_TO[type(fact)] for fact in facts if type(fact) in _ADDED_TO}
        self._counts = {
            name: self._tables.table(name).record_count for name in names if self._tables.has(name)
        }
        planner = Planner(self._tables, self._ledger, self._now, self._hand_keyed.judgement)
        results: dict[PostingKey, Result] = {}
        planned: dict[str, Planned] = {}
        now, later = independent(facts)
        deferred |= {fact.key for fact in later}
        for fact in now:
            answer = self._plan(planner, fact)
            if isinstance(answer, Planned):
                planned[str(fact.key)] = answer
            else:
                results[fact.key] = answer
            if isinstance(answer, KeyedByHand):
                self._hand_keyed.ask(fact, answer, self._now)
        if not planned:
            return results
        outcomes, written = self._write(planner, planned)
        late = {name for name, outcome in outcomes.items() if isinstance(outcome, engine.Deferred)}
        deferred |= {planned[name].fact.key for name in late}
        return results | written | dict(_unwritten(planned, outcomes))

    def _plan(self, planner: Planner, fact: Fact) -> Planned | Result:
        try:
            return planner.plan(fact)
        except BusyError as error:
            return Busy(key=fact.key, what=str(error))
        except StorageError:
            raise
        except FoxProError as error:
            return translate(error)
        except CounterfoilError as error:
            return error

    def _write(
        self, planner: Planner, planned: Mapping[str, Planned]
    ) -> tuple[Mapping[str, engine.Outcome], dict[PostingKey, Result]]:
        """What became of each posting, and the answers to those that were written."""
        written: dict[PostingKey, Result] = {}

        def on_commit(connection: sqlite3.Connection, outcomes: Mapping[str, engine.Outcome]) -> None:
            for one in planned.values():
                outcome = outcomes[str(one.fact.key)]
                if isinstance(outcome, engine.Written):
                    posted = _posted(planner, one, outcome)
                    record_posting(connection, posted, one.entry, self._now)
                    for name, number in one.numbers.items():
                        record_number(connection, name, number)
                    written[one.fact.key] = posted

        postings = [self._engine_posting(one) for one in planned.values()]
        names = {*_WRITTEN, *(one.table for each in planned.values() for one in each.plan.operations)}
        tables = {name.value: self._tables.table(name) for name in names}
        outcomes = write_group(
            tables,
            self._ledger.journal,
            postings,
            on_commit=on_commit,
            patience=self._tables.patience,
            hold=HOLD_MAX,
        )
        return outcomes, written

    def _engine_posting(self, planned: Planned) -> engine.Posting:
        sums = self._sums(planned)
        posting = to_posting(planned.plan, planned.rows, planned.fields, self._tables.bound, sums)
        return with_counts(posting, self._counts)

    def _sums(self, planned: Planned) -> dict[RowId, engine.Sum]:
        """The totals among the rows that the plan changes."""
        ids = {row_id for row_id in touched(planned.plan) if _moves_balance(planned, row_id)}
        rules = {row_id: self._tables.balance_rule(planned.rows[row_id]) for row_id in ids}
        return {row_id: rule for row_id, rule in rules.items() if rule is not None}


def _moves_balance(planned: Planned, row_id: RowId) -> bool:
    return row_id[0] is TableName.CUSTOMERS and "balance" in changed_columns(planned.plan, row_id)


def _posted(planner: Planner, planned: Planned, written: engine.Written) -> Posted:
    return Posted(
        key=planned.fact.key,
        fact=planned.fact,
        document=planned.plan.document,
        rows=planner.describe(planned, written.recnos),
    )


def _unwritten(
    planned: Mapping[str, Planned], outcomes: Mapping[str, engine.Outcome]
) -> Iterator[tuple[PostingKey, Result]]:
    """The answers to what was not written; what must be planned again has none."""
    for one in planned.values():
        key = one.fact.key
        match outcomes[str(one.fact.key)]:
            case engine.Busy(what, by):
                yield key, Busy(key=key, what=f"{what} is locked by {by}")
            case engine.Refused(error) if isinstance(error, FieldError | QuarantineError):
                yield key, Refused(key=key, why=str(error))
            case engine.Refused(error) if not isinstance(error, RecordMissingError):
                yield key, translate(error)
            case engine.Written() | engine.GuardFailed() | engine.Deferred() | engine.Refused():
                pass
