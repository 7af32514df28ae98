"""Keeps the agents of local Sage Pro sites alive: one child process per company, restarted when it dies."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import timedelta
from pathlib import Path

import structlog

from counterfoil.bootstrap.agent_credentials import Credentials, open_agent
from counterfoil.bootstrap.loops import Loop
from counterfoil.bootstrap.private_folders import make_private
from counterfoil.bootstrap.processes import Child
from counterfoil.bootstrap.remote_agents import (
    AGENT_TOKEN,
    KIND,
    agent_sign,
    backlog_told,
    credentials_of,
    end_told,
    is_remote,
    state_of,
)
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.config import Settings
from counterfoil.connectors.sagepro.remote import SOCKET_PREFIX, RemoteErp, connect_agent
from counterfoil.monitor.snapshot import AgentSign
from counterfoil.ports.breakers import CallGuard
from counterfoil.ports.errors import ConfigurationError, CounterfoilError
from counterfoil.store.connections import ConnectionRow

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

TOKEN_VARIABLE = "COUNTERFOIL_AGENT_TOKEN"  # noqa: S105 - the name of an environment variable
DATABASE_VARIABLE = "COUNTERFOIL_DATABASE_URL"
"""It may carry a password, which is none of an agent's business."""
WATCH_PAUSE = timedelta(seconds=1)
_SOCKET_BYTES_MAX = 100


def agent_socket(settings: Settings, connection: str) -> Path:
    """Where a company's agent listens: in the hub's folder, or, where that path is too long, elsewhere."""
    name = hashlib.sha256(connection.encode()).hexdigest()[:16] + ".sock"
    folder = settings.sockets.resolve()
    if len(bytes(folder / name)) > _SOCKET_BYTES_MAX:
        digest = hashlib.sha256(bytes(folder)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"counterfoil-{digest}"
    return folder / name


def open_erp(workspace: Workspace, row: ConnectionRow, guard: CallGuard | None = None) -> RemoteErp:
    """The client of a company's agent, wherever that is; `guard` in place of the one that all workers share.

    The folder of a socket on this machine is looked at first, as the token goes there.
    """
    guard = guard or workspace.guard(row)
    if is_remote(row):
        return open_agent(credentials_of(row, workspace.connections.secrets(row.id)), row.mode, guard)
    socket = agent_socket(workspace.settings, row.id)
    make_private(socket.parent)
    return connect_agent(f"{SOCKET_PREFIX}{socket}", _token(workspace, row), mode=row.mode, guard=guard)


def books_connections(workspace: Workspace) -> list[ConnectionRow]:
    """The Sage Pro connections that are switched on."""
    return [row for row in workspace.connections.all() if row.kind == KIND and row.enabled]


def is_starting(settings: Settings, row: ConnectionRow) -> bool:
    """Whether the company's agent, a child of the hub, does not listen yet."""
    return not is_remote(row) and not agent_socket(settings, row.id).exists()


def _token(workspace: Workspace, row: ConnectionRow) -> str:
    secrets = workspace.connections.secrets(row.id)
    if AGENT_TOKEN not in secrets:
        raise ConfigurationError(
            f"connection {row.name} has no token for its agent: add the connection again"
        )
    return secrets[AGENT_TOKEN].reveal()


class AgentKeeper:
    """Starts and watches the agents of sites on this machine, and asks those on others how they stand."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._rows = {row.id: row for row in books_connections(workspace)}
        self._children = {row.id: self._child(row) for row in self._rows.values() if not is_remote(row)}
        self._erps = {row.id: open_erp(workspace, row) for row in self._rows.values()}
        self._credentials = self._held()
        self._deaths: dict[str, str] = {}
        """What agents said last before they died; told until they answer again."""
        self._backlogs: dict[str, str] = {}
        """What waits for other hands, as agents said last."""
        self._signs: dict[str, AgentSign] = {}
        """How agents stood that answered last time."""
        self._loop = Loop("agents", self._watch, pause=WATCH_PAUSE)

    def start(self) -> None:
        for connection in self._children:
            self._start(connection)
        self._loop.start()

    def stop(self) -> None:
        self._loop.stop()
        for child in self._children.values():
            child.stop()
        for erp in self._erps.values():
            erp.close()

    def states(self) -> dict[str, str]:
        """A word for people, per company."""
        return {
            f"agent {self._rows[connection].company}": self._state(connection) for connection in self._rows
        }

    def signs(self) -> list[AgentSign]:
        """The same for whoever watches, with what waits in each lane."""
        return [self._sign(connection) for connection in self._rows]

    def notices(self) -> dict[str, str]:
        """What a person should know though agents work: credentials that end, and work left to others."""
        now = self._workspace.clock.now()
        ends = {row.company: end_told(held, now) for row, held in self._credentials}
        told = {f"credentials of agent {company}": words for company, words in ends.items() if words}
        waits = {f"work left by agent {company}": words for company, words in self._backlogs.items() if words}
        return told | waits

    def _sign(self, connection: str) -> AgentSign:
        """As the agent said just now, or why it said nothing."""
        self._signs.pop(connection, None)
        state, row = self._state(connection), self._rows[connection]
        away = AgentSign(environment=row.environment, company=row.company, state=state)
        return self._signs.get(connection, away)

    def _state(self, connection: str) -> str:
        is_child = connection in self._children
        if is_starting(self._workspace.settings, self._rows[connection]):
            return self._state_of_child(connection)
        try:
            health = self._erps[connection].health()
        except CounterfoilError as error:
            return self._state_of_child(connection) if is_child else str(error)
        self._deaths.pop(connection, None)
        self._backlogs[self._rows[connection].company] = backlog_told(health)
        self._signs[connection] = agent_sign(self._rows[connection], health)
        return state_of(health)

    def _state_of_child(self, connection: str) -> str:
        state = "starting" if self._children[connection].is_alive else "stopped"
        why = self._deaths.get(connection)
        return f"{state} again, after it ended with: {why}" if why else state

    def _watch(self) -> None:
        for connection, child in self._children.items():
            if not child.is_alive:
                log.warning("agent_died", connection=connection)
                self._deaths[connection] = child.tail(1)
                child.stop()
                self._start(connection)

    def _start(self, connection: str) -> None:
        """A socket that a killed agent left is removed: where there is none, nobody needs to be asked."""
        self._socket(connection).unlink(missing_ok=True)
        self._children[connection].start()

    def _socket(self, connection: str) -> Path:
        return agent_socket(self._workspace.settings, connection)

    def _held(self) -> list[tuple[ConnectionRow, Credentials]]:
        secrets = self._workspace.connections.secrets
        return [(row, credentials_of(row, secrets(row.id))) for row in self._rows.values() if is_remote(row)]

    def _child(self, row: ConnectionRow) -> Child:
        socket = self._socket(row.id)
        arguments = ("agent", "child", "--profile", str(row.settings["profile"]), "--socket", str(socket))
        log_path = self._workspace.settings.logs / f"agent-{row.company}.log"
        environment = {TOKEN_VARIABLE: _token(self._workspace, row), DATABASE_VARIABLE: ""}
        return Child(arguments, log_path, environment)
