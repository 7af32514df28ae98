"""What a connector publishes and refuses, held against the list that every connector keeps to."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.ports.catalogue import ConnectorSpec, Nature, OperationSpec
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.connectors import Access, Connector
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType


def shortcomings(connector: Connector) -> list[str]:
    """What is to be mended before a connector may be used; empty where nothing is."""
    spec = connector.spec
    own = [*_named(spec), *_opened(connector)]
    return own + [f"{each.name}: {text}" for each in spec.operations for text in _of_operation(each, spec)]


def _named(spec: ConnectorSpec) -> Iterator[str]:
    if not spec.name.isidentifier() or spec.name != spec.name.lower():
        yield f"{spec.name!r}: a connector is named in lower-case letters, digits and _"
    if not spec.label or not spec.operations:
        yield "it has a label and at least one operation"
    shared = {each.name for each in spec.settings} & {each.name for each in spec.secrets}
    for name in sorted(shared):
        yield f"{name}: is a setting and a secret"
    for field in (*spec.settings, *spec.secrets):
        yield from _of_field(field)


def _opened(connector: Connector) -> Iterator[str]:
    """A connection that lacks what it needs is refused in words, and before anything is reached."""
    needs = [each for each in (*connector.spec.settings, *connector.spec.secrets) if each.required]
    if not needs:
        return
    try:
        connector.open(Access(settings={}, secrets={}, clock=SystemClock())).close()
    except ConfigurationError as error:
        if not any(each.name in str(error) for each in needs):
            yield f"a connection without settings is refused without naming one: {error}"
    else:
        yield "a connection without settings is opened"


def _of_operation(operation: OperationSpec, spec: ConnectorSpec) -> Iterator[str]:
    if operation.name.partition(".")[0] != spec.name:
        yield f"does not begin with {spec.name}."
    if not operation.label or not operation.outcomes:
        yield "has a label and its outcomes"
    if not operation.connects or operation.nature is Nature.PURE:
        yield "says that it connects, and is reading or an effect"
    if set(operation.takes) != {*operation.inputs, *operation.optional_inputs}:
        yield "says of each input what it is made of (takes)"
    if not set(operation.gives) <= set(operation.outcomes):
        yield "gives records by its outcomes alone"
    if operation.nature is Nature.EFFECT and "effect" not in {each.name for each in operation.settings}:
        yield "an effect has the setting effect, the word that names it for ever"
    yield from _of_parts(operation)


def _of_parts(operation: OperationSpec) -> Iterator[str]:
    for record in (*operation.takes.values(), *operation.gives.values()):
        yield from _of_record(record)
    for field in operation.settings:
        yield from _of_field(field)


def _of_record(record: RecordSpec) -> Iterator[str]:
    if not record.label:
        yield f"record {record.name}: has a label"
    for field in record.fields:
        yield from _of_field(field)


def _of_field(field: FieldSpec) -> Iterator[str]:
    if not field.name or not field.label:
        yield f"field {field.name!r}: has a name and a label"
    if not field.source:
        yield f"field {field.name!r}: says what its certainty stands on (source)"
    if (field.type is ValueType.CODE) is not bool(field.words):
        yield f"field {field.name!r}: a code has its words, and nothing else has"
