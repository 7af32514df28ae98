"""Makes database containers: the product reads them and never writes one."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from counterfoil.foxpro import Field, TagSpec, Value, create_table
from counterfoil.foxpro.containers.container import Property
from counterfoil.foxpro.records.fields import BINARY
from counterfoil.foxpro.records.header import BACKLINK_LENGTH, FLAGS_OFFSET, IS_CONTAINER

FIELDS = (
    Field("objectid", "I", flags=BINARY),
    Field("parentid", "I", flags=BINARY),
    Field("objecttype", "C", 10),
    Field("objectname", "C", 128),
    Field("property", "M"),
    Field("code", "M"),
    Field("riinfo", "C", 6),
    Field("user", "M"),
)
TAGS = (
    TagSpec("objectname", "STR(parentid)+objecttype+LOWER(objectname)", filter=".NOT.DELETED()"),
    TagSpec("objecttype", "STR(parentid)+objecttype", filter=".NOT.DELETED()"),
)


@dataclass(frozen=True)
class Thing:
    """An object of a container; its number is its place in the list, the database itself is 1."""

    kind: str
    name: str
    parent: int = 1
    properties: Mapping[int, str] = field(default_factory=dict)
    integrity: str = ""
    code: str = ""


def encoded(properties: Mapping[int, str]) -> bytes:
    parts = []
    for number, text in properties.items():
        value = text.encode("cp1252") + b"\0"
        parts.append(struct.pack("<IHB", 7 + len(value), 1, number) + value)
    return b"".join(parts)


def create_container(path: Path, things: Sequence[Thing]) -> None:
    """A .dbc with its .dct and .dcx beside it."""
    rows: list[dict[str, Value]] = [
        {
            "objectid": number,
            "parentid": thing.parent,
            "objecttype": thing.kind,
            "objectname": thing.name,
            "property": encoded(thing.properties).decode("latin-1"),
            "code": thing.code,
            "riinfo": thing.integrity,
        }
        for number, thing in enumerate((Thing("Database", "Database"), *things), start=1)
    ]
    table = path.with_suffix(".dbf")
    create_table(table, FIELDS, TAGS, rows=rows)
    for made, wanted in ((".dbf", ".dbc"), (".fpt", ".dct"), (".cdx", ".dcx")):
        path.with_suffix(made).rename(path.with_suffix(wanted))
    with path.open("r+b") as file:
        file.seek(FLAGS_OFFSET)
        flags = file.read(1)[0]
        file.seek(FLAGS_OFFSET)
        file.write(bytes([flags | IS_CONTAINER]))


def things_of(table: str, fields: Sequence[str], *, at: int = 2, **more: str) -> list[Thing]:
    """A table that begins at number `at`, and its fields; `more` are properties of the table."""
    properties: dict[int, str] = {Property.PATH: f"{table}.dbf"}
    properties |= {Property[name.upper()]: more[name] for name in more}
    return [Thing("Table", table, properties=properties), *(Thing("Field", name, at) for name in fields)]


def link(table: Path, backlink: str) -> None:
    """Say in the table's header that it belongs to the container."""
    with table.open("r+b") as file:
        file.seek(8)
        (length,) = struct.unpack("<H", file.read(2))
        file.seek(length - BACKLINK_LENGTH)
        file.write(backlink.encode("cp1252").ljust(BACKLINK_LENGTH, b"\0"))
