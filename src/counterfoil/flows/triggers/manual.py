"""A flow that a person starts, with what it needs to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding, quoted
from counterfoil.flows.names import NAME_FORM, UNNAMEABLE, is_name
from counterfoil.flows.schema_parts import Schema, record
from counterfoil.flows.triggers.fields import GivenField, field_schema, given_fields, parse_field
from counterfoil.flows.triggers.trigger import Trigger, TriggerKind
from counterfoil.ports.catalogue import Catalogue
from counterfoil.ports.field_types import RecordSpec

FIELDS_MAX = 20
_ENTRY = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualTrigger(Trigger):
    """Named fields that a person fills in, in the order in which they are asked for."""

    fields: Mapping[str, GivenField]
    line: int = field(default=0, compare=False)

    @override
    def __str__(self) -> str:
        return "; ".join((_ENTRY, *(str(each) for each in self.fields.values())))

    @override
    def events(self, flow: str) -> str:
        return f"{_ENTRY}.{flow}"

    @override
    def content(self) -> dict[str, object]:
        return {_ENTRY: {name: each.content() for name, each in self.fields.items()}}

    @override
    def findings(self, catalogue: Catalogue) -> Iterator[Finding]:
        return iter(())

    @override
    def carries(self, catalogue: Catalogue) -> RecordSpec | None:
        told = tuple(each.told for each in self.fields.values())
        return RecordSpec(name=_ENTRY, label="What a person gave", fields=told) if told else None

    @override
    def told(self, body: Mapping[str, object]) -> Mapping[str, object]:
        given = given_fields(body)
        return {name: given.get(name) for name in self.fields}

    @property
    @override
    def words(self) -> str:
        return f"by a person, with {', '.join(self.fields)}" if self.fields else "by a person"


def _read(entries: Mapping[str, Part], line: int) -> ManualTrigger:
    part = entries[_ENTRY]
    fields = {name: _field(name, each) for name, each in part.entries()}
    if len(fields) > FIELDS_MAX:
        raise part.wrong(f"at most {FIELDS_MAX} fields can be asked for")
    return ManualTrigger(fields=fields, line=line)


def _field(name: str, part: Part) -> GivenField:
    if not is_name(name):
        raise part.wrong(f"{quoted(name)} cannot name a field: lower-case letters, digits and _")
    return parse_field(name, part)


def _schema() -> Schema:
    fields: Schema = {
        "type": "object",
        "maxProperties": FIELDS_MAX,
        "propertyNames": {"pattern": f"^{NAME_FORM}$", "not": {"enum": list(UNNAMEABLE)}},
        "additionalProperties": field_schema(),
        "description": "What a person gives, by name; {} where nothing is asked.",
    }
    return record({_ENTRY: fields})


MANUAL = TriggerKind(entry=_ENTRY, read=_read, schema=_schema)
