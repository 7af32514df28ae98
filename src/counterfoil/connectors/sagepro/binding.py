"""Our columns in one site's own tables: under which names, in which widths, padded how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from counterfoil.connectors.sagepro.additions import MARK, OwnColumn, column_of
from counterfoil.connectors.sagepro.records import COLUMNS, Column, Kind, Row, TableName, Value
from counterfoil.ports.errors import ConfigurationError, DefectError

FIELD_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "CV",
    Kind.NUMBER: "C",
    Kind.MONEY: "YNF",
    Kind.QUANTITY: "NFYBI",
    Kind.COUNT: "NIFB",
    Kind.RATE: "BNFY",
    Kind.DATE: "D",
    Kind.FLAG: "L",
    Kind.MEMO: "MCV",
}


class UnfitValueError(ValueError):
    """A value that a column cannot hold; says which and why."""

    def __init__(self, table: str, field: str, why: str) -> None:
        super().__init__(f"{table}.{field}: {why}")
        self.table = table
        self.field = field


@dataclass(frozen=True, slots=True)
class Shape:
    """A field as the table's own header describes it."""

    name: str
    type: str
    width: int
    decimals: int = 0
    digits: int = 0
    """How many digits a number may have, where sign and point take no room among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundTable:
    """One table of one site: which of our columns it has, under which names and in which widths."""

    name: TableName
    file: str
    shapes: Mapping[str, Shape]
    added: Mapping[str, Column] = field(default_factory=dict)
    """The site's own columns that postings fill, marked as such."""

    def column(self, name: str) -> Column:
        return self.added.get(name) or COLUMNS[self.name][name]

    def parse(self, record: int, fields: Mapping[str, object]) -> Row:
        """A row from field values by the site's names.

        Raises:
            ConfigurationError: a number overflowed its field.
        """
        values: dict[str, Value] = {}
        for name, shape in self.shapes.items():
            try:
                values[name] = _parse(self.column(name).kind, fields[shape.name])
            except ValueError as error:
                raise ConfigurationError(
                    f"record {record} of {self.file} holds no number in {shape.name} ({error}):"
                    " put the right one there in Sage Pro"
                ) from error
        return Row(table=self.name, record=record, values=values)

    def render(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Field values by the site's names, padded; columns that the site lacks are left out.

        Raises:
            UnfitValueError: a value is too wide for the site's field.
        """
        if unknown := values.keys() - COLUMNS.get(self.name, {}).keys() - self.added.keys():
            raise DefectError(f"{self.name.value} has no column {', '.join(sorted(unknown))}")
        return {
            self.shapes[name].name: self._fit(self.column(name), self.shapes[name], value)
            for name, value in values.items()
            if name in self.shapes
        }

    def search_key(self, column: str, text: str) -> str | None:
        """The text as the column holds it, padded to full width; None where it cannot be in the table."""
        shape = self.shapes[column]
        if len(text) > shape.width:
            return None
        right = COLUMNS[self.name][column].kind is Kind.NUMBER
        return text.rjust(shape.width) if right else text.ljust(shape.width)

    def _fit(self, column: Column, shape: Shape, value: Value) -> Value:
        if isinstance(value, str):
            if shape.type != "M" and len(value) > shape.width:
                raise UnfitValueError(
                    self.file,
                    shape.name,
                    f"{value!r} needs {len(value)} characters, the field has {shape.width}",
                )
            return value.rjust(shape.width) if column.kind is Kind.NUMBER and value else value
        if isinstance(value, Decimal):
            self._check_number(shape, value)
        return value

    def _check_number(self, shape: Shape, value: Decimal) -> None:
        if shape.type == "B":
            return
        decimals, width = (4, 20) if shape.type == "Y" else (shape.decimals, shape.width)
        if value != round(value, decimals):
            raise UnfitValueError(self.file, shape.name, f"{value} has more than {decimals} decimals")
        if shape.digits and abs(value) >= 10 ** (shape.digits - shape.decimals):
            raise UnfitValueError(self.file, shape.name, f"{value} has more than {shape.digits} digits")
        if len(f"{value:.{decimals}f}") > width:
            raise UnfitValueError(self.file, shape.name, f"{value} is wider than {width} characters")


def bind_table(
    name: TableName,
    file: str,
    fields: Mapping[str, Shape],
    overrides: Mapping[str, str],
    added: Mapping[str, OwnColumn] = MappingProxyType({}),
) -> BoundTable:
    """Finds our columns among a table's fields.

    Raises:
        ConfigurationError: a column that we need is missing or of another type.
    """
    shapes: dict[str, Shape] = {}
    for ours, column in COLUMNS.get(name, {}).items():
        candidates = (overrides[ours],) if ours in overrides else (column.field, *column.aliases)
        found = next((fields[field] for field in candidates if field in fields), None)
        if found is None and (column.required or ours in overrides):
            raise ConfigurationError(
                f"table {file} has no column {' or '.join(candidates)} ({ours}): name the site's column under"
                f" columns.{name.value}.{ours} in the profile, or check that the folder is the right one"
            )
        if found is not None and found.type not in FIELD_TYPES[column.kind]:
            raise ConfigurationError(
                f"column {file}.{found.name} ({ours}) has type {found.type}, which cannot hold a"
                f" {column.kind.value}: name another column under columns.{name.value}.{ours} in the profile"
            )
        if found is not None:
            shapes[ours] = found
    own = {MARK + field: column_of(field, column) for field, column in added.items()}
    for ours, column in own.items():
        shapes[ours] = _own_shape(file, ours, column, fields)
    return BoundTable(name=name, file=file, shapes=shapes, added=own)


def _own_shape(file: str, ours: str, column: Column, fields: Mapping[str, Shape]) -> Shape:
    found = fields.get(column.field)
    if found is None or found.type not in FIELD_TYPES[column.kind]:
        has = f"has type {found.type}, which cannot hold a {column.kind.value}" if found else "is not there"
        raise ConfigurationError(
            f"column {file}.{column.field} {has}: correct added_columns, own_rows or notes in the"
            f" profile ({ours})"
        )
    return found


def _parse(kind: Kind, value: object) -> Value:
    match kind:
        case Kind.TEXT | Kind.NUMBER | Kind.MEMO:
            return str(value or "").strip()
        case Kind.MONEY | Kind.QUANTITY | Kind.RATE:
            return Decimal(0) if value is None else _number(value)
        case Kind.COUNT:
            return 0 if value is None else int(_number(value))
        case Kind.DATE:
            return date(value.year, value.month, value.day) if isinstance(value, date) else None
        case Kind.FLAG:
            return bool(value)


def _number(value: object) -> Decimal:
    """An exact number; whatever else stands there (the table engine's mark of an overflow) is none."""
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(str(value)) from error
    if not number.is_finite():
        raise ValueError(str(value))
    return number
