"""What Sage Pro wrote beside what we would have written, row by row and column by column; pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from counterfoil.connectors.sagepro.calibration.changes import RowDelta
from counterfoil.connectors.sagepro.describing import Fields

WHOLE_ROW = "*"
_TIME = re.compile(r"\d\d:\d\d:\d\d")
_SHOWN_MAX = 8


class Verdict(StrEnum):
    """How a column of a posting stands to what Sage Pro wrote, best first."""

    AGREES = "agrees"
    OURS_ALONE = "ours alone"
    """We write it, Sage Pro leaves it."""
    THEIRS_ALONE = "theirs alone"
    """Sage Pro writes it, we leave it."""
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class OurRow:
    """One row of our plan, by the site's own names; a new one has no record number."""

    table: str
    record: int | None
    fields: Fields
    """Of a new row all that is written, of a changed one what changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nature:
    """Columns that no two programs fill alike: who wrote the row and when, and numbers that were drawn."""

    users: frozenset[tuple[str, str]]
    """By table and column: any text agrees."""
    times: frozenset[tuple[str, str]]
    """Any time of day agrees."""
    days: frozenset[tuple[str, str]]
    """The day on which the row was added: any day agrees."""
    numbers: frozenset[tuple[str, str]]
    """Document numbers: ours may stand for the one that Sage Pro drew, everywhere alike."""
    heads: frozenset[tuple[str, str]]
    """The columns in which new documents get their numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One column, over all rows of its table that were added, or that were changed."""

    table: str
    column: str
    is_new: bool
    """Whether it is of rows that were added."""
    verdict: Verdict
    theirs: str = ""
    ours: str = ""

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"

    @property
    def told(self) -> str:
        rows = "new rows" if self.is_new else "changed rows"
        if self.column == WHOLE_ROW:
            who, row = ("Sage Pro", self.theirs) if self.theirs else ("Counterfoil", self.ours)
            return f"{self.table}: {who} alone writes a row of {row}"
        theirs = f"Sage Pro wrote {self.theirs!r}" if self.theirs else "Sage Pro wrote nothing"
        ours = f"Counterfoil writes {self.ours!r}" if self.ours else "Counterfoil writes nothing"
        return f"{self.name} in {rows}: {theirs}, {ours}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that both wrote, and the numbers that Sage Pro drew where we drew one."""

    findings: tuple[Finding, ...]
    numbers: Mapping[str, str]
    """What Sage Pro drew, by what we drew."""

    @property
    def differences(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.verdict is not Verdict.AGREES)


def compare(theirs: Sequence[RowDelta], ours: Sequence[OurRow], nature: Nature) -> Comparison:
    """Pairs new rows by how much of them is equal, changed rows by their numbers."""
    news = [delta for delta in theirs if delta.before is None]
    plans = [row for row in ours if row.record is None]
    drawn = dict(_drawn(news, plans, nature))
    plans = [_renumbered(row, drawn, nature) for row in plans]
    found = [*_new_rows(news, plans, nature), *_changed_rows(theirs, ours, drawn, nature)]
    return Comparison(findings=tuple(_merged(found)), numbers=drawn)


def _drawn(theirs: Sequence[RowDelta], ours: Sequence[OurRow], nature: Nature) -> Iterator[tuple[str, str]]:
    """The number that Sage Pro gave to each new document of ours."""
    for table, column in nature.heads:
        mine = [row for row in ours if row.table == table]
        others = [delta for delta in theirs if delta.table == table]
        for row, delta in _paired(mine, others, leaving=column):
            ours_, theirs_ = text_of(row.fields.get(column)).strip(), text_of((delta.after or {})[column])
            if ours_ and theirs_.strip() and ours_ != theirs_.strip():
                yield ours_, theirs_.strip()


def _renumbered(row: OurRow, drawn: Mapping[str, str], nature: Nature) -> OurRow:
    fields = {
        column: _number_for(value, drawn) if (row.table, column) in nature.numbers else value
        for column, value in row.fields.items()
    }
    return OurRow(table=row.table, record=row.record, fields=fields)


def _number_for(value: object, drawn: Mapping[str, str]) -> object:
    """Where our number stands, theirs, in the same width."""
    text = str(value or "")
    number = drawn.get(text.strip())
    return value if number is None else number.rjust(len(text))


def _paired(
    ours: Sequence[OurRow], theirs: Sequence[RowDelta], leaving: str = ""
) -> Iterator[tuple[OurRow, RowDelta]]:
    """The best pairs first; a row stands in one pair at most."""
    scored = sorted(
        (
            (-_likeness(row, delta, leaving), mine, other)
            for mine, row in enumerate(ours)
            for other, delta in enumerate(theirs)
        ),
    )
    mine_left, others_left = set(range(len(ours))), set(range(len(theirs)))
    for _, mine, other in scored:
        if mine in mine_left and other in others_left:
            mine_left.remove(mine)
            others_left.remove(other)
            yield ours[mine], theirs[other]


def _likeness(row: OurRow, delta: RowDelta, leaving: str) -> int:
    after = delta.after or {}
    return sum(
        is_filled(value) and is_same(value, after.get(column))
        for column, value in row.fields.items()
        if column != leaving
    )


def _new_rows(theirs: Sequence[RowDelta], ours: Sequence[OurRow], nature: Nature) -> Iterator[Finding]:
    for table in sorted({row.table for row in ours} | {delta.table for delta in theirs}):
        mine = [row for row in ours if row.table == table]
        others = [delta for delta in theirs if delta.table == table]
        pairs = list(_paired(mine, others))
        for row, delta in pairs:
            yield from _cells(row, delta.after or {}, nature, is_new=True)
        paired = {id(part) for pair in pairs for part in pair}
        for row in mine:
            if id(row) not in paired:
                yield _whole(table, Verdict.OURS_ALONE, ours=_summary(row.fields))
        for delta in others:
            if id(delta) not in paired:
                yield _whole(table, Verdict.THEIRS_ALONE, theirs=_summary(delta.after or {}))


def _changed_rows(
    theirs: Sequence[RowDelta], ours: Sequence[OurRow], drawn: Mapping[str, str], nature: Nature
) -> Iterator[Finding]:
    mine = {(row.table, row.record): row for row in ours if row.record is not None}
    others = {(delta.table, delta.record): delta for delta in theirs if delta.before is not None}
    for table, record in sorted(mine.keys() | others.keys()):
        row = mine.get((table, record)) or OurRow(table=table, record=record, fields={})
        delta = others.get((table, record))
        if delta is not None and delta.after is None:
            yield _whole(table, Verdict.THEIRS_ALONE, theirs=f"{_summary(delta.before or {})}, deleted")
            continue
        after = delta.after or {} if delta else {}
        changed = {column: after[column] for column in delta.changed} if delta else {}
        yield from _cells(_renumbered(row, drawn, nature), changed, nature, is_new=False)


def _cells(row: OurRow, theirs: Fields, nature: Nature, *, is_new: bool) -> Iterator[Finding]:
    """A blank in a new row is nothing; in a changed row it may be what somebody wrote."""
    for column in dict.fromkeys((*row.fields, *theirs)):
        ours_, theirs_ = row.fields.get(column), theirs.get(column)
        wrote_ours = column in row.fields and (not is_new or is_filled(ours_))
        wrote_theirs = column in theirs and (not is_new or is_filled(theirs_))
        if not wrote_ours and not wrote_theirs and column not in row.fields:
            continue
        verdict = Verdict.DIFFERS
        if wrote_ours == wrote_theirs and _agree((row.table, column), ours_, theirs_, nature):
            verdict = Verdict.AGREES
        elif not wrote_theirs:
            verdict = Verdict.OURS_ALONE
        elif not wrote_ours:
            verdict = Verdict.THEIRS_ALONE
        yield Finding(
            table=row.table,
            column=column,
            is_new=is_new,
            verdict=verdict,
            theirs=text_of(theirs_) if wrote_theirs else "",
            ours=text_of(ours_) if wrote_ours else "",
        )


def _agree(place: tuple[str, str], ours: object, theirs: object, nature: Nature) -> bool:
    if place in nature.users:
        return is_filled(ours) == is_filled(theirs)
    if place in nature.times:
        return all(_TIME.fullmatch(str(each or "").strip()) for each in (ours, theirs))
    if place in nature.days:
        return isinstance(ours, date) and isinstance(theirs, date)
    return is_same(ours, theirs)


def _whole(table: str, verdict: Verdict, *, theirs: str = "", ours: str = "") -> Finding:
    return Finding(table=table, column=WHOLE_ROW, is_new=True, verdict=verdict, theirs=theirs, ours=ours)


def _merged(found: Iterable[Finding]) -> Iterator[Finding]:
    """Of each column the worst that was found; whole rows one by one."""
    columns: dict[tuple[str, str, bool], list[Finding]] = defaultdict(list)
    for each in found:
        if each.column == WHOLE_ROW:
            yield each
        else:
            columns[each.table, each.column, each.is_new].append(each)
    order = list(Verdict)
    for findings in columns.values():
        yield max(findings, key=lambda each: order.index(each.verdict))


def _summary(fields: Fields) -> str:
    filled = [f"{name} {text_of(value)}" for name, value in fields.items() if is_filled(value)]
    return ", ".join(filled[:_SHOWN_MAX])


def is_filled(value: object) -> bool:
    """Whether a field holds something: blanks, zero, no date and false are nothing."""
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def is_same(one: object, other: object) -> bool:
    """Equal, but for blanks at the end; nothing is like nothing, and blanks in front count."""
    if not is_filled(one) and not is_filled(other):
        return True
    if isinstance(one, str) and isinstance(other, str):
        return one.rstrip() == other.rstrip()
    if isinstance(one, str | date | bool) or isinstance(other, str | date | bool):
        return one == other
    return Decimal(str(one or 0)) == Decimal(str(other or 0))


def text_of(value: object) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
        case _:
            return str(value).rstrip()
