"""A person pauses a schedule, and lets it start again."""

from __future__ import annotations

from counterfoil.bootstrap.entered_lines import read_line
from counterfoil.bootstrap.promotion import require_environment, require_person
from counterfoil.bootstrap.scheduled import ScheduleBook
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.flows.errors import nearest
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store.schedule_pauses import SchedulePauses


def pause_schedule(workspace: Workspace, environment: str, flow: str, *, by: str, reason: str) -> None:
    """Nothing is started by it until it is resumed; runs under way go on, and people may start it.

    Raises:
        ConfigurationError: no such schedule is live there, it is paused already, or nobody says who or why.
    """
    require_environment(environment)
    why = read_line("reason", reason)
    live = {
        name for where, name in (each.name for each in ScheduleBook(workspace).all()) if where == environment
    }
    if flow not in live:
        raise ConfigurationError(f"{flow} has no schedule that is live in {environment}{nearest(flow, live)}")
    if not _pauses(workspace).pause(environment, flow, by=require_person(by), why=why):
        raise ConfigurationError(f"{flow} is paused in {environment} already")


def resume_schedule(workspace: Workspace, environment: str, flow: str, *, by: str) -> None:
    """It starts at its times again; what came while it was paused is not made up for.

    Raises:
        ConfigurationError: it is not paused there, or nobody says who resumes it.
    """
    require_environment(environment)
    if not _pauses(workspace).resume(environment, flow, by=require_person(by)):
        paused = [name for where, name in _pauses(workspace).open() if where == environment]
        raise ConfigurationError(f"{flow} is not paused in {environment}{nearest(flow, paused)}")


def _pauses(workspace: Workspace) -> SchedulePauses:
    return SchedulePauses(workspace.database, workspace.clock)
