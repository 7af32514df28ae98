"""The flows, mappings and tables that a flow uses: a deployed version holds their texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import yaml

from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding, FlowError
from counterfoil.flows.mapping.plan import MappingPlan, read_mapping
from counterfoil.flows.mapping.tables import Table, TableError, parse_table

ENTRY = "uses"
CHARACTERS_MAX = 1_000_000
"""Of a flow with all that it uses."""
_KINDS = ("flows", "mappings", "tables")


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """Mappings and tables by name, checked, with their texts."""

    mappings: Mapping[str, MappingPlan] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False)
    """By ``flows``, ``mappings`` and ``tables``, then by name."""
    line: int = field(default=0, compare=False)
    """Where they begin in the flow's text."""

    @property
    def content(self) -> dict[str, object]:
        """Their versions: what counts for the flow's own."""
        return {
            "mappings": {name: plan.version for name, plan in self.mappings.items()},
            "tables": {name: table.version for name, table in self.tables.items()},
        }


def read_uses(part: Part) -> Uses:
    """What stands under ``uses`` in a deployed flow.

    Raises:
        FlowError: one of them is not sound.
    """
    found = part.fields((), _KINDS)
    texts = {kind: _texts(found[kind]) if kind in found else {} for kind in _KINDS}
    try:
        tables = {name: parse_table(name, text) for name, text in texts["tables"].items()}
    except TableError as error:
        raise part.wrong(str(error)) from error
    mappings = {name: _mapping(name, text, tables, part) for name, text in texts["mappings"].items()}
    return Uses(mappings=mappings, tables=tables, texts=texts, line=part.line)


def write_uses(
    *,
    flows: Mapping[str, str] | None = None,
    mappings: Mapping[str, str] | None = None,
    tables: Mapping[str, str] | None = None,
) -> str:
    """The entry, exactly as `read_uses` gives the texts back."""
    given = zip(_KINDS, (flows, mappings, tables), strict=True)
    texts = {kind: dict(texts) for kind, texts in given if texts}
    return yaml.safe_dump({ENTRY: texts}, default_style='"', width=10 * CHARACTERS_MAX, allow_unicode=False)


def plan_of(text: str, find: Callable[[str], str | None], known: tuple[str, ...]) -> MappingPlan:
    """A mapping over tables that are found by their names.

    Raises:
        FlowError: it is not sound.
        TableError: a table that it uses is not sound.
    """

    def table(name: str) -> Table | None:
        found = find(name)
        return None if found is None else parse_table(name, found)

    return read_mapping(text, table, known)


def _texts(part: Part) -> dict[str, str]:
    return {name: each.raw() for name, each in part.entries()}


def _mapping(name: str, text: str, tables: Mapping[str, Table], part: Part) -> MappingPlan:
    try:
        return read_mapping(text, tables.get, tuple(tables))
    except FlowError as error:
        told = (Finding(part.line, f"mapping {name}, {finding}") for finding in error.findings)
        raise FlowError(*told) from error
    except TableError as error:
        raise part.wrong(f"mapping {name}: {error}") from error
