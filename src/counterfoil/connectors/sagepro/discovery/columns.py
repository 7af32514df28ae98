"""Our columns against a table's fields: which are there, under which names, which do not fit."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.connectors.sagepro.binding import FIELD_TYPES, BoundTable, Shape
from counterfoil.connectors.sagepro.discovery.report import Matched
from counterfoil.connectors.sagepro.records import COLUMNS, TableName
from counterfoil.connectors.sagepro.standard import NEWER_NAMES


def match_columns(name: TableName, fields: Mapping[str, Shape]) -> tuple[Matched, BoundTable]:
    """What fits, and a bound table of that alone, to read rows through."""
    named: dict[str, str] = {}
    missing: list[str] = []
    absent: list[str] = []
    unfit: list[str] = []
    shapes: dict[str, Shape] = {}
    for ours, column in COLUMNS[name].items():
        candidates = (column.field, *column.aliases)
        found = next((fields[field] for field in candidates if field in fields), None)
        if found is None:
            (missing if column.required else absent).append(ours)
        elif found.type not in FIELD_TYPES[column.kind]:
            unfit.append(
                f"{found.name} ({ours}) has type {found.type}, which cannot hold a {column.kind.value}"
            )
        else:
            shapes[ours] = found
            if found.name != column.field:
                named[ours] = found.name
    bound = BoundTable(name=name, file=name.value, shapes=shapes)
    return Matched(named=named, missing=missing, absent=absent, unfit=unfit), bound


def generation_names(fields: Mapping[str, Shape]) -> dict[str, str]:
    """Columns that two generations call differently: the name that is here, and the other."""
    found = {}
    for older, newer in NEWER_NAMES.items():
        if (older in fields) != (newer in fields):
            here, other = (older, newer) if older in fields else (newer, older)
            found[here] = other
    return found
