"""How a person at a command line reaches an agent: beside its folder, by credentials, or through the hub."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from counterfoil.agent.gates import Scope
from counterfoil.bootstrap.agent_credentials import Credentials, open_agent, read_credentials
from counterfoil.bootstrap.agent_folder import Admission, AgentFolder
from counterfoil.bootstrap.agents import books_connections, open_erp
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.config import read_settings
from counterfoil.connectors.sagepro.remote import RemoteErp
from counterfoil.ports.breakers import NoGuard
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.errors import ConfigurationError

_OPERATOR = Admission(name="operator on this machine", scopes=(Scope.OPERATE,), lasts=timedelta(minutes=5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What a person gave; nothing but the company means through the hub."""

    company: str
    folder: Path | None = None
    credentials: Path | None = None
    data: Path | None = None
    environment: str | None = None


@contextmanager
def reached(way: Way) -> Iterator[RemoteErp]:
    """The company's agent.

    Raises:
        ConfigurationError: nothing leads to an agent of this company, or more than one thing does.
    """
    credentials = _credentials(way)
    if credentials is None:
        with Workspace(read_settings(data=way.data)) as workspace, closing(_by_hub(workspace, way)) as erp:
            yield erp
        return
    if credentials.company != way.company:
        raise ConfigurationError(f"this is the agent of company {credentials.company}, not of {way.company}")
    with closing(open_agent(credentials)) as erp:
        yield erp


def _credentials(way: Way) -> Credentials | None:
    if way.folder is not None and way.credentials is not None:
        raise ConfigurationError("give the agent's folder or credentials, not both")
    if way.credentials is not None:
        return read_credentials(way.credentials)
    return None if way.folder is None else _by_folder(way.folder)


def _by_folder(folder: Path) -> Credentials:
    """Who may read the folder's keys may do everything; credentials for a few minutes are made for it."""
    return AgentFolder(folder).admit(_OPERATOR, SystemClock().now())


def _by_hub(workspace: Workspace, way: Way) -> RemoteErp:
    rows = [
        row
        for row in books_connections(workspace)
        if row.company == way.company and way.environment in {None, row.environment}
    ]
    if not rows:
        raise ConfigurationError(
            f"the hub has no Sage Pro connection for company {way.company}: name the agent's folder with"
            " --folder, or the hub's with --data"
        )
    if len(rows) > 1:
        named = ", ".join(row.environment for row in rows)
        raise ConfigurationError(
            f"company {way.company} has connections in {named}: choose with --environment"
        )
    return open_erp(workspace, rows[0], NoGuard())
