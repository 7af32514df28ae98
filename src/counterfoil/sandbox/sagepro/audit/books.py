"""The books as an auditor reads them: live rows by table, and what is found wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

_ZERO = Decimal(0)
DEAD = frozenset({"V", "X"})
"""Codes in arstat of documents that no longer count: void and cancelled."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One live row with the number of its record."""

    table: str
    record: int
    values: Mapping[str, object]

    def raw(self, column: str) -> str:
        return str(self.values.get(column) or "")

    def text(self, column: str) -> str:
        return self.raw(column).strip()

    def amount(self, column: str) -> Decimal:
        """A number; blank counts as nothing."""
        value = self.values.get(column)
        return Decimal(value) if isinstance(value, int | Decimal) else _ZERO


@dataclass(frozen=True, slots=True)
class Count:
    """What a table's header says about its records, and what lies in the file."""

    header: int
    found: int


@dataclass(frozen=True, slots=True)
class Books:
    """All tables of one company."""

    tables: Mapping[str, Sequence[Entry]]
    counts: Mapping[str, Count] = field(default_factory=dict)

    def rows(self, *tables: str) -> Iterator[Entry]:
        for table in tables:
            yield from self.tables.get(table, ())

    def by(self, table: str, column: str) -> dict[str, Entry]:
        return {entry.text(column): entry for entry in self.rows(table)}

    def documents(self) -> Iterator[Entry]:
        """Every document once: what stands in history too counts by its current row."""
        current = self.by("armast", "invno")
        yield from self.rows("armast")
        yield from (entry for entry in self.rows("arymst") if entry.text("invno") not in current)

    def live_documents(self) -> Iterator[Entry]:
        return (entry for entry in self.documents() if entry.text("arstat") not in DEAD)

    def firm_orders(self) -> Iterator[Entry]:
        """Open orders that are demand: neither bids nor returns."""
        for entry in self.rows("somast"):
            if not entry.text("sostat") and entry.text("sotype") in {"", "O"}:
                yield entry


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not what it must be; `amount` is found minus expected, zero where it is no number."""

    table: str
    record: int
    key: str
    column: str
    expected: str
    found: str
    amount: Decimal = _ZERO


Finding = Difference | None
"""What looking at one thing gives; None is as it should be."""


@dataclass(frozen=True, slots=True)
class Check:
    """A rule of the books: its name, what it means, how it is looked at."""

    name: str
    meaning: str
    look: Callable[[Books], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: how much it looked at, and every difference."""

    name: str
    meaning: str
    looked_at: int
    differences: tuple[Difference, ...]

    @property
    def ok(self) -> bool:
        return not self.differences


def same(entry: Entry, key: str, column: str, expected: Decimal, found: Decimal | None = None) -> Finding:
    """Compares the column, or what was found elsewhere, with the expected number."""
    value = entry.amount(column) if found is None else found
    if value == expected:
        return None
    return Difference(entry.table, entry.record, key, column, str(expected), str(value), value - expected)


def holds(entry: Entry, key: str, column: str, expected: str, *, ok: bool) -> Finding:
    return None if ok else Difference(entry.table, entry.record, key, column, expected, entry.raw(column))


def sums(entries: Iterable[Entry], key: Callable[[Entry], str], column: str) -> dict[str, Decimal]:
    result: dict[str, Decimal] = {}
    for entry in entries:
        result[key(entry)] = result.get(key(entry), _ZERO) + entry.amount(column)
    return result


def judged(check: Check, books: Books) -> Verdict:
    findings = list(check.look(books))
    differences = tuple(finding for finding in findings if finding is not None)
    return Verdict(check.name, check.meaning, len(findings), differences)
