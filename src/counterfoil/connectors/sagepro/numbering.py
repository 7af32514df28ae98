"""Document numbers by the site's rule: a counter of the system table with its mirror, or a range of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from counterfoil.connectors.sagepro.operations import Set
from counterfoil.connectors.sagepro.posting.desk import (
    CREDIT_MEMOS,
    CUSTOMERS,
    OPEN_CREDITS,
    ORDERS,
    NoNumberError,
)
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.reading import Find
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.connectors.sagepro.sales_rules import NumberRule

PROBES_MAX = 100
"""How many taken numbers a counter is stepped over; more mean that it is not the right one."""

_DELETED = "D"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A number with what notes that it is used."""

    name: str
    written: str
    last: int | None = None
    """What the posting ledger notes of a range of ours; None where Sage Pro's counter tells."""
    operations: tuple[Set, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a kind of document stands and where Sage Pro counts it."""

    module: str
    mirror: TableName
    tables: tuple[TableName, ...]


_PLACES: Mapping[str, _Place] = {
    OPEN_CREDITS: _Place(
        module="AR",
        mirror=TableName.RECEIVABLES_COUNTERS,
        tables=(TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY),
    ),
    CREDIT_MEMOS: _Place(
        module="AR",
        mirror=TableName.RECEIVABLES_COUNTERS,
        tables=(TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY),
    ),
    CUSTOMERS: _Place(module="AR", mirror=TableName.RECEIVABLES_COUNTERS, tables=(TableName.CUSTOMERS,)),
    ORDERS: _Place(
        module="SO",
        mirror=TableName.ORDER_COUNTERS,
        tables=(TableName.ORDERS, TableName.ORDER_HISTORY),
    ),
}


class Numberer:
    """Draws numbers that no document bears; each draw sees those before it."""

    def __init__(self, profile: Profile, find: Find, last_number: Callable[[str], int | None]) -> None:
        """`find` must show system rows as the draws before leave them."""
        self._profile = profile
        self._find = find
        self._last_number = last_number
        self._last: dict[str, int] = {}

    def draw(self, name: str) -> Drawn:
        """The next number.

        Raises:
            NoNumberError: the profile names no rule, the range is used up or the counter cannot be used.
        """
        rule = self._rule(name)
        return self._counted(name, rule) if rule.counter else self._ranged(name, rule)

    def accept(self, drawn: Drawn) -> None:
        """Notes that a number is used by what is planned."""
        if drawn.last is not None:
            self._last[drawn.name] = drawn.last

    def _rule(self, name: str) -> NumberRule:
        if name == OPEN_CREDITS:
            numbers = self._profile.open_credits
            return NumberRule(first=numbers.first, last=numbers.last)
        rule = {
            ORDERS: self._profile.numbering.orders,
            CREDIT_MEMOS: self._profile.numbering.credit_memos,
            CUSTOMERS: self._profile.numbering.customers,
        }[name]
        if rule is None:
            raise NoNumberError(f"the profile does not tell how {name} are numbered: give numbering.{name}")
        return rule

    def _ranged(self, name: str, rule: NumberRule) -> Drawn:
        last = self._last.get(name) or self._last_number(name) or 0
        number = (last if rule.first <= last <= rule.last else rule.first - 1) + 1
        while self._is_taken(name, rule.written(number)):
            number += 1
        if number > rule.last:
            entry = name if name == OPEN_CREDITS else f"numbering.{name}"
            raise NoNumberError(f"no number is left: widen {entry} in the profile")
        return Drawn(name=name, written=rule.written(number), last=number)

    def _counted(self, name: str, rule: NumberRule) -> Drawn:
        rows = tuple(self._counters(name, rule.counter))
        used = rows[0].values[rule.counter]
        number = used if isinstance(used, int) else 0
        for _ in range(PROBES_MAX):
            number += 1
            if not self._is_taken(name, rule.written(number)):
                operations = tuple(_raised(row, rule.counter, number) for row in rows)
                return Drawn(name=name, written=rule.written(number), operations=operations)
        raise NoNumberError(
            f"{PROBES_MAX} numbers after {used} in {TableName.SYSTEM.value}.{rule.counter} are taken:"
            f" numbering.{name} names the wrong counter, or somebody must set it right in Sage Pro"
        )

    def _counters(self, name: str, counter: str) -> Iterator[Row]:
        """The system table's row and, where the site has it, its mirror in the company's own tables."""
        place = _PLACES[name]
        key = f"{place.module}{self._profile.company}"
        found = [row for row in self._find(TableName.SYSTEM, "number", key) if not _is_deleted(row)]
        if len(found) != 1:
            raise NoNumberError(
                f"{TableName.SYSTEM.value} has {len(found)} live rows {key}, so that no number can be drawn:"
                f" mend it in Sage Pro or give numbering.{name} a range"
            )
        for row in (*found, *self._find(place.mirror, "number", key)):
            if counter not in row.values:
                raise NoNumberError(f"table {row.table.value} has no column {counter}: see numbering.{name}")
            yield row

    def _is_taken(self, name: str, written: str) -> bool:
        tables = _PLACES[name].tables
        return any(True for table in tables for _ in self._find(table, "number", written))


def _is_deleted(row: Row) -> bool:
    return row.text("flags").startswith(_DELETED)


def _raised(row: Row, counter: str, number: int) -> Set:
    before = row.values[counter]
    return Set(table=row.table, record=row.record, column=counter, before=before, after=number)
