"""`counterfoil status`: one screen for the operator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.bootstrap.status import Status, read_status
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.alerts import alert_document, alert_line
from counterfoil.cli.failures import told
from counterfoil.cli.foxpro.telling import AsJson, say, say_document, shown
from counterfoil.config import read_settings
from counterfoil.monitor.readings import told as span
from counterfoil.monitor.snapshot import Snapshot


def status(
    *,
    as_json: AsJson = False,
    port: Annotated[int | None, typer.Option(help="The hub's port on this machine.")] = None,
    data: Annotated[Path | None, typer.Option(help="The hub's folder.")] = None,
) -> None:
    """Shows how everything stands: processes, queue, money not posted, breakers, polls, people, alerts."""
    with told(), Workspace(read_settings(data=data, port=port)) as workspace:
        found = read_status(workspace)
    if as_json:
        say_document(document(found))
        return
    for line in screen(found):
        say(line)


def screen(found: Status) -> Iterator[str]:
    """The lines, one matter each."""
    now = found.snapshot
    yield _row("hub here", _hub(found))
    yield _row("workers", f"{len(now.workers)} of {len(now.signs.workers)} live")
    for agent in now.agents:
        waits = f", {agent.waiting} postings wait" if agent.waiting else ""
        yield _row(f"agent {agent.company} {agent.environment}", shown(agent.state) + waits)
    yield from _queue(now)
    yield from _money(now)
    yield from _ended(now)
    yield _row(
        "breakers", ", ".join(f"{shown(one.name)} {one.state}" for one in now.breakers) or "all closed"
    )
    for poll in now.signs.polls:
        yield _row(f"poll {poll.connection} {poll.poll}", f"read all {_ago(now, poll.read_at)}")
    yield _row("for people", _tasks(now))
    yield _row("last backup", _ago(now, now.backup_at) if now.backup_at else "none was made here")
    yield _row("alerts", "" if found.alerts else "none")
    for alert in found.alerts:
        yield f"  {alert_line(alert)}"


def _hub(found: Status) -> str:
    if found.hub is None:
        return f"none answers at port {found.port}"
    return "ready" if found.hub.ready else f"NOT READY: {shown('; '.join(found.hub.reasons))}"


def _queue(now: Snapshot) -> Iterator[str]:
    states: dict[str, int] = {}
    for one in now.open_work.runs:
        states[one.status] = states.get(one.status, 0) + one.runs
    words = ", ".join(f"{count} {state}" for state, count in states.items())
    due = min((one.due_at for one in now.open_work.runs if one.due_at), default=None)
    late = f"; due first {_ago(now, due)}" if due and due <= now.at else ""
    yield _row("runs", (words or "none open") + late)


def _money(now: Snapshot) -> Iterator[str]:
    for one in now.open_work.unposted:
        what = f"{one.amount} {one.currency} of {one.payments} payments, oldest {_ago(now, one.oldest_at)}"
        yield _row(f"not posted {one.company} {one.environment}", what)
    if not now.open_work.unposted:
        yield _row("not posted", "no money")


def _ended(now: Snapshot) -> Iterator[str]:
    for one in now.recent.ended:
        words = f"{one.posted} posted, {one.posted_alone} of them without a person, {one.held} held"
        took = f"; half within {one.seconds_middle} s, nearly all within {one.seconds_most} s"
        yield _row(f"24 hours {one.company} {one.environment}", words + (took if one.posted else ""))


def _tasks(now: Snapshot) -> str:
    dead = sum(one.runs for one in now.open_work.runs if one.status == "dead")
    tasks = sum(one.count for one in now.open_work.tasks)
    return f"{tasks} review tasks, {dead} dead letters"


def _row(what: str, words: str) -> str:
    return f"{shown(what):<36}{words}".rstrip()


def _ago(now: Snapshot, at: datetime) -> str:
    return f"{span(max(now.at - at, timedelta(0)))} ago"


def document(found: Status) -> dict[str, Any]:
    """The same for programs; sums are texts."""
    now, work = found.snapshot, found.snapshot.open_work
    return {
        "at": now.at.isoformat(),
        "hub": None
        if found.hub is None
        else {"ready": found.hub.ready, "reasons": found.hub.reasons, "parts": found.hub.parts},
        "workers": {"alive": len(now.workers), "known": len(now.signs.workers)},
        "agents": [_fields(one, "environment", "company", "state", "waiting") for one in now.agents],
        "runs": [_fields(one, "environment", "company", "status", "runs") for one in work.runs],
        "not_posted": [
            _fields(one, "environment", "company", "currency", "amount", "payments", "oldest_at")
            for one in work.unposted
        ],
        "last_24_hours": [
            _fields(one, "environment", "company", "posted", "posted_alone", "held")
            for one in now.recent.ended
        ],
        "breakers": [_fields(one, "environment", "name", "state", "since") for one in now.breakers],
        "polls": [_fields(one, "environment", "connection", "poll", "read_at") for one in now.signs.polls],
        "review_tasks": sum(one.count for one in work.tasks),
        "dead_letters": sum(one.runs for one in work.runs if one.status == "dead"),
        "last_backup": now.backup_at.isoformat() if now.backup_at else None,
        "alerts": [alert_document(one) for one in found.alerts],
    }


def _fields(one: object, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(one, name)) for name in names}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)
