"""What a database container (.dbc) says of its tables: long field names, and rules that FoxPro alone runs.

How the properties of an object lie in its memo was taken from files that FoxPro made; the numbers of the
properties are those of published tools (docs/reference/foxpro-containers.md). A container is never written.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple

from counterfoil.foxpro.errors import TableFormatError
from counterfoil.foxpro.records.code_pages import decode_text
from counterfoil.foxpro.records.fields import Field

_PROPERTY = struct.Struct("<IH")
"""The length of the whole property and that of its number, which follows."""

TABLE, FIELD, RELATION, VIEW, CONNECTION = "table", "field", "relation", "view", "connection"
PROCEDURES = frozenset({"storedproceduressource", "storedproceduresobject"})
ENFORCED = frozenset("CR")
"""A relation's letters: cascade and restrict; `I` and a blank let anything pass."""
HEADER_NAME_LENGTH = 10


class Property(IntEnum):
    """The properties that say what FoxPro does when a row is written, and what names things."""

    PATH = 1
    COMMENT = 7
    RULE = 9
    DEFAULT = 11
    CHILD_TAG = 13
    INSERT_TRIGGER = 14
    UPDATE_TRIGGER = 15
    DELETE_TRIGGER = 16
    PARENT_TABLE = 18
    PARENT_TAG = 19
    PRIMARY_KEY = 20
    CAPTION = 56


class ContainerRow(NamedTuple):
    """One live row of a container: an object, its parent, its properties as text."""

    number: int
    parent: int
    kind: str
    name: str
    properties: Mapping[int, str]
    has_code: bool
    integrity: str


@dataclass(frozen=True, slots=True)
class ContainerField:
    """A field by its long name, in lower case, with what FoxPro checks and fills in."""

    name: str
    rule: str = ""
    default: str = ""
    caption: str = ""
    comment: str = ""

    def duties(self) -> Iterator[str]:
        """What FoxPro checks and fills in, in words."""
        of_field = {"rule": self.rule, "default": self.default}
        yield from (f"the {what} {code} of {self.name}" for what, code in of_field.items() if code)


@dataclass(frozen=True, slots=True)
class Relation:
    """A persistent relation; the letters say what FoxPro does at an update, delete and insert."""

    child: str
    child_tag: str
    parent: str
    parent_tag: str
    integrity: str

    @property
    def is_enforced(self) -> bool:
        return bool(ENFORCED & set(self.integrity))


@dataclass(frozen=True, slots=True)
class ContainerTable:
    """A table of the container, its fields in the order of the table's header."""

    name: str
    file: str
    fields: tuple[ContainerField, ...]
    rule: str = ""
    insert_trigger: str = ""
    update_trigger: str = ""
    delete_trigger: str = ""
    primary_key: str = ""
    comment: str = ""
    relations: tuple[Relation, ...] = ()

    def duties(self) -> Iterator[str]:
        """What FoxPro does when a row is written and we do not, in words."""
        of_table = {
            "rule": self.rule,
            "insert trigger": self.insert_trigger,
            "update trigger": self.update_trigger,
            "delete trigger": self.delete_trigger,
        }
        yield from (f"the {what} {code}" for what, code in of_table.items() if code)
        for field in self.fields:
            yield from field.duties()
        for relation in self.relations:
            if relation.is_enforced:
                yield f"the integrity of {relation.child} and {relation.parent} ({relation.integrity})"


@dataclass(frozen=True, slots=True)
class Container:
    """Everything read from one container; connections are named only, because they hold passwords."""

    name: str
    tables: tuple[ContainerTable, ...]
    views: tuple[str, ...]
    connections: tuple[str, ...]
    has_procedures: bool


def parse_properties(data: bytes, container: str, code_page: str) -> dict[int, str]:
    """The properties of one object as text up to the first zero byte, by number."""
    properties: dict[int, str] = {}
    at = 0
    while at < len(data):
        if at + _PROPERTY.size > len(data):
            raise _damaged(container)
        length, number_length = _PROPERTY.unpack_from(data, at)
        value_at = at + _PROPERTY.size + number_length
        if value_at > at + length or at + length > len(data):
            raise _damaged(container)
        number = int.from_bytes(data[at + _PROPERTY.size : value_at], "little")
        properties[number] = decode_text(data[value_at : at + length].split(b"\0")[0], code_page)
        at += length
    return properties


def parse_container(name: str, rows: Iterable[ContainerRow]) -> Container:
    """The container that its live rows describe, in the order of the file."""
    objects = list(rows)
    names = {row.number: row.name for row in objects if row.kind == TABLE}
    relations = [_relation(row, names[row.parent]) for row in objects if _is_child(row, RELATION, names)]
    fields: dict[int, list[ContainerField]] = {number: [] for number in names}
    for row in objects:
        if _is_child(row, FIELD, names):
            fields[row.parent].append(_field(row))
    return Container(
        name=name,
        tables=tuple(_table(row, fields[row.number], relations) for row in objects if row.kind == TABLE),
        views=tuple(row.name for row in objects if row.kind == VIEW),
        connections=tuple(row.name for row in objects if row.kind == CONNECTION),
        has_procedures=any(row.has_code and row.name.lower() in PROCEDURES for row in objects),
    )


def with_long_names(fields: Sequence[Field], names: Sequence[str]) -> tuple[Field, ...] | None:
    """The header's fields under their long names; None where the two lists are not of the same table."""
    visible = [field for field in fields if not field.is_hidden]
    if len(visible) != len(names):
        return None
    if not all(_may_stand_for(field.name, name) for field, name in zip(visible, names, strict=True)):
        return None
    named = iter(names)
    return tuple(field if field.is_hidden else replace(field, name=next(named)) for field in fields)


def _may_stand_for(short: str, name: str) -> bool:
    """The header keeps ten characters; where two fields begin alike it puts a number at the end."""
    if len(name) <= HEADER_NAME_LENGTH:
        return short == name
    return name.startswith(short.rstrip("0123456789_")) and bool(short)


def _is_child(row: ContainerRow, kind: str, parents: Mapping[int, str]) -> bool:
    return row.kind == kind and row.parent in parents


def _table(row: ContainerRow, fields: Sequence[ContainerField], relations: list[Relation]) -> ContainerTable:
    name = row.name.lower()
    return ContainerTable(
        name=name,
        file=row.properties.get(Property.PATH, ""),
        fields=tuple(fields),
        rule=row.properties.get(Property.RULE, ""),
        insert_trigger=row.properties.get(Property.INSERT_TRIGGER, ""),
        update_trigger=row.properties.get(Property.UPDATE_TRIGGER, ""),
        delete_trigger=row.properties.get(Property.DELETE_TRIGGER, ""),
        primary_key=row.properties.get(Property.PRIMARY_KEY, ""),
        comment=row.properties.get(Property.COMMENT, ""),
        relations=tuple(relation for relation in relations if name in {relation.child, relation.parent}),
    )


def _field(row: ContainerRow) -> ContainerField:
    return ContainerField(
        name=row.name.lower(),
        rule=row.properties.get(Property.RULE, ""),
        default=row.properties.get(Property.DEFAULT, ""),
        caption=row.properties.get(Property.CAPTION, ""),
        comment=row.properties.get(Property.COMMENT, ""),
    )


def _relation(row: ContainerRow, child: str) -> Relation:
    return Relation(
        child=child.lower(),
        child_tag=row.properties.get(Property.CHILD_TAG, ""),
        parent=row.properties.get(Property.PARENT_TABLE, "").lower(),
        parent_tag=row.properties.get(Property.PARENT_TAG, ""),
        integrity=row.integrity,
    )


def _damaged(container: str) -> TableFormatError:
    return TableFormatError(container, "a property of the database container runs past its end; repair it")
