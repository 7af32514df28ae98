"""Lists of fields as people write them: YAML, JSON or CSV, or the two sides of a mapping."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import yaml

from counterfoil.flows.document import Part, read_document
from counterfoil.flows.errors import Finding, FlowError, quoted
from counterfoil.flows.mapping.definition import MappingText, is_field_name
from counterfoil.flows.mapping.parts import is_list, is_map, written
from counterfoil.flows.mapping.types import read_type, text_type
from counterfoil.flows.suggest.fields import ListedField

FIELDS_MAX = 500
_TEXT_MAX = 200
_COLUMNS = ("name", "label", "type", "example")

Found = tuple[int, ListedField]
"""A field and the line where it stands."""


def read_fields(text: str) -> tuple[ListedField, ...]:
    """Fields from YAML or JSON: a list, by itself or under ``fields``; each is a name, or has more.

    Raises:
        FlowError: it is no list of fields; says the line.
    """
    root = replace(read_document(text), path="")
    listed = root.fields(("fields",))["fields"] if is_map(root) else root
    if not is_list(listed):
        raise listed.wrong("a list of fields belongs here")
    nodes: list[yaml.Node] = listed.node.value
    return _checked(_listed(Part(node, "fields", node.start_mark.line + 1)) for node in nodes)


def read_csv_fields(text: str) -> tuple[ListedField, ...]:
    """Fields from CSV with the columns name, label, type and example; all but the first may be missing.

    Raises:
        FlowError: it is no list of fields; says the line.
    """
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        columns = [cell.strip().lower() for cell in next(rows, [])]
        if "name" not in columns or not {*columns} <= {*_COLUMNS} or len({*columns}) < len(columns):
            raise FlowError(Finding(1, f"the columns are {', '.join(_COLUMNS)}, at least name"))
        return _checked(_row(rows.line_num, columns, row) for row in rows if any(row))
    except csv.Error as error:
        raise FlowError(Finding(rows.line_num, f"not CSV: {error}")) from error


def fields_of(mapping: MappingText) -> tuple[tuple[ListedField, ...], tuple[ListedField, ...]]:
    """The source's fields of a mapping, and those targets that have no rule yet."""
    source = tuple(ListedField(name=each.name, type=each.type) for each in mapping.source.values())
    target = (each for each in mapping.target.values() if each.name not in mapping.rules)
    return source, tuple(ListedField(name=each.name, type=each.type) for each in target)


def _checked(found: Iterable[Found]) -> tuple[ListedField, ...]:
    fields: dict[str, ListedField] = {}
    for line, field in found:
        if field.name in fields:
            raise FlowError(Finding(line, f"{quoted(field.name)} stands twice"))
        if len(fields) >= FIELDS_MAX:
            raise FlowError(Finding(line, f"a list has at most {FIELDS_MAX} fields"))
        fields[field.name] = field
    if not fields:
        raise FlowError(Finding(1, "the list names no field"))
    return tuple(fields.values())


def _row(line: int, columns: list[str], row: list[str]) -> Found:
    if len(row) > len(columns):
        raise FlowError(Finding(line, "more cells than columns"))
    cells = {
        column: Part(yaml.ScalarNode("", cell.strip()), "fields", line)
        for column, cell in zip(columns, row, strict=False)
    }
    return line, _field(cells)


def _listed(part: Part) -> Found:
    return part.line, _field({"name": part} if part.is_text() else part.fields(("name",), _COLUMNS[1:]))


def _field(given: Mapping[str, Part]) -> ListedField:
    texts: Iterator[str] = (_text(given[name]) if name in given else "" for name in ("label", "example"))
    label, example = texts
    kind = given.get("type")
    return ListedField(
        name=_name(given["name"]),
        label=label,
        type=read_type(kind) if kind is not None and written(kind).strip() else text_type(),
        example=example,
    )


def _name(part: Part) -> str:
    name = part.text()
    if not is_field_name(name):
        raise part.wrong(
            f"{quoted(name)} is no name of a field: letters, digits, _ and -, dots between parts"
        )
    return name


def _text(part: Part) -> str:
    text = written(part).strip()
    if len(text) > _TEXT_MAX or not text.isprintable():
        raise part.wrong(f"labels and examples are one line of at most {_TEXT_MAX} characters")
    return text
