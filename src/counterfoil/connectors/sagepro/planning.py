"""Plans facts one on top of the other, over whatever holds a company's tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from counterfoil.connectors.sagepro.additions import AdditionError
from counterfoil.connectors.sagepro.binding import BoundTable, UnfitValueError
from counterfoil.connectors.sagepro.describing import Fields, describe, fields_after
from counterfoil.connectors.sagepro.entries import Entry, entry_of
from counterfoil.connectors.sagepro.judgements import NOBODY_ASKED, Judgement
from counterfoil.connectors.sagepro.numbering import Drawn, Numberer
from counterfoil.connectors.sagepro.operations import Append, Plan, RowId, apply_operations
from counterfoil.connectors.sagepro.posting import dispatch
from counterfoil.connectors.sagepro.posting.added import with_additions
from counterfoil.connectors.sagepro.posting.desk import Desk, Terms
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.reading import Books
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.ports.encoding import FACT
from counterfoil.ports.erp import Busy, Changed, KeyedByHand, Refused, RowChange

_REFERENCES = (TableName.CASH, TableName.DOCUMENTS, TableName.DISTRIBUTIONS)
_STAGES = frozenset({Effect.CHARGEBACK_FEE, Effect.CHARGEBACK_OUTCOME})


class Tables(Protocol):
    """One company's tables as the planner needs them, whatever keeps them."""

    @property
    def profile(self) -> Profile: ...

    def has(self, name: TableName) -> bool:
        """Whether the site has the table; those that every posting needs are always there."""
        ...

    def bound(self, name: TableName) -> BoundTable:
        """Our columns in the table."""
        ...

    def find_with_fields(self, name: TableName, column: str, text: str) -> Iterator[tuple[Row, Fields]]:
        """The live rows whose column holds the text, each with the site's own fields as they were read.

        A plan rests on them: where the backend can, they stay as they are until it is written.
        """
        ...

    def find(self, name: TableName, column: str, text: str) -> Iterator[Row]:
        """The same rows, for a look on which no plan rests."""
        ...

    def moved_receipts(self, customer: str, since: date) -> Iterable[Row]:
        """The customer's receipts that were moved to history, from that day on; no plan rests on them."""
        ...


class Ledger(Protocol):
    """The posting ledger as the planner needs it."""

    def last_number(self, name: str) -> int | None: ...

    def entry(self, key: PostingKey) -> Entry | None: ...

    def citing(self, key: PostingKey) -> tuple[Entry, ...]: ...


Over = Callable[[Ledger], Ledger]
"""What stands over the posting ledger for a plan that is not carried out."""


def _nobody_judged(_key: PostingKey) -> Judgement:
    return NOBODY_ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan with the rows as it found them, by our columns and by the site's own fields."""

    fact: Fact
    plan: Plan
    rows: Mapping[RowId, Row]
    fields: Mapping[RowId, Fields]
    numbers: Mapping[str, int]
    """The numbers drawn, by the name of their range."""

    @property
    def entry(self) -> Entry:
        return entry_of(self.fact, self.plan, self.rows)


def touched(fact: Fact) -> frozenset[PostingKey]:
    """The postings that a fact makes or builds on; facts that share one are planned one after the other.

    All stages of a dispute touch it: whether a fee comes back depends on how it ended. A receipt and an
    unidentified receipt of one payment are the same money, so that they count as one.
    """
    keys = frozenset(_as_money(key) for key in (fact.key, *fact.cites))
    return keys | {PostingKey(key.lineage, Effect.CHARGEBACK) for key in keys if key.effect in _STAGES}


def _as_money(key: PostingKey) -> PostingKey:
    is_money = key.effect in {Effect.RECEIPT, Effect.UNIDENTIFIED}
    return PostingKey(key.lineage, Effect.RECEIPT) if is_money else key


def independent(facts: Iterable[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Facts that may be planned together, and those that build on the same postings as one of them.

    The second are planned once the ledger tells what became of the first.
    """
    now: list[Fact] = []
    later: list[Fact] = []
    taken: frozenset[PostingKey] = frozenset()
    for fact in facts:
        keys = touched(fact)
        (later if keys & taken else now).append(fact)
        taken |= keys
    return now, later


class Planner:
    """Plans facts one after the other; each sees what those before it would do. Writes nothing."""

    def __init__(
        self,
        tables: Tables,
        ledger: Ledger,
        now: datetime,
        judgement: Callable[[PostingKey], Judgement] = _nobody_judged,
        pending: Iterable[Append] = (),
    ) -> None:
        """`pending` are rows that are on their way into the books already."""
        self._tables = tables
        self._ledger = ledger
        self._judgement = judgement
        self._terms = Terms(profile=tables.profile, now=now)
        self._rows: dict[RowId, Row] = {}
        self._fields: dict[RowId, Fields] = {}
        self._books = Books(tables.profile, self._find)
        self._numberer = Numberer(tables.profile, self._find, ledger.last_number)
        self._pending: list[Append] = list(pending)

    def plan(self, fact: Fact) -> Planned | Changed | KeyedByHand | Refused | Busy:
        """The plan with what it found, or the answer instead.

        Raises:
            FoxProError: the tables cannot be read.
            ConfigurationError: a column that we need is missing.
        """
        drawn: list[Drawn] = []

        def draw(name: str) -> str:
            drawn.append(self._numberer.draw(name))
            return drawn[-1].written

        answer = dispatch.plan(fact, self._desk(draw))
        if not isinstance(answer, Plan):
            return answer
        try:
            answer = self._with_additions(_noting(answer, drawn), fact)
        except AdditionError as error:
            return Refused(key=fact.key, why=f"{error}: mend the profile")
        rows, fields = dict(self._rows), dict(self._fields)
        bound = self._tables.bound
        try:
            for one in answer.operations:
                if isinstance(one, Append):
                    bound(one.table).render(one.values)
            self._fields |= fields_after(answer, rows, fields, bound)
        except UnfitValueError as error:
            return Refused(key=fact.key, why=f"{error}: widen the field or post it by hand; nothing is cut")
        self._take(answer, drawn)
        return Planned(fact=fact, plan=answer, rows=rows, fields=fields, numbers=_last(drawn))

    def _take(self, plan: Plan, drawn: Iterable[Drawn]) -> None:
        """What is planned from now on sees what this plan does."""
        self._rows = apply_operations(self._rows, plan.operations)
        self._pending += [one for one in plan.operations if isinstance(one, Append)]
        for one in drawn:
            self._numberer.accept(one)

    def _with_additions(self, plan: Plan, fact: Fact) -> Plan:
        """A reversal bears what the posting bore, which the ledger tells."""
        if isinstance(fact, ReversalFact):
            return plan
        return with_additions(plan, fact, FACT.word(fact), self._tables.profile)

    def describe(self, planned: Planned, recnos: tuple[int, ...] = ()) -> tuple[RowChange, ...]:
        return describe(planned.plan, planned.rows, self._tables.bound, recnos)

    def _desk(self, draw: Callable[[str], str]) -> Desk:
        return Desk(
            terms=self._terms,
            books=self._books,
            marker_width=min(self._reference_widths()),
            draw=draw,
            entry=self._ledger.entry,
            citing=self._ledger.citing,
            judgement=self._judgement,
            look=self._tables.find,
            moved_receipts=self._tables.moved_receipts,
            has=self._tables.has,
            columns=lambda name: self._tables.bound(name).shapes,
            pending=lambda name: (one.values for one in self._pending if one.table is name),
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


def _noting(plan: Plan, drawn: Iterable[Drawn]) -> Plan:
    """The plan, which raises the counters that its numbers came from."""
    raised = (operation for one in drawn for operation in one.operations)
    return replace(plan, operations=(*plan.operations, *raised))


def _last(drawn: Iterable[Drawn]) -> Mapping[str, int]:
    return {one.name: one.last for one in drawn if one.last is not None}
