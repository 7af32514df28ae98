"""A node that does one operation of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding, nearest, quoted
from counterfoil.flows.nodes.node import Around, Deed, Kind, Node
from counterfoil.flows.schema_parts import ROUTE, TAKEN, Schema, record
from counterfoil.ports.catalogue import Catalogue, OperationSpec

_ENTRY, _CONNECTION, _SET = "do", "connection", "set"
_SETTING_MAX = 500


@dataclass(frozen=True, slots=True)
class Do(Deed):
    """The operation by its name."""

    operation: str
    connection: str = ""
    """The connection's name, in each environment the same, where another system is reached."""
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    @override
    def words(self) -> str:
        return f"{_ENTRY} {self.operation}"

    @override
    def spec(self, node: Node, around: Around) -> OperationSpec | None:
        return around.catalogue.get(self.operation)

    @override
    def unknown(self, node: Node, around: Around) -> Finding:
        close = nearest(self.operation, around.catalogue)
        return Finding(node.line, f"{node.name}: no operation {quoted(self.operation)}{close}")

    @override
    def findings(self, node: Node, around: Around) -> Iterator[Finding]:
        spec = around.catalogue[self.operation]
        known = {each.name: each for each in spec.settings}
        if spec.connects is not bool(self.connection):
            wrong = "say the name of its 'connection'" if spec.connects else "takes no connection"
            yield Finding(node.line, f"{node.name}: {spec.name}: {wrong}")
        for name in self.settings:
            if name not in known:
                text = f"{spec.name} has no setting {quoted(name)}{nearest(name, known)}"
                yield Finding(node.line, f"{node.name}: {text}")
        for name, setting in known.items():
            if setting.required and name not in self.settings:
                yield Finding(node.line, f"{node.name}: {spec.name} needs {name!r} under 'set'")

    @override
    def content(self) -> dict[str, object]:
        connection = {_CONNECTION: self.connection} if self.connection else {}
        return {_ENTRY: self.operation} | connection | ({_SET: dict(self.settings)} if self.settings else {})

    @override
    def lines(self) -> Iterator[str]:
        return (f"{name}: {value}" for name, value in self.settings.items())


def _read(entries: Mapping[str, Part]) -> Do:
    return Do(
        operation=entries[_ENTRY].text(),
        connection=entries[_CONNECTION].text() if _CONNECTION in entries else "",
        settings=dict(_settings(entries[_SET])) if _SET in entries else {},
    )


def _settings(part: Part) -> Iterator[tuple[str, str]]:
    for name, value in part.entries():
        text = value.text()
        if len(text) > _SETTING_MAX or not text.isprintable():
            raise value.wrong(f"a setting is one line of at most {_SETTING_MAX} characters")
        yield name, text


def _schemas(catalogue: Catalogue) -> Iterator[Schema]:
    yield from (_schema(catalogue[name]) for name in sorted(catalogue))


def _schema(spec: OperationSpec) -> Schema:
    properties: dict[str, Schema] = {
        _ENTRY: {"const": spec.name, "description": spec.label},
        "then": record(dict.fromkeys(spec.outcomes, ROUTE)),
    }
    if spec.inputs or spec.optional_inputs:
        taken = dict.fromkeys((*spec.inputs, *spec.optional_inputs), TAKEN)
        properties["with"] = record(taken, required=spec.inputs)
    required = [_ENTRY, "then", *(("with",) if spec.inputs else ())]
    if spec.connects:
        properties[_CONNECTION] = {"type": "string", "description": "The connection's name."}
        required.append(_CONNECTION)
    if spec.settings:
        texts: dict[str, Schema] = {
            each.name: {"type": "string", "maxLength": _SETTING_MAX, "description": each.label}
            for each in spec.settings
        }
        needed = tuple(each.name for each in spec.settings if each.required)
        properties[_SET] = record(texts, required=needed)
        required += [_SET] if needed else []
    return {"description": spec.label} | record(properties, required=tuple(required))


DO = Kind(entry=_ENTRY, beside=(_CONNECTION, _SET), read=_read, schemas=_schemas)
