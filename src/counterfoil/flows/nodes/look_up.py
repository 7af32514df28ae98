"""A node that looks a row up in a table of the workspace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from typing_extensions import override

from counterfoil.flows.document import Part as Entry
from counterfoil.flows.errors import Finding, nearest, quoted
from counterfoil.flows.mapping.tables import VALID_FROM, VALID_TO, Index, Table, TableError
from counterfoil.flows.mapping.types import Kind as ValueKind
from counterfoil.flows.mapping.types import Type, text_type
from counterfoil.flows.names import NAME_FORM, read_name
from counterfoil.flows.nodes.fields import Asked, wrong_paths
from counterfoil.flows.nodes.node import Around, Deed, Kind, Node
from counterfoil.flows.paths import Part, path_of
from counterfoil.flows.schema_parts import NAME, ROUTE, TAKEN_BY_NAME, Schema, record
from counterfoil.ports.catalogue import Catalogue, Nature, OperationSpec
from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType

FOUND, ABSENT = "found", "absent"
_ENTRY = "look_up"
_LABEL = "Look a row up"
_COLUMNS_MAX = 10
_PATH_FORM = rf"{NAME_FORM}(\.[A-Za-z0-9_-]{{1,60}}){{1,5}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp(Deed):
    """The table, the columns that are asked for with the fields they must equal, and the day."""

    table: str
    by: Mapping[str, str]
    """Column to path."""
    on: str = ""
    """The path of the day, where the table's rows hold from and to a day."""

    @property
    @override
    def words(self) -> str:
        return f"{_ENTRY} {self.table}"

    @override
    def uses(self) -> Iterator[tuple[Part, str]]:
        yield Part.TABLES, self.table

    @override
    def spec(self, node: Node, around: Around) -> OperationSpec | None:
        table = around.uses.tables.get(self.table)
        if table is None:
            return None
        return OperationSpec(
            name=_ENTRY,
            label=f"{_LABEL}: {self.table}",
            nature=Nature.PURE,
            inputs=tuple(node.inputs),
            outcomes=(FOUND, ABSENT),
            gives={FOUND: RecordSpec(name=self.table, label="The row", fields=tuple(_columns(table)))},
        )

    @override
    def unknown(self, node: Node, around: Around) -> Finding:
        close = nearest(self.table, around.uses.tables)
        text = f"{node.name}: no table {quoted(self.table)}{close}; it lies in"
        return Finding(node.line, f"{text} {path_of(Part.TABLES, self.table)} of the workspace")

    @override
    def findings(self, node: Node, around: Around) -> Iterator[Finding]:
        table = around.uses.tables[self.table]
        for path, wrong in wrong_paths(self._asked(), node, around):
            yield Finding(node.line, f"{node.name}: {path}: {wrong}")
        for wrong in self._wrong_columns(table):
            yield Finding(node.line, f"{node.name}: {wrong}")

    @override
    def content(self) -> dict[str, object]:
        return {_ENTRY: {"table": self.table, "by": dict(self.by)} | ({"on": self.on} if self.on else {})}

    @override
    def lines(self) -> Iterator[str]:
        return (f"{column}: {path}" for column, path in self.by.items())

    def _asked(self) -> Iterator[Asked]:
        yield from (Asked(path, text_type(optional=True)) for path in self.by.values())
        if self.on:
            yield Asked(self.on, Type(kind=ValueKind.DATE))

    def _wrong_columns(self, table: Table) -> Iterator[str]:
        columns = [column for column in table.columns if column not in {VALID_FROM, VALID_TO}]
        unknown = [column for column in self.by if column not in columns]
        for column in unknown:
            yield f"table {table.name} has no column {quoted(column)}{nearest(column, columns)}"
        if table.is_dated and not self.on:
            yield f"rows of table {table.name} hold from a day on: say 'on', the field with the day"
        if not unknown:
            try:
                Index(table, tuple(self.by))
            except TableError as error:
                yield str(error)


def _columns(table: Table) -> Iterator[FieldSpec]:
    for column in table.columns:
        if column not in {VALID_FROM, VALID_TO}:
            yield FieldSpec(
                name=column, label=column, type=ValueType.TEXT, required=False, source="the table"
            )


def _read(entries: Mapping[str, Entry]) -> LookUp:
    fields = entries[_ENTRY].fields(("table", "by"), ("on",))
    by = {column: path.text() for column, path in fields["by"].entries()}
    if not 1 <= len(by) <= _COLUMNS_MAX:
        raise fields["by"].wrong(f"a row is looked up by 1 to {_COLUMNS_MAX} columns")
    return LookUp(table=read_name(fields["table"]), by=by, on=fields["on"].text() if "on" in fields else "")


def _schemas(_catalogue: Catalogue) -> Iterator[Schema]:
    path: Schema = {"type": "string", "pattern": f"^{_PATH_FORM}$"}
    by: Schema = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": _COLUMNS_MAX,
        "propertyNames": NAME,
        "additionalProperties": path,
        "description": "Column and the field that it must equal.",
    }
    sought = {"table": NAME | {"description": "The table's name."}, "by": by, "on": path}
    properties: dict[str, Schema] = {
        _ENTRY: record(sought, required=("table", "by")),
        "with": TAKEN_BY_NAME,
        "then": record(dict.fromkeys((FOUND, ABSENT), ROUTE)),
    }
    yield {"description": _LABEL} | record(properties)


LOOK_UP = Kind(entry=_ENTRY, names_inputs=True, read=_read, schemas=_schemas)
