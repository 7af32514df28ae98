"""What a worker needs where it runs; it says so instead of taking runs that it could never carry."""

from __future__ import annotations

from counterfoil.bootstrap.agents import agent_socket, books_connections
from counterfoil.bootstrap.remote_agents import is_remote
from counterfoil.bootstrap.workspace import Workspace, server_folder
from counterfoil.config import Settings
from counterfoil.ports.errors import ConfigurationError


def require_fit(settings: Settings) -> None:
    """Looks at the settings before anything is opened.

    Raises:
        ConfigurationError: nothing to work on is named.
    """
    if settings.worker_concurrency == 0:
        raise ConfigurationError("a worker carries at least one run at once: COUNTERFOIL_WORKER_CONCURRENCY")
    if not settings.database_url and not server_folder(settings).exists():
        raise ConfigurationError(
            f"there is no database in {settings.data}: name the hub's folder with --data, or the database"
            " with COUNTERFOIL_DATABASE_URL"
        )


def require_reach(workspace: Workspace) -> None:
    """Looks whether every company's agent can be reached from here.

    Raises:
        ConfigurationError: an agent is a child of a hub elsewhere.
    """
    for row in books_connections(workspace):
        folder = agent_socket(workspace.settings, row.id).parent
        if not is_remote(row) and not folder.is_dir():
            raise ConfigurationError(
                f"the agent of company {row.company} is a child of a hub that has another data folder: name"
                " that folder with --data, or let the agent run on its own (docs/howto/run-the-agent.md)"
            )
