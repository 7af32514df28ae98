"""A flow that starts at times by the clock of a zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding
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
from counterfoil.ports.catalogue import FieldType, ResultField

COMPANY_LENGTH_MAX = 20
_ENTRY = "schedule"
_FIELDS = (
    ResultField(name="company", label="Whose books", type=FieldType.TEXT, example="01"),
    ResultField(
        name="due_at", label="When, in UTC", type=FieldType.TEXT, example="2026-11-27T12:30:00+00:00"
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleTrigger(Trigger):
    """Times of a zone, for one company or for every company of the environment."""

    cron: str
    zone: str
    company: str | None = None
    """The company that it starts for; None: each that has books in the environment."""
    line: int = field(default=0, compare=False)

    @override
    def __str__(self) -> str:
        company = f", company {self.company}" if self.company else ""
        return f"{self.cron} ({self.zone}{company})"

    @override
    def events(self, flow: str) -> str:
        return f"{_ENTRY}.{flow}"

    @override
    def content(self) -> dict[str, object]:
        company = {"company": self.company} if self.company else {}
        return {_ENTRY: self.cron, "zone": self.zone, **company}

    @override
    def findings(self) -> Iterator[Finding]:
        try:
            require_cron(self.cron)
        except CronError as error:
            yield Finding(self.line, f"trigger.schedule: {error}")
        if wrong := wrong_zone(self.zone):
            yield Finding(self.line, f"trigger.zone: {wrong}")

    @override
    def fields_told(self) -> tuple[ResultField, ...]:
        return _FIELDS

    @property
    @override
    def words(self) -> str:
        return f"at {self}"

    def next_after(self, instant: datetime) -> datetime | None:
        """The next start, in UTC; of a trigger without findings."""
        return next_time(self.cron, ZoneInfo(self.zone), instant)

    def last_within(self, since: datetime, until: datetime) -> datetime | None:
        """The last start after `since` and not after `until`, in UTC; of a trigger without findings."""
        return last_time(self.cron, ZoneInfo(self.zone), since, until)


def _read(entries: Mapping[str, Part], line: int) -> ScheduleTrigger:
    cron = entries[_ENTRY]
    if len(cron.text()) > CRON_LENGTH_MAX:
        raise cron.wrong(f"a schedule has at most {CRON_LENGTH_MAX} characters")
    return ScheduleTrigger(
        cron=normal_form(cron.text()),
        zone=entries["zone"].text(),
        company=_company(entries["company"]) if "company" in entries else None,
        line=line,
    )


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
    return record({_ENTRY: times, "zone": zone, "company": company}, required=(_ENTRY, "zone"))


SCHEDULE = TriggerKind(entry=_ENTRY, required=("zone",), optional=("company",), read=_read, schema=_schema)
