"""Connections to systems that installed connectors reach: kept, and opened for runs."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.bootstrap.workspace import Workspace
from counterfoil.ports.connectors import Access, Connector, OpenConnection
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.run_store import Run
from counterfoil.runtime.guarded_connection import GuardedConnection
from counterfoil.runtime.installed import installed_connectors
from counterfoil.security.secrets import Secret
from counterfoil.store.connections import ConnectionRow


class ConnectionDesk:
    """Opens the connection that a node names, in the run's environment; settings count as they stand."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def open(self, run: Run, connector: Connector, name: str) -> OpenConnection:
        """Opens it for one call.

        Raises:
            ConfigurationError: there is none of that name, it is switched off, or it cannot be used.
        """
        row = find_connection(self._workspace, run.environment, name)
        if row is None or row.kind != connector.spec.name:
            raise ConfigurationError(
                f"{run.environment} has no connection {name} of kind {connector.spec.name}: add one with"
                " counterfoil connectors connect"
            )
        if not row.enabled or row.company not in {"", run.company}:
            raise ConfigurationError(f"connection {name} is switched off or another company's")
        secrets = self._workspace.connections.secrets(row.id)
        access = Access(settings=row.settings, secrets=secrets, clock=self._workspace.clock)
        return GuardedConnection(connector.open(access), self._workspace.guard(row))


def find_connection(workspace: Workspace, environment: str, name: str) -> ConnectionRow | None:
    rows = workspace.connections.all(environment)
    return next((row for row in rows if row.name == name), None)


def put_connection(
    workspace: Workspace, place: ConnectionRow, secrets: Mapping[str, Secret]
) -> ConnectionRow:
    """Adds a connection of an installed connector or replaces its settings; secrets that are not given stay.

    Raises:
        ConfigurationError: no such connector is installed, a setting is unknown or cannot be used, or the
            name belongs to a connection of another kind.
    """
    connector = installed_connectors().connectors.get(place.kind)
    if connector is None:
        raise ConfigurationError(f"no connector {place.kind} is installed: see counterfoil connectors list")
    known = {field.name for field in connector.spec.settings}
    if unknown := sorted(place.settings.keys() - known):
        raise ConfigurationError(
            f"{place.kind} has no setting {unknown[0]}; it has {', '.join(sorted(known))}"
        )
    before = find_connection(workspace, place.environment, place.name)
    if before is not None and before.kind != place.kind:
        raise ConfigurationError(f"{place.name} is a connection to something else: choose another name")
    id_ = before.id if before else workspace.ids.new_id()
    kept = dict(workspace.connections.secrets(id_)) if before else {}
    row = ConnectionRow(
        id=id_,
        environment=place.environment,
        name=place.name,
        kind=place.kind,
        company=place.company,
        mode=place.mode,
        enabled=True,
        settings=place.settings,
    )
    sealed = {**kept, **secrets}
    connector.open(Access(settings=row.settings, secrets=sealed, clock=workspace.clock)).close()
    workspace.connect(row, sealed)
    return row
