"""What two programs do to one table at the same time, and what must stand in it afterwards."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.containers.permission import Accepted
from counterfoil.foxpro.creation import create_table
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.index.index_file import TagSpec
from counterfoil.foxpro.records.fields import Field, Value
from counterfoil.foxpro.table import Table

FIELDS = (
    Field("who", "C", 6),
    Field("number", "N", 8),
    Field("name", "C", 24),
    Field("amount", "N", 12, 2),
    Field("day", "D"),
    Field("notes", "M"),
)
TAGS = (
    TagSpec("key", "who+STR(number,8)", candidate=True),
    TagSpec("name", "UPPER(name)"),
    TagSpec("amount", "amount", descending=True),
    TagSpec("day", "DTOS(day)+who"),
    TagSpec("live", "amount", filter="!DELETED()"),
)
ON_A_SHARE = Accepted(network_mounts=True)
"""What is to be proved is no reason not to try."""
COUNTER = 1
"""The record that both programs count up."""
PATIENT = Patience(timedelta(seconds=30))
DELETED_EACH, CHANGED_EACH, MEMO_EACH = 5, 2, 3


def make_table(path: Path) -> None:
    create_table(path, FIELDS, TAGS, rows=[{"who": "both", "number": 0, "amount": Decimal(0)}])


def work(path: Path, who: str, rows: int) -> int:
    """Append, change and delete rows of our own, and count the shared record up; tells the milliseconds."""
    start = time.monotonic_ns()
    with Table.open(path, writable=True, accepted=ON_A_SHARE, patience=PATIENT) as table:
        for number in range(rows):
            recno = table.append(_row(who, number))
            if number % CHANGED_EACH == 0:
                table.update(recno, _changed(who, number))
            if number % DELETED_EACH == 0:
                table.delete(recno)
            with table.lock_records([COUNTER], table.patience.deadline()):
                table.update(COUNTER, {"amount": _counter(table) + 1})
        table.sync()
    return (time.monotonic_ns() - start) // 1_000_000


def changes_of(rows: int) -> int:
    """How many changes `work` makes."""
    return 2 * rows + -(-rows // CHANGED_EACH) + -(-rows // DELETED_EACH)


def faults(path: Path, rows: Mapping[str, int]) -> Iterator[str]:
    """What is not as two programs that respect each other leave it."""
    with Table.open(path, patience=PATIENT) as table:
        if table.record_count != 1 + sum(rows.values()):
            yield f"{table.record_count} records instead of {1 + sum(rows.values())}"
        if _counter(table) != sum(rows.values()):
            yield f"the shared record was counted up to {_counter(table)} instead of {sum(rows.values())}"
        lost = [
            f"{who} {number}"
            for who, count in rows.items()
            for number in range(count)
            if not _is_there(table, who, number)
        ]
        if lost:
            yield f"{len(lost)} rows are lost or spoiled, the first is {lost[0]}"
    yield from check_table(path)


def _is_there(table: Table, who: str, number: int) -> bool:
    recno = table.seek("key", who, f"{number:>8}")
    if recno is None:
        return False
    record = table.read(recno)
    is_deleted = number % DELETED_EACH == 0
    changed = _changed(who, number) if number % CHANGED_EACH == 0 else {}
    return record.deleted is is_deleted and record.values == _row(who, number) | changed


def _counter(table: Table) -> Decimal:
    amount = table.read(COUNTER)["amount"]
    return amount if isinstance(amount, Decimal) else Decimal(-1)


def _row(who: str, number: int) -> dict[str, Value]:
    return {
        "who": who,
        "number": Decimal(number),
        "name": f"Name {number * 7919 % 1000}",
        "amount": Decimal(number * 31 % 997) / 4,
        "day": date(2026, 1, 1) + timedelta(number % 365),
        "notes": f"{who} {number}" * 5 if number % MEMO_EACH == 0 else "",
    }


def _changed(who: str, number: int) -> dict[str, Value]:
    return {
        "name": f"changed by {who}",
        "amount": Decimal(number * 17 % 991) / 4 + 1000,
        "notes": f"now {number}",
    }
