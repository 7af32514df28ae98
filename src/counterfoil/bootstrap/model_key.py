"""The key of the model that suggestions ask, kept sealed as the secrets of connections are."""

from __future__ import annotations

from counterfoil.bootstrap.workspace import Workspace, server_folder
from counterfoil.config import Settings
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.secrets import Secret
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.deployments import ENVIRONMENTS

KIND = "suggestions"
_NAME = "model of suggestions"
_ENVIRONMENT = ENVIRONMENTS[0]
"""Suggestions belong to no environment; mappings begin in the first."""
_KEY = "key"


def keep_model_key(workspace: Workspace, key: Secret) -> None:
    """Seals the key, in place of the one before.

    Raises:
        ConfigurationError: it is empty.
    """
    if not key:
        raise ConfigurationError("the key is empty")
    row = _row(workspace)
    kept = ConnectionRow(
        id=row.id if row else workspace.ids.new_id(),
        environment=_ENVIRONMENT,
        name=_NAME,
        kind=KIND,
        company="",
        mode="test",
        enabled=True,
    )
    workspace.connect(kept, {_KEY: key})


def kept_model_key(settings: Settings) -> Secret:
    """The sealed key; empty where there is none, or no hub on this machine."""
    if not settings.database_url and not server_folder(settings).is_dir():
        return Secret("")
    with Workspace(settings) as workspace:
        row = _row(workspace)
        return workspace.connections.secrets(row.id)[_KEY] if row else Secret("")


def _row(workspace: Workspace) -> ConnectionRow | None:
    return next((row for row in workspace.connections.all(_ENVIRONMENT) if row.kind == KIND), None)
