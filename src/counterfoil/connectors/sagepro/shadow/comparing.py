"""What clerks keyed beside what we planned for the same money, differences explained; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from counterfoil.connectors.sagepro.calibration.comparing import is_same, text_of
from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.records import COLUMNS, Row, TableName, Value
from counterfoil.domain.facts.receipt import ReceiptFact

_EXPECTED = frozenset({"number", "paid", "discount", "paid_on", "base_paid", "base_discount"})
"""Told in words of their own."""
_PERSONAL = frozenset({"reference", "user", "added_by", "added_on", "added_at"})
"""Nobody's are alike: the clerk's check number, who keyed it and when."""


class State(StrEnum):
    """What became of a plan."""

    WAITING = "not keyed yet"
    SAME = "keyed as planned"
    OTHERWISE = "keyed otherwise"
    BEFORE = "keyed before"
    """It was in the books before it was planned, so that there is no plan to compare."""
    APART = "not compared"
    """It is of a kind that is not compared yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """A plan with what became of it."""

    summary: str
    key: str
    state: State
    by: str = ""
    differences: tuple[str, ...] = ()


def choose(fact: ReceiptFact, groups: Sequence[Sequence[Row]]) -> Sequence[Row] | None:
    """The rows that most likely are the fact: the same amount in all, else its invoices; the nearest day."""
    invoices = {part.invoice for part in fact.applications}
    ranked = sorted(
        (
            (_sum(rows, "paid") != fact.amount.amount, _days_apart(fact, rows), place)
            for place, rows in enumerate(groups)
            if _sum(rows, "paid") == fact.amount.amount
            or (invoices and invoices & {row.text("number") for row in rows})
        ),
    )
    return groups[ranked[0][2]] if ranked else None


def compare_receipt(entry: Entry, fact: ReceiptFact, keyed: Sequence[Row]) -> Keyed:
    """The plan's receipts row by row against the clerk's."""
    plan = [row.values for row in entry.new if row.table is TableName.CASH]
    if not plan:
        return _told(fact, State.BEFORE, keyed)
    differences = tuple(
        dict.fromkeys((*_amounts(fact, plan, keyed), *_days(fact, plan, keyed), *_columns(plan, keyed)))
    )
    return _told(fact, State.OTHERWISE if differences else State.SAME, keyed, differences)


def _told(fact: ReceiptFact, state: State, keyed: Sequence[Row], differences: tuple[str, ...] = ()) -> Keyed:
    by = keyed[0].text("user") or keyed[0].text("added_by")
    return Keyed(summary=fact.summary, key=str(fact.key), state=state, by=by, differences=differences)


def _amounts(fact: ReceiptFact, plan: Sequence[Mapping[str, Value]], keyed: Sequence[Row]) -> Iterator[str]:
    """Which invoices took how much; what stands on a document of no plan is money on account or elsewhere."""
    invoices = {str(part.invoice) for part in fact.applications}
    ours: dict[str, Decimal] = {}
    for values in plan:
        name = str(values["number"]) if values["number"] in invoices else ""
        ours[name] = ours.get(name, Decimal(0)) + _amount(values, "paid")
    theirs: dict[str, Decimal] = {}
    strangers: dict[str, list[str]] = {}
    for row in keyed:
        name = row.text("number") if row.text("number") in invoices else ""
        theirs[name] = theirs.get(name, Decimal(0)) + row.money("paid")
        strangers.setdefault(name, []).append(row.text("number"))
    for name in dict.fromkeys((*ours, *theirs)):
        planned, received = ours.get(name, Decimal(0)), theirs.get(name, Decimal(0))
        if planned != received:
            where = (
                f"invoice {name}" if name else f"other documents ({', '.join(strangers.get(name, ['none']))})"
            )
            yield f"{where}: keyed {received:.2f}, planned {planned:.2f}"
    taken, given = _sum(keyed, "discount"), sum((_amount(values, "discount") for values in plan), Decimal(0))
    if taken != given:
        yield f"discount: keyed {taken:.2f}, planned {given:.2f}"


def _days(fact: ReceiptFact, plan: Sequence[Mapping[str, Value]], keyed: Sequence[Row]) -> Iterator[str]:
    planned = plan[0].get("paid_on") or fact.received_on
    for day in dict.fromkeys(row.day("paid_on") for row in keyed):
        if day != planned:
            yield f"dated {text_of(day) or 'nowhere'}, planned {text_of(planned)}: see posting_date"


def _columns(plan: Sequence[Mapping[str, Value]], keyed: Sequence[Row]) -> Iterator[str]:
    """Other columns of the receipts' rows, on the documents that both name."""
    columns = COLUMNS[TableName.CASH]
    by_number = {str(values["number"]): values for values in plan}
    for row in keyed:
        values = by_number.get(row.text("number"))
        for name, theirs in row.values.items():
            if values is None or name in _EXPECTED | _PERSONAL or name not in columns or name not in values:
                continue
            if not is_same(values[name], theirs):
                field = columns[name].field
                yield f"{field}: keyed {text_of(theirs)!r}, planned {text_of(values[name])!r}"


def _amount(values: Mapping[str, Value], column: str) -> Decimal:
    value = values.get(column)
    return value if isinstance(value, Decimal) else Decimal(0)


def _sum(rows: Sequence[Row], column: str) -> Decimal:
    return sum((row.money(column) for row in rows), Decimal(0))


def _days_apart(fact: ReceiptFact, rows: Sequence[Row]) -> int:
    day = rows[0].day("paid_on") or date.min
    return abs((day - fact.received_on).days)
