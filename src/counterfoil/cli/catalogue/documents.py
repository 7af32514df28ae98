"""Connector specs as documents: JSON for programs, Markdown for the reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from counterfoil.ports.catalogue import ConnectorSpec, OperationSpec
from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType

HEAD = "# The connector catalogue"
INTRODUCTION = (
    "What connectors offer to flows: what starts a flow and what it carries, operations with what they take"
    " and give, and the records that both are made of. `counterfoil catalogue --markdown` writes this page;"
    " `counterfoil catalogue --json` gives the same to programs. `counterfoil catalogue --site FOLDER"
    " --company 01` tells the records of the Sage Pro company at hand instead, with the widths of its own"
    " tables and its own columns."
)


def records_of(connectors: Sequence[ConnectorSpec]) -> dict[str, RecordSpec]:
    """Every record that is named anywhere, by name, the outer ones first."""
    found: dict[str, RecordSpec] = {}
    for connector in connectors:
        for record in _outer(connector):
            _gather(record, found)
    return found


def _outer(connector: ConnectorSpec) -> Iterator[RecordSpec]:
    yield from (trigger.carries for trigger in connector.triggers)
    for operation in connector.operations:
        yield from operation.takes.values()
        yield from operation.gives.values()
    yield from connector.records


def _gather(record: RecordSpec, found: dict[str, RecordSpec]) -> None:
    if record.name in found:
        return
    found[record.name] = record
    for inner in (*record.one_of, *(field.record for field in record.fields)):
        if inner is not None:
            _gather(inner, found)


def document(connectors: Sequence[ConnectorSpec]) -> dict[str, Any]:
    """Records stand once, by name."""
    return {
        "connectors": [_connector(each) for each in connectors],
        "records": {name: _record(record) for name, record in records_of(connectors).items()},
    }


def _connector(spec: ConnectorSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "label": spec.label,
        "settings": [_field(field) for field in spec.settings],
        "secrets": [_field(field) for field in spec.secrets],
        "triggers": [
            {"name": each.name, "label": each.label, "kinds": each.kinds, "carries": each.carries.name}
            for each in spec.triggers
        ],
        "operations": [_operation(each) for each in spec.operations],
        "records": [each.name for each in spec.records],
    }


def _operation(spec: OperationSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "label": spec.label,
        "nature": spec.nature.value,
        "inputs": [
            {"name": name, "record": record.name, "required": name in spec.inputs}
            for name, record in spec.takes.items()
        ],
        "settings": [_field(field) for field in spec.settings],
        "outcomes": [
            {"name": outcome, "record": spec.gives[outcome].name if outcome in spec.gives else None}
            for outcome in spec.outcomes
        ],
    }


def _record(spec: RecordSpec) -> dict[str, Any]:
    own = {"label": spec.label, "fields": [_field(field) for field in spec.fields]}
    return own | ({"one_of": [each.name for each in spec.one_of]} if spec.one_of else {})


def _field(spec: FieldSpec) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": spec.name,
        "label": spec.label,
        "type": spec.type.value,
        "required": spec.required,
        "certainty": spec.certainty.value,
    }
    bounds = {"width": spec.width, "places": spec.places, "words": list(spec.words) or None}
    further = {"example": spec.example or None, "source": spec.source or None}
    record = {"record": spec.record.name if spec.record else None}
    return told | {name: value for name, value in (bounds | further | record).items() if value is not None}


def markdown(connectors: Sequence[ConnectorSpec]) -> Iterator[str]:
    """The reference page, line by line."""
    yield from (HEAD, "", INTRODUCTION)
    for connector in connectors:
        yield from ("", f"## {connector.label} (`{connector.name}`)")
        yield from _triggers(connector)
        yield from _operations(connector)
        yield from _access(connector)
    yield from ("", "## Records")
    for record in records_of(connectors).values():
        yield from _record_lines(record)


def _triggers(connector: ConnectorSpec) -> Iterator[str]:
    if connector.triggers:
        yield from ("", "| starts a flow | kinds of events | carries |", "|---|---|---|")
        for each in connector.triggers:
            kinds = ", ".join(f"`{kind}`" for kind in each.kinds)
            yield f"| {each.label} | {kinds} | {_link(each.carries)} |"


def _operations(connector: ConnectorSpec) -> Iterator[str]:
    if connector.operations:
        yield from ("", "| operation | what it does | takes | gives, by outcome |", "|---|---|---|---|")
        for each in connector.operations:
            gives = ", ".join(_given(outcome, each.gives) for outcome in each.outcomes)
            yield f"| `{each.name}` | {each.label} | {', '.join(_taken(each))} | {gives} |"


def _taken(spec: OperationSpec) -> Iterator[str]:
    for name, record in spec.takes.items():
        optional = "" if name in spec.inputs else " (optional)"
        yield f"`{name}`: {_link(record)}{optional}"
    yield from (f"`set: {field.name}`" for field in spec.settings)


def _given(outcome: str, gives: Mapping[str, RecordSpec]) -> str:
    return f"`{outcome}`: {_link(gives[outcome])}" if outcome in gives else f"`{outcome}`"


def _access(connector: ConnectorSpec) -> Iterator[str]:
    for title, fields in (("settings", connector.settings), ("secrets", connector.secrets)):
        if fields:
            yield from ("", f"A connection's {title}:", "", *_field_lines(fields))
    for spec in connector.operations:
        if spec.settings:
            yield from ("", f"What a node with `{spec.name}` says under `set`:", "")
            yield from _field_lines(spec.settings)


def _record_lines(record: RecordSpec) -> Iterator[str]:
    yield from ("", f"### {record.name}", "", f"{record.label}.")
    if record.one_of:
        yield from ("", "One of: " + ", ".join(map(_link, record.one_of)) + ".")
    if record.fields:
        yield from ("", *_field_lines(record.fields))


def _field_lines(fields: Sequence[FieldSpec]) -> Iterator[str]:
    yield from ("| field | what it is | type | example | certainty |", "|---|---|---|---|---|")
    for field in fields:
        example = f"`{field.example}`" if field.example else ""
        cells = (f"`{field.name}`", field.label, type_words(field), example, field.certainty.value)
        yield f"| {' | '.join(cells)} |"


def type_words(field: FieldSpec) -> str:
    """The type as people read it: ``optional text 10``."""
    if field.type is ValueType.CODE:
        kind = "one of " + ", ".join(f"`{word}`" for word in field.words)
    else:
        inner = f" {_link(field.record)}" if field.record else ""
        width = f" {field.width}" if field.width else ""
        kind = field.type.value + width + (f",{field.places}" if field.places else "") + inner
    return kind if field.required else f"optional {kind}"


def _link(record: RecordSpec) -> str:
    return f"[{record.name}](#{record.name.replace('.', '')})"
