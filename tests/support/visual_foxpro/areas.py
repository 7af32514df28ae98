"""Work areas: real tables opened through the FoxPro engine, with table buffering where it is set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from counterfoil.foxpro.errors import BusyError, FoxProError
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.records.fields import Field
from counterfoil.foxpro.table import Table
from tests.support.visual_foxpro.values import (
    Currency,
    EmptyDate,
    FoxError,
    Null,
    fox_bytes,
    number,
    python_text,
)

PATIENCE = Patience(timedelta(0))


class Area:
    """One open table with its record pointer."""

    def __init__(self, alias: str, path: Path, *, exclusive: bool) -> None:
        self.alias = alias
        self.path = path
        self.exclusive = exclusive
        self._table = Table.open(path, writable=True, patience=PATIENCE)
        self._locks = ExitStack()
        self.is_buffered = False
        self.order = ""
        self.recno = 1
        self.is_appended = False
        self.changes: dict[str, object] = {}
        self._keys: list[int] | None = None

    def close(self) -> None:
        self.unlock()
        self._table.close()

    @property
    def count(self) -> int:
        return self._table.record_count

    @property
    def is_at_end(self) -> bool:
        return not self.is_appended and not 1 <= self.recno <= self.count

    def field_of(self, name: str) -> Field:
        for field in self._table.fields:
            if field.name == name.lower():
                return field
        raise FoxError(12, f"Variable '{name.upper()}' is not found")

    def go(self, recno: int) -> None:
        if self.changes or self.is_appended:
            raise FoxError(1545, f"Table buffer for alias {self.alias} contains uncommitted changes")
        if not 1 <= recno <= self.count:
            raise FoxError(5, "Record is out of range")
        self.recno, self._keys = recno, None

    def seek(self, key: str) -> bool:
        found = list(self._table.scan(self.order, key))
        self._keys = found[1:]
        self.recno = found[0] if found else self.count + 1
        return bool(found)

    def skip(self) -> None:
        if self._keys is not None:
            self.recno = self._keys.pop(0) if self._keys else self.count + 1
        else:
            self.recno += 1

    def is_deleted(self) -> bool:
        return self._table.read(self.recno).deleted

    def on_disk(self, name: str) -> object:
        """What CURVAL() gives."""
        field = self.field_of(name)
        if self.is_at_end or self.is_appended:
            return _blank(field)
        return self._fox(field, self._table.read(self.recno)[field.name])

    def value(self, name: str) -> object:
        field = self.field_of(name)
        return self.changes[field.name] if field.name in self.changes else self.on_disk(name)

    def append_blank(self) -> None:
        self.is_appended, self.changes = True, {}

    def replace(self, name: str, value: object) -> None:
        self.replace_all([(name, value)])

    def replace_all(self, values: Sequence[tuple[str, object]]) -> None:
        """One REPLACE: at once where nothing is buffered."""
        if self.is_at_end:
            return
        for name, value in values:
            field = self.field_of(name)
            self.changes[field.name] = _fitting(field, value)
        if not self.is_buffered:
            self.update_row()

    def update_row(self) -> None:
        """What TABLEUPDATE(0, .T.) does to the current row."""
        recno = self.write(self.recno, self.changes, is_appended=self.is_appended)
        self.let_go()
        self.recno = recno

    def let_go(self) -> None:
        """The row is written, or will be by the end of the transaction."""
        if self.is_appended:
            self.recno = -1
        self.is_appended, self.changes = False, {}

    def write(self, recno: int, changes: Mapping[str, object], *, is_appended: bool) -> int:
        values = {name: self._python(self.field_of(name), value) for name, value in changes.items()}
        try:
            if is_appended:
                return self._table.append(values)
            if values:
                self._table.update(recno, values)
        except BusyError as error:
            raise FoxError(109, f"Record is in use by another user: {error}") from error
        except FoxProError as error:
            raise FoxError(1, str(error)) from error
        return recno

    def delete_row(self) -> None:
        self._table.delete(self.recno)

    def revert(self) -> None:
        if self.is_appended:
            self.recno = self.count + 1
        self.is_appended, self.changes = False, {}

    def lock(self, recno: int) -> bool:
        with suppress(BusyError):
            self._locks.enter_context(self._table.lock_records([recno], PATIENCE.deadline()))
            return True
        return False

    def unlock(self) -> None:
        self._locks.close()
        self._locks = ExitStack()

    def flush(self) -> None:
        self._table.sync()

    def _fox(self, field: Field, value: Any) -> object:
        match value:
            case None:
                return _blank(field)
            case str():
                raw = fox_bytes(value, self._table.storage.code_page)
                return raw.ljust(field.width) if field.type == "C" else raw
            case Decimal() if field.type == "Y":
                return Currency(value)
            case Decimal() | int() | float() if not isinstance(value, bool):
                return float(value)
            case _:
                return value

    def _python(self, field: Field, value: object) -> Any:
        if isinstance(value, str):
            return python_text(value, self._table.storage.code_page)
        if isinstance(value, float):
            return _python_number(field, value)
        if isinstance(value, Currency):
            return value.amount
        return None if isinstance(value, EmptyDate | Null) else value


def _python_number(field: Field, value: float) -> Decimal | float | int:
    if field.type in "BI":
        return value if field.type == "B" else int(value)
    return round(Decimal(repr(value)), field.decimals)


_BLANKS: dict[str, object] = {"M": "", "V": "", "D": EmptyDate(), "L": False, "Y": Currency(Decimal(0))}


def _blank(field: Field) -> object:
    return " " * field.width if field.type == "C" else _BLANKS.get(field.type, 0.0)


_TAKES: dict[str, tuple[type, ...]] = {
    "C": (str,),
    "M": (str,),
    "V": (str,),
    "D": (date, EmptyDate),
    "L": (bool,),
}


def _fitting(field: Field, value: object) -> object:
    """REPLACE cuts text that is too wide; a number of a wrong type or a wrong date is an error."""
    wanted = _TAKES.get(field.type)
    if wanted is None:
        return Currency(Decimal(repr(round(number(value), 4)))) if field.type == "Y" else number(value)
    if not isinstance(value, wanted) or isinstance(value, datetime):
        raise FoxError(9, f"Data type mismatch: {value!r} for {field.name}")
    return value[: field.width] if isinstance(value, str) and field.type in "CV" else value
