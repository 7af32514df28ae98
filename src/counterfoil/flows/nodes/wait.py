"""A node that lets time pass: a length of time, or until a time of day in a zone."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.flows.durations import DURATION_FORM, read_duration, seconds
from counterfoil.flows.errors import quoted
from counterfoil.flows.nodes.node import Around, Deed, Kind, Node
from counterfoil.flows.schema_parts import ROUTE, Schema, record
from counterfoil.flows.zones import wrong_zone
from counterfoil.ports.catalogue import Catalogue, Nature, OperationSpec

OVER = "over"
_ENTRY = "wait"
_LABEL = "Let time pass"
_CLOCK_FORM = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_CLOCK = re.compile(_CLOCK_FORM)
_DAYS_SEARCHED = 8


class Length(ABC):
    """How long a run waits."""

    @abstractmethod
    def end(self, start: datetime) -> datetime:
        """When it goes on, where it came to the node at that moment; both in UTC."""

    @abstractmethod
    def content(self) -> dict[str, object]:
        """What counts for the flow's version."""


@dataclass(frozen=True, slots=True)
class For(Length):
    """So long."""

    length: timedelta
    said: str = field(compare=False)

    @override
    def __str__(self) -> str:
        return f"for {self.said}"

    @override
    def end(self, start: datetime) -> datetime:
        return start + self.length

    @override
    def content(self) -> dict[str, object]:
        return {"for": seconds(self.length)}


@dataclass(frozen=True, slots=True)
class Until(Length):
    """Until the clock next shows the time in the zone."""

    at: time
    zone: str

    @override
    def __str__(self) -> str:
        return f"until {self.at:%H:%M} in {self.zone}"

    @override
    def end(self, start: datetime) -> datetime:
        """A time that a day skips comes as much later as the clock was put forward."""
        zone = ZoneInfo(self.zone)
        day = start.astimezone(zone).date()
        for later in range(_DAYS_SEARCHED):
            moment = datetime.combine(day + timedelta(days=later), self.at, zone).astimezone(UTC)
            if moment > start:
                return moment
        raise ValueError(f"no {self} within {_DAYS_SEARCHED} days")

    @override
    def content(self) -> dict[str, object]:
        return {"until": f"{self.at:%H:%M}", "zone": self.zone}


@dataclass(frozen=True, slots=True)
class Wait(Deed):
    """The length of it."""

    length: Length

    @property
    @override
    def words(self) -> str:
        return _ENTRY

    @override
    def spec(self, node: Node, around: Around) -> OperationSpec:
        label = f"Wait {self.length}"
        return OperationSpec(name=_ENTRY, label=label, nature=Nature.EFFECT, outcomes=(OVER,))

    @override
    def content(self) -> dict[str, object]:
        return {_ENTRY: self.length.content()}


def _read(entries: Mapping[str, Part]) -> Wait:
    part = entries[_ENTRY]
    fields = part.fields((), ("for", "until", "zone"))
    if ("for" in fields) is ("until" in fields):
        raise part.wrong("say either 'for', such as 3 days, or 'until' with 'zone', such as 08:00")
    if "for" not in fields:
        return Wait(_until(part, part.fields(("until", "zone"))))
    if "zone" in fields:
        raise fields["zone"].wrong("a zone belongs to 'until'")
    return Wait(For(read_duration(fields["for"]), fields["for"].text()))


def _until(part: Part, fields: Mapping[str, Part]) -> Until:
    at, zone = fields["until"].text(), fields["zone"].text()
    if wrong := wrong_zone(zone):
        raise fields["zone"].wrong(wrong)
    if not _CLOCK.fullmatch(at):
        raise part.wrong(f"{quoted(at)} is no time of day such as 08:00")
    return Until(time.fromisoformat(at), zone)


def _schemas(_catalogue: Catalogue) -> Iterator[Schema]:
    length: Schema = {"type": "string", "pattern": f"^{DURATION_FORM}$"}
    at: Schema = {"type": "string", "pattern": f"^{_CLOCK_FORM}$"}
    zone: Schema = {"type": "string", "description": "Such as America/New_York."}
    lengths = [record({"for": length}), record({"until": at, "zone": zone})]
    yield {"description": _LABEL} | record({_ENTRY: {"oneOf": lengths}, "then": record({OVER: ROUTE})})


WAIT = Kind(entry=_ENTRY, read=_read, schemas=_schemas)
