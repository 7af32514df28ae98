"""A flow that other flows call, with the results that they hand it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding, quoted
from counterfoil.flows.names import NAME_FORM, UNNAMEABLE, is_name
from counterfoil.flows.routes import ENDS
from counterfoil.flows.schema_parts import Schema, record
from counterfoil.flows.triggers.trigger import TRIGGER, Trigger, TriggerKind
from counterfoil.ports.catalogue import Catalogue
from counterfoil.ports.field_types import RecordSpec

TAKES_MAX = 10
_ENTRY = "call"
_OPERATION_FORM = r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTrigger(Trigger):
    """What the flow is handed: by name, the operation whose result it is."""

    takes: Mapping[str, str]
    line: int = field(default=0, compare=False)

    @override
    def __str__(self) -> str:
        return f"{_ENTRY} with {', '.join(f'{name} ({each})' for name, each in self.takes.items())}"

    @override
    def events(self, flow: str) -> str:
        """No event is of this kind: only a call starts the flow."""
        return f"{_ENTRY}.{flow}"

    @override
    def content(self) -> dict[str, object]:
        return {_ENTRY: dict(self.takes)}

    @override
    def findings(self, catalogue: Catalogue) -> Iterator[Finding]:
        return iter(())

    @override
    def carries(self, catalogue: Catalogue) -> RecordSpec | None:
        """The event is the caller's, whatever that is."""
        return None

    @override
    def told(self, body: Mapping[str, object]) -> Mapping[str, object]:
        return {}

    @property
    @override
    def words(self) -> str:
        return f"by other flows, with {', '.join(self.takes)}" if self.takes else "by other flows"


def _read(entries: Mapping[str, Part], line: int) -> CallTrigger:
    takes = dict(entries[_ENTRY].entries())
    for name, part in takes.items():
        if not is_name(name) or name in {*ENDS, TRIGGER}:
            raise part.wrong(f"{quoted(name)} cannot name what the flow takes")
    if len(takes) > TAKES_MAX:
        raise entries[_ENTRY].wrong(f"a flow takes at most {TAKES_MAX} results")
    return CallTrigger(takes={name: part.text() for name, part in takes.items()}, line=line)


def _schema() -> Schema:
    takes: Schema = {
        "type": "object",
        "maxProperties": TAKES_MAX,
        "propertyNames": {"pattern": f"^{NAME_FORM}$", "not": {"enum": [*ENDS, TRIGGER, *UNNAMEABLE]}},
        "additionalProperties": {"type": "string", "pattern": f"^{_OPERATION_FORM}$"},
        "description": "What the calling flow hands over: name and the operation whose result it is.",
    }
    return record({_ENTRY: takes})


CALL = TriggerKind(entry=_ENTRY, read=_read, schema=_schema)
