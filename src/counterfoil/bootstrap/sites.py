"""Which gateway and which books a run's connection reaches."""

from __future__ import annotations

from collections.abc import Sequence

from counterfoil.bootstrap.agents import books_connections, open_erp
from counterfoil.bootstrap.bindings import binding_faults
from counterfoil.bootstrap.gateways import GatewayLink
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.run_store import Run
from counterfoil.runtime.operations import Site


class SiteBook:
    """The sites of all gateway connections; connections to one company share its client."""

    def __init__(self, workspace: Workspace, links: Sequence[GatewayLink]) -> None:
        self._links = {link.connection: link for link in links}
        self._faults = binding_faults(workspace.connections.all())
        self._erps = {
            (row.environment, row.company): open_erp(workspace, row) for row in books_connections(workspace)
        }

    def close(self) -> None:
        for erp in self._erps.values():
            erp.close()

    def site_of(self, run: Run) -> Site:
        """The site of a run's connection.

        Raises:
            ConfigurationError: the connection or its company's books are not configured, or a sandbox is
                bound to live books.
        """
        if run.event.connection in self._faults:
            raise ConfigurationError(self._faults[run.event.connection])
        link = self._links.get(run.event.connection)
        if link is None:
            raise ConfigurationError(f"connection {run.event.connection} is not switched on: switch it on")
        erp = self._erps.get((run.environment, run.company))
        if erp is None:
            raise ConfigurationError(
                f"no Sage Pro connection for company {run.company} in {run.environment}: add one"
            )
        return Site(
            gateway=link.gateway,
            erp=erp,
            zone=link.zone,
            start=link.start,
            ach_when_captured=link.policy.ach_when_captured,
        )
