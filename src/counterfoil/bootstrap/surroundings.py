"""What is seen around the database: agents, disks, credentials that end, other clocks."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta

from counterfoil.bootstrap.agents import books_connections, open_erp
from counterfoil.bootstrap.gateways import GatewayLink
from counterfoil.bootstrap.remote_agents import agent_sign, credentials_of, is_remote
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.monitor.snapshot import AgentSign, ClockSign, DiskSign, EndSign
from counterfoil.ports.clock import Clock, SystemClock
from counterfoil.ports.errors import CounterfoilError
from counterfoil.store.connections import ConnectionRow

ASK_EVERY = timedelta(minutes=10)
DATABASE = "the database"


def disks(workspace: Workspace) -> list[DiskSign]:
    """The disk with the data folder; that of a database elsewhere is seen by whoever runs it."""
    used = shutil.disk_usage(workspace.settings.data)
    return [DiskSign(name="data folder", free_bytes=used.free, all_bytes=used.total)]


def ends(workspace: Workspace) -> list[EndSign]:
    """When the credentials end by which agents on other machines are reached."""
    return list(_ends(workspace))


def _ends(workspace: Workspace) -> Iterator[EndSign]:
    for row in books_connections(workspace):
        if not is_remote(row):
            continue
        at = credentials_of(row, workspace.connections.secrets(row.id)).ends_at
        if at is not None:
            yield EndSign(
                environment=row.environment,
                subject=f"agent {row.company}",
                what=f"the credentials of company {row.company}'s agent",
                at=at,
            )


def agents(workspace: Workspace) -> list[AgentSign]:
    """How each agent stands, asked by a process that does not keep them."""
    return [_agent(workspace, row) for row in books_connections(workspace)]


def _agent(workspace: Workspace, row: ConnectionRow) -> AgentSign:
    try:
        with closing(open_erp(workspace, row)) as erp:
            return agent_sign(row, erp.health())
    except CounterfoilError as error:
        return AgentSign(environment=row.environment, company=row.company, state=str(error))


def database_clock(workspace: Workspace, here: Clock | None = None) -> ClockSign:
    """This machine's clock beside the database's, by which all processes go."""
    ahead = (here or SystemClock()).now() - workspace.clock.now()
    return ClockSign(other=DATABASE, ahead=ahead)


class GatewayClocks:
    """The gateways' clocks, asked rarely; one that does not answer or tells no time is left out."""

    def __init__(self, links: Sequence[GatewayLink], here: Clock | None = None) -> None:
        self._ask: Mapping[str, Callable[[], datetime | None]] = {link.name: link.ask_time for link in links}
        self._here = here or SystemClock()
        self._known: list[ClockSign] = []
        self._asked_at: datetime | None = None

    def signs(self) -> Iterable[ClockSign]:
        now = self._here.now()
        if self._asked_at is None or now - self._asked_at >= ASK_EVERY:
            self._asked_at = now
            self._known = [sign for name, ask in self._ask.items() if (sign := self._sign(name, ask))]
        return self._known

    def _sign(self, name: str, ask: Callable[[], datetime | None]) -> ClockSign | None:
        try:
            told = ask()
        except CounterfoilError:
            return None
        return None if told is None else ClockSign(other=f"gateway {name}", ahead=self._here.now() - told)
