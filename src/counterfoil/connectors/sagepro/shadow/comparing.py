"""What clerks keyed beside what we planned for the same thing, differences explained; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from counterfoil.connectors.sagepro.calibration.comparing import is_same, text_of
from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.records import COLUMNS, Row, TableName, Value
from counterfoil.domain.facts.fact import Fact

_EXPECTED = frozenset({"number", "paid", "discount", "paid_on", "base_paid", "base_discount"})
"""Told in words of their own."""
PERSONAL = frozenset({"reference", "user", "added_by", "added_on", "added_at"})
"""Nobody's are alike: the clerk's check number, who keyed it and when."""


class State(StrEnum):
    """What became of a plan."""

    WAITING = "not keyed yet"
    SAME = "keyed as planned"
    OTHERWISE = "keyed otherwise"
    BEFORE = "keyed before"
    """It was in the books before it was planned, so that there is no plan to compare."""
    APART = "not compared"
    """It is of a kind that is not compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """A plan with what became of it."""

    summary: str
    key: str
    state: State
    by: str = ""
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a clerk's rows must look like to stand for a plan."""

    amount: Decimal
    """The money in all; negative where it goes back."""
    day: date
    documents: Mapping[str, str] = field(default_factory=dict)
    """The documents that both should name, with the word for each."""
    counted: frozenset[str] = frozenset()
    """The documents whose rows add up to the amount; empty for all rows."""

    def fits(self, rows: Sequence[Row]) -> bool:
        """The same amount, else the same direction on one of the documents."""
        sum_ = self._sum(rows)
        same_direction = (sum_ < 0) == (self.amount < 0) and sum_ != 0
        return sum_ == self.amount or (same_direction and bool(self._named(rows)))

    def rank(self, rows: Sequence[Row]) -> tuple[bool, int, int]:
        """The less, the likelier."""
        day = rows[0].day("paid_on") or date.min
        return self._sum(rows) != self.amount, -len(self._named(rows)), abs((day - self.day).days)

    def _sum(self, rows: Sequence[Row]) -> Decimal:
        return _sum([row for row in rows if not self.counted or row.text("number") in self.counted], "paid")

    def _named(self, rows: Sequence[Row]) -> Collection[str]:
        return self.documents.keys() & {row.text("number") for row in rows}


def choose(wanted: Wanted, groups: Sequence[Sequence[Row]]) -> Sequence[Row] | None:
    """The rows that most likely are what was planned."""
    return min(filter(wanted.fits, groups), key=wanted.rank, default=None)


def compare_money(entry: Entry, wanted: Wanted, keyed: Sequence[Row]) -> Keyed:
    """The plan's rows of the cash table against the clerk's."""
    plan = [row.values for row in entry.new if row.table is TableName.CASH]
    if not plan:
        return told(entry.fact, State.BEFORE, keyed)
    found = (*_amounts(wanted, plan, keyed), *_days(wanted, plan, keyed), *_columns(plan, keyed))
    return compared(entry.fact, keyed, found)


def compared(fact: Fact, keyed: Sequence[Row], differences: Sequence[str]) -> Keyed:
    """As planned, unless something differs."""
    state = State.OTHERWISE if differences else State.SAME
    return told(fact, state, keyed, tuple(dict.fromkeys(differences)))


def told(fact: Fact, state: State, keyed: Sequence[Row] = (), differences: tuple[str, ...] = ()) -> Keyed:
    by = keyed[0].text("user") or keyed[0].text("added_by") if keyed else ""
    return Keyed(summary=fact.summary, key=str(fact.key), state=state, by=by, differences=differences)


def other_columns(
    table: TableName, plan: Mapping[str, Value], keyed: Row, apart: Collection[str] = ()
) -> Iterator[str]:
    """Columns of one row that hold something else; those told of apart are left out."""
    columns = COLUMNS[table]
    for name, theirs in keyed.values.items():
        if name in plan and name in columns and name not in apart and not is_same(plan[name], theirs):
            ours = text_of(plan[name])
            yield f"{columns[name].field}: keyed {text_of(theirs)!r}, planned {ours!r}"


def _amounts(wanted: Wanted, plan: Sequence[Mapping[str, Value]], keyed: Sequence[Row]) -> Iterator[str]:
    """Which documents took how much; what stands on one of no plan is money on account or elsewhere."""
    ours: dict[str, Decimal] = {}
    for values in plan:
        name = str(values["number"]) if values["number"] in wanted.documents else ""
        ours[name] = ours.get(name, Decimal(0)) + _amount(values, "paid")
    theirs: dict[str, Decimal] = {}
    strangers: dict[str, list[str]] = {}
    for row in keyed:
        name = row.text("number") if row.text("number") in wanted.documents else ""
        theirs[name] = theirs.get(name, Decimal(0)) + row.money("paid")
        strangers.setdefault(name, []).append(row.text("number"))
    for name in dict.fromkeys((*ours, *theirs)):
        planned, received = ours.get(name, Decimal(0)), theirs.get(name, Decimal(0))
        if planned != received:
            others = f"other documents ({', '.join(strangers.get(name, ['none']))})"
            where = f"{wanted.documents[name]} {name}" if name else others
            yield f"{where}: keyed {received:.2f}, planned {planned:.2f}"
    taken, given = _sum(keyed, "discount"), sum((_amount(values, "discount") for values in plan), Decimal(0))
    if taken != given:
        yield f"discount: keyed {taken:.2f}, planned {given:.2f}"


def _days(wanted: Wanted, plan: Sequence[Mapping[str, Value]], keyed: Sequence[Row]) -> Iterator[str]:
    planned = plan[0].get("paid_on") or wanted.day
    for day in dict.fromkeys(row.day("paid_on") for row in keyed):
        if day != planned:
            yield f"dated {text_of(day) or 'nowhere'}, planned {text_of(planned)}: see posting_date"


def _columns(plan: Sequence[Mapping[str, Value]], keyed: Sequence[Row]) -> Iterator[str]:
    """Other columns of the rows on documents that both name, each beside the planned one most like it."""
    for row in keyed:
        same = [values for values in plan if str(values["number"]) == row.text("number")]
        nearest = min(same, key=lambda values: _amount(values, "paid") != row.money("paid"), default=None)
        if nearest is not None:
            yield from other_columns(TableName.CASH, nearest, row, _EXPECTED | PERSONAL)


def _amount(values: Mapping[str, Value], column: str) -> Decimal:
    value = values.get(column)
    return value if isinstance(value, Decimal) else Decimal(0)


def _sum(rows: Sequence[Row], column: str) -> Decimal:
    return sum((row.money(column) for row in rows), Decimal(0))
