"""One group of postings: planned one on top of the other, then written under one hold of the locks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from counterfoil.connectors.sagepro.binding import UnfitValueError
from counterfoil.connectors.sagepro.guards import Held, Terms
from counterfoil.connectors.sagepro.ledger import PostingLedger, record_number, record_posting
from counterfoil.connectors.sagepro.operations import Append, Plan, RowId, apply_operations
from counterfoil.connectors.sagepro.posting import choose_marker, plan_receipt
from counterfoil.connectors.sagepro.reading import Books
from counterfoil.connectors.sagepro.records import POSTING_TABLES, Row, TableName
from counterfoil.connectors.sagepro.rendering import describe, fields_after, to_posting
from counterfoil.connectors.sagepro.tables import OpenTables
from counterfoil.connectors.sagepro.translation import translate
from counterfoil.domain.facts import Fact, PostingKey
from counterfoil.foxpro.errors import (
    BusyError,
    FieldError,
    FoxProError,
    QuarantineError,
    RecordMissingError,
    StorageError,
)
from counterfoil.foxpro.records.fields import Value as FieldValue
from counterfoil.foxpro.transactions import operations as engine
from counterfoil.foxpro.transactions.transaction import write_group
from counterfoil.ports.erp import Busy, Changed, Posted, PostingAnswer, Refused, RowChange
from counterfoil.ports.errors import CounterfoilError

OPEN_CREDITS = "open_credits"
"""The name of the number range in the posting ledger."""

ROUNDS_MAX = 3
"""How often a posting is planned anew because another program changed its rows meanwhile."""

HOLD_MAX = timedelta(milliseconds=250)
"""How long a group may keep rows locked; what is not reached in time is sent again at once."""

Result = PostingAnswer | CounterfoilError
"""What became of one fact: an answer, or why there is none."""

_WRITTEN = tuple(table for table in POSTING_TABLES if table is not TableName.ORDERS)
_REFERENCES = (TableName.CASH, TableName.DOCUMENTS, TableName.DISTRIBUTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan with the rows as it found them."""

    fact: Fact
    plan: Plan
    rows: Mapping[RowId, Row]
    posting: engine.Posting
    number: int | None
    """The number drawn for an open credit."""


class Planner:
    """Plans facts one after the other; each sees what those before it would do. Writes nothing."""

    def __init__(self, tables: OpenTables, ledger: PostingLedger, now: datetime) -> None:
        profile = tables.profile
        self._profile = profile
        self._tables = tables
        self._terms = Terms(profile=profile, now=now)
        self._rows: dict[RowId, Row] = {}
        self._fields: dict[RowId, Mapping[str, FieldValue]] = {}
        self._books = Books(profile, self._find)
        last = ledger.last_number(OPEN_CREDITS) or 0
        self._number = last if last in profile.open_credits else profile.open_credits.first - 1

    def plan(self, fact: Fact) -> Planned | Changed | Refused | Busy:
        """The plan with what it found, or the answer instead.

        Raises:
            FoxProError: the tables cannot be read.
            ConfigurationError: a column that we need is missing.
        """
        number = self._draw_number() if fact.on_account.is_positive else None
        if number is not None and number > self._profile.open_credits.last:
            return Refused(key=fact.key, why="no number is left: widen open_credits in the profile")
        answer = plan_receipt(fact, self._hold(fact, number), self._terms)
        if not isinstance(answer, Plan):
            return answer
        rows = dict(self._rows)
        try:
            posting = to_posting(answer, rows, self._fields, self._tables.bound, self._sums(answer))
        except UnfitValueError as error:
            return Refused(key=fact.key, why=f"{error}: widen the field or post it by hand; nothing is cut")
        self._fields |= fields_after(answer, rows, self._fields, self._tables.bound)
        self._rows = apply_operations(rows, answer.operations)
        return Planned(fact=fact, plan=answer, rows=rows, posting=posting, number=number)

    def describe(self, planned: Planned, recnos: tuple[int, ...] = ()) -> tuple[RowChange, ...]:
        return describe(planned.plan, planned.rows, self._tables.bound, recnos)

    def _hold(self, fact: Fact, number: int | None) -> Held:
        return Held(
            customers=self._books.customers(fact.customer),
            documents={part.invoice: self._books.documents(part.invoice) for part in fact.applications},
            marker=choose_marker(fact, min(self._reference_widths())),
            credit_number="" if number is None else str(number),
        )

    def _find(self, name: TableName, column: str, text: str) -> Iterator[Row]:
        for row, fields in self._tables.find_with_fields(name, column, text):
            row_id = (row.table, row.record)
            self._fields.setdefault(row_id, fields)
            yield self._rows.setdefault(row_id, row)

    def _reference_widths(self) -> Iterator[int]:
        for table in _REFERENCES:
            shape = self._tables.bound(table).shapes.get("reference")
            if shape is not None:
                yield shape.width

    def _sums(self, plan: Plan) -> dict[RowId, engine.Sum]:
        """The totals among the rows that the plan changes."""
        changed = (one for one in plan.operations if not isinstance(one, Append))
        ids = {(one.table, one.record) for one in changed if one.table is TableName.CUSTOMERS}
        rules = {row_id: self._tables.balance_rule(self._rows[row_id]) for row_id in ids}
        return {row_id: rule for row_id, rule in rules.items() if rule is not None}

    def _draw_number(self) -> int:
        """The next number of our own range that no document bears, in the current table or in history."""
        self._number += 1
        while self._books.documents(str(self._number)):
            self._number += 1
        return self._number


class Group:
    """Writes facts of different keys together. Every fact gets its own result."""

    def __init__(self, tables: OpenTables, ledger: PostingLedger, now: datetime) -> None:
        self._tables = tables
        self._ledger = ledger
        self._now = now

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

    def _write_once(self, facts: Iterable[Fact], deferred: set[PostingKey]) -> dict[PostingKey, Result]:
        planner = Planner(self._tables, self._ledger, self._now)
        results: dict[PostingKey, Result] = {}
        planned: dict[str, Planned] = {}
        for fact in facts:
            answer = self._plan(planner, fact)
            if isinstance(answer, Planned):
                planned[answer.posting.id] = answer
            else:
                results[fact.key] = answer
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
                outcome = outcomes[one.posting.id]
                if isinstance(outcome, engine.Written):
                    posted = _posted(planner, one, outcome)
                    record_posting(connection, posted, self._now)
                    if one.number is not None:
                        record_number(connection, OPEN_CREDITS, one.number)
                    written[one.fact.key] = posted

        tables = {name.value: self._tables.table(name) for name in _WRITTEN}
        postings = [one.posting for one in planned.values()]
        outcomes = write_group(
            tables,
            self._ledger.journal,
            postings,
            on_commit=on_commit,
            patience=self._tables.patience,
            hold=HOLD_MAX,
        )
        return outcomes, written


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
        match outcomes[one.posting.id]:
            case engine.Busy(what, by):
                yield key, Busy(key=key, what=f"{what} is locked by {by}")
            case engine.Refused(error) if isinstance(error, FieldError | QuarantineError):
                yield key, Refused(key=key, why=str(error))
            case engine.Refused(error) if not isinstance(error, RecordMissingError):
                yield key, translate(error)
            case engine.Written() | engine.GuardFailed() | engine.Deferred() | engine.Refused():
                pass
