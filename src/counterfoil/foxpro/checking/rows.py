"""Whether every record of a table reads, and whether its memos lie where the memo file has them."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.foxpro.checking.memos import MemoCheck
from counterfoil.foxpro.errors import BusyError, FieldError, MemoError
from counterfoil.foxpro.index.findings import Advance, Finding, Severity
from counterfoil.foxpro.records.fields import NoValue
from counterfoil.foxpro.records.record import DELETED, LIVE
from counterfoil.foxpro.table import Table

ROWS_PER_STEP = 4096
FLAGS = frozenset({LIVE[0], DELETED[0]})


class RowCheck:
    """Looks at the first `count` records."""

    def __init__(self, table: Table, count: int, advance: Advance) -> None:
        self._table = table
        self._count = count
        self._advance = advance
        self._memos = MemoCheck(table)
        self._highest = {field.name: 0 for field in table.codec.fields if field.is_autoincrement}

    def findings(self) -> Iterator[Finding]:
        self._advance("rows", 0, self._count)
        for recno, raw in self._table.storage.raws():
            if recno > self._count:
                break
            if recno % ROWS_PER_STEP == 0:
                self._advance("rows", recno, self._count)
            if any(self._faults(recno, raw)):
                yield from self._settled(recno)
        yield from self._memos.findings()
        yield from self._counters()

    def _faults(self, recno: int, raw: bytes) -> Iterator[str]:
        if raw[0] not in FLAGS:
            yield f"record {recno} begins with {raw[:1]!r} instead of a deletion flag"
        try:
            values = self._table.codec.decode(raw, recno)
            for name, highest in self._highest.items():
                number = values[name]
                self._highest[name] = max(highest, number) if isinstance(number, int) else highest
            self._memos.take(values)
        except (FieldError, MemoError) as error:
            yield f"record {recno}: {error}"
        else:
            for name in (name for name, value in values.items() if value is NoValue.OVERFLOW):
                yield f"record {recno}: {name} holds a number that overflowed"

    def _counters(self) -> Iterator[Finding]:
        """An autoincrement field's next number lies above all that rows have; it is never lowered."""
        following = self._table.storage.counters.numbers()
        for name, highest in self._highest.items():
            if following[name] <= highest:
                text = f"the next number of {name} is {following[name]}, but a row has {highest} already"
                yield Finding(text)

    def _settled(self, recno: int) -> Iterator[Finding]:
        """What is still wrong with a record when nobody can change it."""
        try:
            with self._table.locks.record(recno, self._table.patience.deadline(), exclusive=False):
                faults = list(self._faults(recno, self._table.raw(recno)))
        except BusyError as error:
            text = f"record {recno} is unsound or in the making: it is locked by {error.by}; look again"
            yield Finding(text, Severity.NOTE)
            return
        yield from map(Finding, faults)
