"""A flow that events start, by their kinds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding, quoted
from counterfoil.flows.schema_parts import Schema, record
from counterfoil.flows.triggers.event_fields import fields_of
from counterfoil.flows.triggers.trigger import Trigger, TriggerKind
from counterfoil.ports.catalogue import ResultField

EVENT_FORM = r"[a-z][a-z0-9_.]{0,59}\*?"
OWN_STARTS = ("schedule.", "manual.")
"""Beginnings of kinds that no flow names: a schedule and a person start one flow, which is its own."""

_ENTRY = "event"
_EVENT = re.compile(EVENT_FORM)
_EVENTS_MAX = 10
_GAP = ", "


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTrigger(Trigger):
    """Kinds of event, or beginnings with ``*``, with commas between them."""

    event: str
    line: int = field(default=0, compare=False)

    @override
    def __str__(self) -> str:
        return self.event

    @override
    def events(self, flow: str) -> str:
        return self.event

    @override
    def content(self) -> dict[str, object]:
        return {_ENTRY: self.event}

    @override
    def findings(self) -> Iterator[Finding]:
        for pattern in patterns_of(self.event):
            if any(meet(pattern, f"{own}*") for own in OWN_STARTS):
                text = f"trigger: {quoted(pattern)} names a flow's own start; write a schedule or 'manual'"
                yield Finding(self.line, text)

    @override
    def fields_told(self) -> tuple[ResultField, ...]:
        return fields_of(patterns_of(self.event))

    @property
    @override
    def words(self) -> str:
        return f"on {self.event}"


def patterns_of(events: str) -> list[str]:
    """The kinds of event, or beginnings with ``*``, that stand in one text."""
    return events.split(_GAP)


def meet(one: str, other: str) -> bool:
    """Whether two kinds of event, or beginnings with ``*``, have a kind in common."""
    begins, ends = one.removesuffix("*"), other.removesuffix("*")
    if one == begins and other == ends:
        return one == other
    return (one != begins and ends.startswith(begins)) or (other != ends and begins.startswith(ends))


def _read(entries: Mapping[str, Part], line: int) -> EventTrigger:
    part = entries[_ENTRY]
    events = [event.strip() for event in part.text().split(",")]
    for event in events:
        if not _EVENT.fullmatch(event):
            raise part.wrong(f"{quoted(event)} is not a kind of event, such as payment.captured or payment.*")
    if len(events) > _EVENTS_MAX:
        raise part.wrong(f"a flow has at most {_EVENTS_MAX} kinds of event")
    return EventTrigger(event=_GAP.join(events), line=line)


def _schema() -> Schema:
    kinds: Schema = {
        "type": "string",
        "pattern": f"^{EVENT_FORM}(\\s*,\\s*{EVENT_FORM})*$",
        "description": "Kinds of event, or beginnings with *, with commas between them.",
    }
    return record({_ENTRY: kinds})


EVENT = TriggerKind(entry=_ENTRY, read=_read, schema=_schema)
