"""How the rows of a table are kept in a snapshot, and read again: one format for each edition; pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, Protocol, Self

from typing_extensions import override

from counterfoil.connectors.sagepro.binding import Shape
from counterfoil.connectors.sagepro.describing import Fields
from counterfoil.foxpro.records.fields import SYSTEM, Field
from counterfoil.foxpro.records.record import RecordCodec


class RowFormat(Protocol):
    """Reads kept rows of one table: no memo, and no column that was not kept."""

    kind: ClassVar[str]

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """The columns that rows can be read by."""
        ...

    @property
    def structure(self) -> str:
        """Changes where a column is added, removed, renamed or given another type or width."""
        ...

    def decode(self, raw: bytes, number: int) -> Fields:
        """A row's values."""
        ...

    def text(self, raw: bytes, column: str) -> str:
        """What one column of a row holds, without blanks around it."""
        ...

    def described(self) -> dict[str, Any]:
        """The format as a snapshot keeps it."""
        ...

    @classmethod
    def of(cls, described: Mapping[str, Any]) -> Self:
        """The opposite."""
        ...


@dataclass(frozen=True)
class RecordFormat(RowFormat):
    """Records of a FoxPro table, byte for byte."""

    kind = "records"

    table: str
    code_page: str
    fields: tuple[Field, ...]
    hidden: frozenset[str] = frozenset()
    """Columns that were not kept."""

    @property
    @override
    def shapes(self) -> Mapping[str, Shape]:
        return {
            field.name: Shape(
                field.name,
                f"{field.type} (binary)" if field.is_bytes else field.type,
                field.width,
                field.decimals,
            )
            for field in self._codec.fields
        }

    @property
    @override
    def structure(self) -> str:
        return _digest((each.name, each.type, each.width, each.decimals) for each in self.fields)

    @override
    def decode(self, raw: bytes, number: int) -> Fields:
        return self._codec.decode(raw, number)

    @override
    def text(self, raw: bytes, column: str) -> str:
        place = self._places[column]
        return raw[place.offset : place.end].decode(self.code_page, "replace").strip(" \0")

    @override
    def described(self) -> dict[str, Any]:
        fields = [[f.name, f.type, f.width, f.decimals, f.offset, f.flags] for f in self.fields]
        words = {"table": self.table, "code_page": self.code_page, "fields": fields}
        return {**words, "hidden": sorted(self.hidden)}

    @classmethod
    @override
    def of(cls, described: Mapping[str, Any]) -> Self:
        fields = tuple(Field(*words) for words in described["fields"])
        return cls(described["table"], described["code_page"], fields, frozenset(described["hidden"]))

    @cached_property
    def _codec(self) -> RecordCodec:
        hidden = {field.name for field in self.fields if field.is_memo} | self.hidden
        fields = tuple(
            replace(field, flags=field.flags | SYSTEM) if field.name in hidden else field
            for field in self.fields
        )
        return RecordCodec(self.table, fields, self.code_page)

    @cached_property
    def _places(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.fields}


@dataclass(frozen=True)
class ValueFormat(RowFormat):
    """Rows of a database table, each as a list of its kept columns' values."""

    kind = "values"

    columns: tuple[Shape, ...]
    """All of them but the one that numbers the rows, by lower-case name."""
    hidden: frozenset[str] = frozenset()

    @property
    @override
    def shapes(self) -> Mapping[str, Shape]:
        return {shape.name: shape for shape in self._kept}

    @property
    @override
    def structure(self) -> str:
        return _digest((each.name, each.type, each.width, each.decimals) for each in self.columns)

    def encode(self, values: Sequence[object]) -> bytes:
        """The values of the kept columns, in their order."""
        return json.dumps([_plain(value) for value in values], ensure_ascii=False).encode()

    @override
    def decode(self, raw: bytes, number: int) -> Fields:
        del number
        values = json.loads(raw)
        return {
            shape.name: _value(shape.type, value) for shape, value in zip(self._kept, values, strict=True)
        }

    @override
    def text(self, raw: bytes, column: str) -> str:
        return str(json.loads(raw)[self._places[column]] or "").strip()

    @override
    def described(self) -> dict[str, Any]:
        columns = [[s.name, s.type, s.width, s.decimals, s.digits] for s in self.columns]
        return {"columns": columns, "hidden": sorted(self.hidden)}

    @classmethod
    @override
    def of(cls, described: Mapping[str, Any]) -> Self:
        columns = tuple(Shape(*words) for words in described["columns"])
        return cls(columns, frozenset(described["hidden"]))

    @cached_property
    def _kept(self) -> tuple[Shape, ...]:
        return tuple(shape for shape in self.columns if shape.name not in self.hidden)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {shape.name: place for place, shape in enumerate(self._kept)}


FORMATS: Mapping[str, type[RecordFormat | ValueFormat]] = {
    each.kind: each for each in (RecordFormat, ValueFormat)
}


def _digest(columns: Iterable[tuple[str, str, int, int]]) -> str:
    words = ",".join(":".join(map(str, column)) for column in columns)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _plain(value: object) -> object:
    match value:
        case bool() | int() | str() | None:
            return value
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _value(kind: str, value: Any) -> object:
    if value is None:
        return None
    if kind in _NUMBERS:
        return Decimal(str(value))
    return date.fromisoformat(value) if kind == "D" else value


_NUMBERS: Collection[str] = frozenset("YNIB")
