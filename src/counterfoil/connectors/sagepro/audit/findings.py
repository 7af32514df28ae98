"""What the audit looks at, what it finds, and what a check is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar

from counterfoil.connectors.sagepro.profile import Codes
from counterfoil.connectors.sagepro.records import Certainty, Row, TableName

ZERO = Decimal(0)
FINDINGS_MAX = 10_000
"""So many findings of one check are kept; with more of them the rule does not fit the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One value that is not what it must be; the difference is found minus expected, None for no number."""

    check: str = ""
    table: TableName
    record: int
    key: str
    column: str
    expected: str
    found: str
    difference: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that could not be read, and why."""

    table: TableName
    record: int
    why: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many records a table's header tells, and how many lie in its file."""

    header: int
    found: int


@dataclass(frozen=True, slots=True)
class Group:
    """Every row that bears one key, such as a document's number, in the order of the files."""

    key: str
    rows: Mapping[TableName, Sequence[Row]]

    def of(self, *tables: TableName) -> Iterator[Row]:
        for table in tables:
            yield from self.rows.get(table, ())

    def has(self, *tables: TableName) -> bool:
        return any(self.rows.get(table) for table in tables)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a rule needs to know beside the rows: the site's codes, its columns, and its lists of masters."""

    codes: Codes
    columns: Mapping[TableName, Collection[str]]
    """Our columns that each table has; a table that is missing is absent."""
    customers: Collection[str] = frozenset()
    items: Collection[str] = frozenset()
    accounts: Collection[str] = frozenset()
    links: Collection[tuple[str, str]] = frozenset()
    """Pairs of sales code and stock code that lead to accounts."""
    sales_codes: Collection[str] = frozenset()

    def has(self, table: TableName, columns: Iterable[str]) -> bool:
        present = self.columns.get(table, ())
        return all(column in present for column in columns)

    def is_void(self, document: Row) -> bool:
        return document.text("status") in self.codes.void


Thing = TypeVar("Thing")
Look = Callable[[Thing, Terms], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule(Generic[Thing]):
    """One way in which a thing may be right."""

    meaning: str
    look: Look[Thing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[Thing]):
    """One invariant of the books.

    Where sites differ, there are several rules, the usual one first; the site's own rows decide.
    """

    name: str
    rules: tuple[Rule[Thing], ...]
    needs: Mapping[TableName, tuple[str, ...]] = field(default_factory=dict)
    """Tables and columns without which the check would find what is no fault."""
    certainty: Certainty | None = None
    """Of the columns that it rests on, where `needs` does not name them."""


def same(
    row: Row, key: str, column: str, expected: Decimal, found: Decimal | None = None
) -> Iterator[Finding]:
    """Compares the column, or what was found elsewhere, with the expected number."""
    value = row.money(column) if found is None else found
    if value != expected:
        yield Finding(
            table=row.table,
            record=row.record,
            key=key,
            column=column,
            expected=plain(expected),
            found=plain(value),
            difference=value - expected,
        )


def wrong(row: Row, key: str, column: str, expected: str, found: str | None = None) -> Finding:
    """The column, or what was found elsewhere, is not as it must be."""
    return Finding(
        table=row.table,
        record=row.record,
        key=key,
        column=column,
        expected=expected,
        found=row.text(column) if found is None else found,
    )


def plain(number: Decimal) -> str:
    """A number as people write it: two decimals at least, no zeros behind them."""
    exponent = number.normalize().as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{number:.{places}f}"


def total_of(rows: Iterator[Row], column: str) -> Decimal:
    return sum((row.money(column) for row in rows), ZERO)
