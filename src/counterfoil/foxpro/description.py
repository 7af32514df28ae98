"""What a table is, in words and figures; of its rows only their flags are looked at, and only when asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from counterfoil.foxpro.containers.membership import Membership, read_container
from counterfoil.foxpro.containers.permission import NOTHING, write_refusal
from counterfoil.foxpro.index.index_file import Tag
from counterfoil.foxpro.records.fields import Counter, Field
from counterfoil.foxpro.records.header import IS_CONTAINER
from counterfoil.foxpro.records.record import DELETED_FLAG
from counterfoil.foxpro.records.versions import VERSIONS
from counterfoil.foxpro.system.network import read_mount
from counterfoil.foxpro.table import Table


@dataclass(frozen=True, slots=True)
class FieldDescription:
    """One column, by its long name where a database container tells it; `counter` numbers new rows."""

    name: str
    type: str
    width: int
    decimals: int
    nullable: bool
    binary: bool
    hidden: bool
    counter: Counter | None


@dataclass(frozen=True, slots=True)
class TagDescription:
    """One index tag; `not_kept` says why rows that concern it cannot be written, empty where they can."""

    name: str
    expression: str
    filter: str
    descending: bool
    candidate: bool
    unique: bool
    collation: str
    key_length: int
    not_kept: str


@dataclass(frozen=True, slots=True)
class IndexDescription:
    """The structural index file; the counter rises with every change of it."""

    path: str
    bytes: int
    counter: int
    tags: tuple[TagDescription, ...]


@dataclass(frozen=True, slots=True)
class MemoDescription:
    """The memo file."""

    path: str
    bytes: int
    block_size: int
    next_block: int


@dataclass(frozen=True, slots=True)
class ContainerDescription:
    """The database container that a table belongs to, as the table names it and where it was found.

    `problem` says why it could not be read; `duties` what FoxPro checks and fills in when it writes a row.
    """

    backlink: str
    path: str
    name: str
    problem: str
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContainedTable:
    """A table of a database container; `rules` is what FoxPro does when a row of it is written."""

    name: str
    file: str
    primary_key: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DatabaseDescription:
    """What a database container holds."""

    tables: tuple[ContainedTable, ...]
    views: tuple[str, ...]
    connections: tuple[str, ...]
    has_procedures: bool


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table with its companions. `deleted` is None where nobody asked for it."""

    path: str
    version: int
    kind: str
    updated: date | None
    records: int
    deleted: int | None
    bytes: int
    header_length: int
    record_length: int
    code_page: str
    code_page_mark: int
    container: ContainerDescription | None
    database: DatabaseDescription | None
    """What the table holds where it is a database container itself."""
    fields: tuple[FieldDescription, ...]
    memo: MemoDescription | None
    index: IndexDescription | None
    not_written: tuple[str, ...]
    """Why rows of this table could not be written here; empty where they could."""


def describe_table(
    path: Path | str, *, code_page: str | None = None, count: bool = False
) -> TableDescription:
    """Look at the table's headers; `count` reads the rows to tell how many are flagged deleted."""
    with Table.open(path, code_page=code_page) as table:
        return _described(table, count=count)


def _described(table: Table, *, count: bool) -> TableDescription:
    storage, header = table.storage, table.storage.header
    return TableDescription(
        path=str(storage.path),
        version=header.version,
        kind=VERSIONS[header.version],
        updated=header.updated,
        records=table.record_count,
        deleted=sum(raw[0] == DELETED_FLAG for _, raw in storage.raws()) if count else None,
        bytes=storage.dbf.size(),
        header_length=header.length,
        record_length=header.record_length,
        code_page=storage.code_page,
        code_page_mark=header.code_page_mark,
        container=_container(table.membership),
        database=_database(storage.path) if header.flags & IS_CONTAINER else None,
        fields=tuple(map(_field, header.fields)),
        memo=_memo(table),
        index=_index(table),
        not_written=_refusals(table),
    )


def _database(path: Path) -> DatabaseDescription:
    found = read_container(path)
    tables = (
        ContainedTable(table.name, table.file, table.primary_key, tuple(table.duties()))
        for table in found.tables
    )
    return DatabaseDescription(tuple(tables), found.views, found.connections, found.has_procedures)


def _refusals(table: Table) -> tuple[str, ...]:
    mount = read_mount(table.storage.path)
    reason = write_refusal(table.storage, table.membership, mount, NOTHING)
    return (*([reason] if reason else []), *(table.index.refusals if table.index else ()))


def _container(membership: Membership | None) -> ContainerDescription | None:
    if membership is None:
        return None
    path, table = membership.path, membership.table
    return ContainerDescription(
        membership.backlink,
        str(path) if path else "",
        table.name if table else "",
        membership.problem,
        tuple(table.duties()) if table else (),
    )


def _field(field: Field) -> FieldDescription:
    return FieldDescription(
        field.name,
        field.type,
        field.width,
        field.decimals,
        field.nullable,
        field.is_bytes,
        field.is_hidden,
        field.counter,
    )


def _memo(table: Table) -> MemoDescription | None:
    memo = table.storage.memo
    if memo is None:
        return None
    return MemoDescription(str(memo.file.path), memo.file.size(), memo.block_size, memo.next_block)


def _index(table: Table) -> IndexDescription | None:
    index = table.index
    if index is None:
        return None
    tags = tuple(map(_tag, table.tags.values()))
    return IndexDescription(str(index.file.path), index.file.size(), index.counter, tags)


def _tag(tag: Tag) -> TagDescription:
    return TagDescription(
        tag.name,
        tag.expression,
        tag.filter,
        tag.descending,
        tag.candidate,
        tag.unique,
        tag.collation,
        tag.key_length,
        tag.refusal or tag.foreign,
    )
