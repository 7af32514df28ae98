"""A flow that events start, by their kinds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding, nearest, quoted
from counterfoil.flows.schema_parts import Schema, record
from counterfoil.flows.triggers.items import item_of
from counterfoil.flows.triggers.trigger import Trigger, TriggerKind
from counterfoil.ports.catalogue import Catalogue
from counterfoil.ports.field_types import RecordSpec
from counterfoil.ports.own_triggers import BOOKS_TRIGGERS, ITEM

EVENT_FORM = r"[a-z][a-z0-9_.]{0,59}\*?"
OWN_STARTS = ("schedule.", "manual.")
"""Beginnings of kinds that no flow names: a schedule and a person start one flow, which is its own."""

_ENTRY, _ITEMS_OF = "event", "items_of"
_EVENT = re.compile(EVENT_FORM)
_EVENTS_MAX = 10
_GAP = ", "


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTrigger(Trigger):
    """Kinds of event, or beginnings with ``*``, with commas between them."""

    event: str
    items_of: str = ""
    """The operation whose items are told, where the flow asks for their fields."""
    line: int = field(default=0, compare=False)

    @override
    def __str__(self) -> str:
        return f"{self.event}, items of {self.items_of}" if self.items_of else self.event

    @override
    def events(self, flow: str) -> str:
        return self.event

    @override
    def content(self) -> dict[str, object]:
        items: dict[str, object] = {_ITEMS_OF: self.items_of} if self.items_of else {}
        return {_ENTRY: self.event} | items

    @override
    def findings(self, catalogue: Catalogue) -> Iterator[Finding]:
        for pattern in patterns_of(self.event):
            if any(meet(pattern, f"{own}*") for own in OWN_STARTS):
                text = f"trigger: {quoted(pattern)} names a flow's own start; write a schedule or 'manual'"
                yield Finding(self.line, text)

        if self.items_of:
            yield from (Finding(self.line, f"trigger: {wrong}") for wrong in self._wrong_items(catalogue))

    def _wrong_items(self, catalogue: Catalogue) -> Iterator[str]:
        for pattern in patterns_of(self.event):
            if not pattern.startswith(ITEM):
                yield f"{quoted(pattern)} is no item: {_ITEMS_OF} belongs to {ITEM}<name> alone"
        lists = [name for name, spec in catalogue.items() if item_of(spec) is not None]
        if self.items_of not in lists:
            yield f"{quoted(self.items_of)} gives no list of items{nearest(self.items_of, lists)}"

    @override
    def carries(self, catalogue: Catalogue) -> RecordSpec | None:
        """What every event of these kinds holds."""
        if self.items_of:
            return item_of(catalogue.get(self.items_of))
        return _books_record(patterns_of(self.event))

    @override
    def told(self, body: Mapping[str, object]) -> Mapping[str, object]:
        if self.items_of:
            item = body.get("item")
            return item if isinstance(item, Mapping) else {}
        record = _books_record(patterns_of(self.event))
        return {field.name: body.get(field.name) for field in record.fields} if record is not None else {}

    @property
    @override
    def words(self) -> str:
        return f"on {self.event}"


def _books_record(patterns: Sequence[str]) -> RecordSpec | None:
    """What all of these hold; what a gateway or a processor tells is read by a node instead."""
    found = [_known(pattern) for pattern in patterns]
    records = [each for each in found if each is not None]
    if len(records) < len(found):
        return None
    shared = [field for field in records[0].fields if all(field in each.fields for each in records)]
    return RecordSpec(name=records[0].name, label=records[0].label, fields=tuple(shared)) if shared else None


def _known(pattern: str) -> RecordSpec | None:
    subject, mark, _ = pattern.partition(".")
    kinds = f"{subject}{mark}"
    found = (each for each in BOOKS_TRIGGERS if mark and each.kinds[0].startswith(kinds))
    return next((each.carries for each in found), None)


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
    items_of = entries[_ITEMS_OF].text() if _ITEMS_OF in entries else ""
    return EventTrigger(event=_GAP.join(events), items_of=items_of, line=line)


def _schema() -> Schema:
    kinds: Schema = {
        "type": "string",
        "pattern": f"^{EVENT_FORM}(\\s*,\\s*{EVENT_FORM})*$",
        "description": "Kinds of event, or beginnings with *, with commas between them.",
    }
    items: Schema = {
        "type": "string",
        "minLength": 1,
        "description": "Of item.<name>: the operation whose items these are; their fields may be asked.",
    }
    return record({_ENTRY: kinds, _ITEMS_OF: items}, required=(_ENTRY,))


EVENT = TriggerKind(entry=_ENTRY, optional=(_ITEMS_OF,), read=_read, schema=_schema)
