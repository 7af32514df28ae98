"""What a table's headers tell: fields, index tags, code page, the database container that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from counterfoil.connectors.sagepro.binding import Shape
from counterfoil.connectors.sagepro.discovery.columns import match_columns
from counterfoil.connectors.sagepro.discovery.report import FoundColumn, FoundTable, Matched
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.standard import is_standard
from counterfoil.foxpro.errors import CodePageError, FoxProError
from counterfoil.foxpro.records.versions import VERSIONS
from counterfoil.foxpro.table import Table

_OURS = {name.value: name for name in TableName}
ANY_CODE_PAGE = "cp437"
"""Opens tables whose headers name no code page; the headers' own names are plain letters in all of them."""


def look_at_table(table: str, path: Path) -> FoundTable:
    """The table from its headers; it is opened for reading, shared, and no row is read."""
    try:
        with open_table(path) as opened:
            return _described(table, opened)
    except (FoxProError, OSError) as error:
        return FoundTable(table=table, path=path, problem=str(error))


def open_table(path: Path, code_page: str | None = None) -> Table:
    """For reading alone, even where its header names no code page and the caller knows none.

    Raises:
        FoxProError: it is missing, damaged or held by another program.
    """
    try:
        return Table.open(path, code_page=code_page)
    except CodePageError:
        return Table.open(path, code_page=ANY_CODE_PAGE)


def shapes_of(table: Table) -> dict[str, Shape]:
    """The fields that can be read as values; those that hold bytes have a type that fits nothing of ours."""
    return {
        field.name: Shape(
            field.name,
            f"{field.type} (binary)" if field.is_bytes else field.type,
            field.width,
            field.decimals,
        )
        for field in table.fields
        if not field.is_hidden
    }


def _described(name: str, table: Table) -> FoundTable:
    storage, membership = table.storage, table.membership
    shapes = shapes_of(table)
    contained = membership.table if membership else None
    return FoundTable(
        table=name,
        path=storage.path,
        kind=VERSIONS[storage.header.version],
        version=storage.header.version,
        rows=table.record_count,
        code_page=storage.code_page if storage.header.code_page_mark else "",
        code_page_mark=storage.header.code_page_mark,
        container=membership.backlink if membership else "",
        listed_as=contained.name if contained else "",
        duties=tuple(contained.duties()) if contained else (),
        container_problem=membership.problem if membership else "",
        columns=[
            FoundColumn(shape.name, shape.type, shape.width, shape.decimals, is_standard(name, shape.name))
            for shape in shapes.values()
        ],
        tags={tag.name.lower(): tag.expression for tag in table.tags.values()},
        matched=_matched(name, shapes),
    )


def _matched(name: str, shapes: Mapping[str, Shape]) -> Matched:
    ours = _OURS.get(name)
    return match_columns(ours, shapes)[0] if ours else Matched()
