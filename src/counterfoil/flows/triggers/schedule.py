"""A flow that starts at times by the clock of a zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding, quoted
from counterfoil.flows.schema_parts import Schema, record
from counterfoil.flows.triggers.cron import (
    CRON_LENGTH_MAX,
    CronError,
    last_time,
    next_time,
    normal_form,
    require_cron,
)
from counterfoil.flows.triggers.trigger import Trigger, TriggerKind
from counterfoil.flows.zones import wrong_zone
from counterfoil.ports.catalogue import Catalogue
from counterfoil.ports.field_types import RecordSpec
from counterfoil.ports.own_triggers import START

COMPANY_LENGTH_MAX = 20


class Missed(StrEnum):
    """Which starts are made up for that came while no hub ran, oldest first."""

    LAST = "last"
    NONE = "none"
    EACH = "each"


class Overlap(StrEnum):
    """What becomes of a start that comes while a run of an earlier one is under way."""

    AFTER = "after"
    """It waits for the end of that run."""
    SKIP = "skip"
    """It is left out."""
    BESIDE = "beside"
    """It runs at the same time."""


_ENTRY = "schedule"
Choice = TypeVar("Choice", Missed, Overlap)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleTrigger(Trigger):
    """Times of a zone, for one company or for every company of the environment."""

    cron: str
    zone: str
    company: str | None = None
    """The company that it starts for; None: each that has books in the environment."""
    missed: Missed = Missed.LAST
    overlap: Overlap = Overlap.AFTER
    line: int = field(default=0, compare=False)

    @override
    def __str__(self) -> str:
        company = f", company {self.company}" if self.company else ""
        policies = "".join(f", {name}: {word}" for name, word in self._policies().items())
        return f"{self.cron} ({self.zone}{company}{policies})"

    @override
    def events(self, flow: str) -> str:
        return f"{_ENTRY}.{flow}"

    @override
    def content(self) -> dict[str, object]:
        company = {"company": self.company} if self.company else {}
        return {_ENTRY: self.cron, "zone": self.zone, **company, **self._policies()}

    @override
    def findings(self, catalogue: Catalogue) -> Iterator[Finding]:
        try:
            require_cron(self.cron)
        except CronError as error:
            yield Finding(self.line, f"trigger.schedule: {error}")
        if wrong := wrong_zone(self.zone):
            yield Finding(self.line, f"trigger.zone: {wrong}")

    @override
    def carries(self, catalogue: Catalogue) -> RecordSpec:
        return START

    @override
    def told(self, body: Mapping[str, object]) -> Mapping[str, object]:
        return {field.name: body.get(field.name) for field in START.fields}

    @property
    @override
    def words(self) -> str:
        return f"at {self}"

    def _policies(self) -> dict[str, str]:
        """Those that are not the usual ones."""
        missed = {"missed": self.missed.value} if self.missed is not Missed.LAST else {}
        overlap = {"overlap": self.overlap.value} if self.overlap is not Overlap.AFTER else {}
        return missed | overlap

    def next_after(self, instant: datetime) -> datetime | None:
        """The next start, in UTC; of a trigger without findings."""
        return next_time(self.cron, ZoneInfo(self.zone), instant)

    def last_within(self, since: datetime, until: datetime) -> datetime | None:
        """The last start after `since` and not after `until`, in UTC; of a trigger without findings."""
        return last_time(self.cron, ZoneInfo(self.zone), since, until)

    def all_within(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """The starts after `since` and not after `until`, in UTC, in order; of a trigger without findings."""
        at = self.next_after(since)
        while at is not None and at <= until:
            yield at
            at = self.next_after(at)


def _read(entries: Mapping[str, Part], line: int) -> ScheduleTrigger:
    cron = entries[_ENTRY]
    if len(cron.text()) > CRON_LENGTH_MAX:
        raise cron.wrong(f"a schedule has at most {CRON_LENGTH_MAX} characters")
    return ScheduleTrigger(
        cron=normal_form(cron.text()),
        zone=entries["zone"].text(),
        company=_company(entries["company"]) if "company" in entries else None,
        missed=_one_of(Missed, entries["missed"]) if "missed" in entries else Missed.LAST,
        overlap=_one_of(Overlap, entries["overlap"]) if "overlap" in entries else Overlap.AFTER,
        line=line,
    )


def _one_of(choices: type[Choice], part: Part) -> Choice:
    words = [choice.value for choice in choices]
    if part.text() not in words:
        raise part.wrong(f"one of {', '.join(words)}, not {quoted(part.text())}")
    return choices(part.text())


def _company(part: Part) -> str:
    company = part.text()
    if len(company) > COMPANY_LENGTH_MAX or not company.isprintable():
        raise part.wrong(f"a company's code has at most {COMPANY_LENGTH_MAX} characters")
    return company


def _schema() -> Schema:
    times: Schema = {
        "type": "string",
        "maxLength": CRON_LENGTH_MAX,
        "pattern": r"^\s*\S+(\s+\S+){4}\s*$",
        "description": "Minute, hour, day of the month, month and day of the week, as cron writes them.",
    }
    zone: Schema = {"type": "string", "minLength": 1, "description": "The zone of its clock."}
    company: Schema = {
        "type": "string",
        "minLength": 1,
        "maxLength": COMPANY_LENGTH_MAX,
        "description": "The company that it starts for; without it, each that has books.",
    }
    missed: Schema = {
        "enum": [each.value for each in Missed],
        "description": "Which starts are made up for that came while no hub ran.",
    }
    overlap: Schema = {
        "enum": [each.value for each in Overlap],
        "description": "What becomes of a start while an earlier run is under way.",
    }
    entries = {_ENTRY: times, "zone": zone, "company": company, "missed": missed, "overlap": overlap}
    return record(entries, required=(_ENTRY, "zone"))


SCHEDULE = TriggerKind(
    entry=_ENTRY, required=("zone",), optional=("company", "missed", "overlap"), read=_read, schema=_schema
)
