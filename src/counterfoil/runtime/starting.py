"""A flow that a person starts: by its own trigger, or a scheduled one once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from counterfoil.flows.definition import Flow
from counterfoil.flows.errors import quoted
from counterfoil.flows.triggers.call import CallTrigger
from counterfoil.flows.triggers.event import EventTrigger
from counterfoil.flows.triggers.fields import GivenField, read_given
from counterfoil.flows.triggers.manual import ManualTrigger
from counterfoil.flows.triggers.schedule import ScheduleTrigger
from counterfoil.ports.errors import ConfigurationError, DefectError
from counterfoil.ports.intake import OwnEvent
from counterfoil.ports.run_store import Json
from counterfoil.runtime.schedule_telling import order_key

SOURCE = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Who starts a flow, where, and with what."""

    environment: str
    connection: str
    company: str
    by: str
    given: Mapping[str, str]
    id: str
    at: datetime


def start_by_person(flow: Flow, start: Start) -> OwnEvent:
    """The event that starts the flow.

    Raises:
        ConfigurationError: events start it, it is another company's, or what was given does not fit.
    """
    fields = _fields(flow, start.company)
    body = {
        "by": start.by,
        "company": start.company,
        "due_at": start.at.astimezone(UTC).isoformat(),
        "fields": read_given(fields, start.given),
    }
    return OwnEvent(
        connection=start.connection,
        company=start.company,
        key=f"manual/{start.environment}/{flow.name}/{start.company}/{start.id}",
        source=SOURCE,
        kind=flow.trigger.events(flow.name),
        order_key=order_key(flow.trigger, flow.name, start.company, start.id),
        body=body,
        occurred_at=start.at,
    )


def told_item(body: Json) -> Json:
    """The item that an event of a kind such as ``item.invoice_due`` is about."""
    item = body.get("item")
    if not isinstance(item, Mapping):
        raise DefectError("the event holds no item")
    return item


def _fields(flow: Flow, company: str) -> Mapping[str, GivenField]:
    match flow.trigger:
        case ManualTrigger(fields=fields):
            return fields
        case ScheduleTrigger(company=own):
            if own not in {None, company}:
                raise ConfigurationError(f"{flow.name} is scheduled for company {own}, not {quoted(company)}")
            return {}
        case EventTrigger() | CallTrigger():
            raise ConfigurationError(f"{flow.name} starts {flow.trigger.words}: nobody starts it by hand")
        case trigger:
            raise DefectError(f"nobody knows how {flow.name} starts: {trigger.words}")
