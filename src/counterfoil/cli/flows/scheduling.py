"""`counterfoil flows schedules`, `pause`, `resume` and `start`: what starts when, and by whose hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from counterfoil.bootstrap.own_starts import Wish, start_flow
from counterfoil.bootstrap.schedule_pausing import pause_schedule, resume_schedule
from counterfoil.bootstrap.schedule_report import ScheduleLine, schedule_lines
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.flows.options import By, Data
from counterfoil.cli.foxpro.telling import AsJson, say, say_document, shown
from counterfoil.config import read_settings
from counterfoil.ports.errors import ConfigurationError

Flow = Annotated[str, typer.Argument(help="The flow's name.")]


def schedules(*, as_json: AsJson = False, data: Data = None) -> None:
    """Shows the schedules that are live, with the last and the next start of each by its zone's clock."""
    with told(), Workspace(read_settings(data=data)) as hub:
        lines = schedule_lines(hub)
    if as_json:
        say_document({"schedules": [_document(line) for line in lines]})
        return
    for line in lines:
        say(shown(f"{line.environment}  {line.flow}  {line.schedule.words}"))
        if line.paused:
            say(shown(f"    paused by {line.paused.by} at {_local(line, line.paused.at)}: {line.paused.why}"))
        if not line.company:
            say("    starts nothing: no company has books here")
            continue
        last, following = (_local(line, at) for at in (line.last, line.next))
        say(shown(f"    company {line.company}: last {last}, next {following}"))
        if line.left_out:
            say(f"        left out: {_local(line, line.left_out)}, as the run before it had not ended")


def start(
    flow: Flow,
    fields: Annotated[list[str] | None, typer.Argument(help="What the flow asks for: name=value ...")] = None,
    *,
    environment: Annotated[str, typer.Option(help="Where: dev, qa or production.")],
    by: By,
    company: Annotated[str, typer.Option(help="For which company; needless where there is one.")] = "",
    data: Data = None,
) -> None:
    """Starts a live flow that people start, or one that is scheduled once more; a running hub carries it."""
    with told(), Workspace(read_settings(data=data)) as hub:
        wish = Wish(flow=flow, environment=environment, company=company, given=_given(fields or ()))
        started = start_flow(hub, wish, by=by)
    say(f"started: run {', '.join(started.runs)}" if started.runs else f"kept as event {started.event}")


def pause(
    flow: Flow,
    *,
    environment: Annotated[str, typer.Option(help="Where: dev, qa or production.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why; shown with the schedule.")],
    data: Data = None,
) -> None:
    """Lets a live schedule start nothing until it is resumed; people may still start its flow."""
    with told(), Workspace(read_settings(data=data)) as hub:
        pause_schedule(hub, environment, flow, by=by, reason=reason)
    say(shown(f"{flow} is paused in {environment}; what falls into the pause is not made up for"))


def resume(
    flow: Flow,
    *,
    environment: Annotated[str, typer.Option(help="Where: dev, qa or production.")],
    by: By,
    data: Data = None,
) -> None:
    """Lets a paused schedule start at its times again."""
    with told(), Workspace(read_settings(data=data)) as hub:
        resume_schedule(hub, environment, flow, by=by)
    say(shown(f"{flow} starts at its times again in {environment}"))


def _given(fields: Sequence[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for field in fields:
        name, equals, text = field.partition("=")
        if not equals or name in given:
            raise ConfigurationError(f"write each field once, as name=value: not {field!r}")
        given[name] = text.strip()
    return given


def _local(line: ScheduleLine, at: datetime | None) -> str:
    if at is None:
        return "never"
    return f"{at.astimezone(ZoneInfo(line.schedule.zone)):%a %Y-%m-%d %H:%M %Z}"


def _document(line: ScheduleLine) -> dict[str, object]:
    return {
        "environment": line.environment,
        "flow": line.flow,
        "company": line.company,
        "schedule": line.schedule.content(),
        "last": line.last.isoformat() if line.last else None,
        "next": line.next.isoformat() if line.next else None,
        "left_out": line.left_out.isoformat() if line.left_out else None,
        "paused": _pause(line),
    }


def _pause(line: ScheduleLine) -> dict[str, str] | None:
    pause = line.paused
    return {"by": pause.by, "why": pause.why, "at": pause.at.isoformat()} if pause else None
