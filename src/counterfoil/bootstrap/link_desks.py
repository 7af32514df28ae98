"""What sends pay links: the connection of a run's company, as rows beside its other writes."""

from __future__ import annotations

from counterfoil.bootstrap.sites import SiteBook
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.connectors.paytrace.mapping.amounts import CURRENCY
from counterfoil.ports.hosted import HostedFields
from counterfoil.ports.run_store import Run
from counterfoil.runtime.pay_links import GatewayPayLinks, LinkDesk
from counterfoil.store.effects import StoredEffects


class LinkDeskBook:
    """The desks of all companies."""

    def __init__(self, workspace: Workspace, sites: SiteBook) -> None:
        self._workspace = workspace
        self._sites = sites

    def desk_of(self, run: Run) -> GatewayPayLinks:
        """The desk of a run's company.

        Raises:
            ConfigurationError: no gateway is switched on for the run.
        """
        link = self._sites.link_of(run)
        return open_pay_links(self._workspace, run.environment, run.company, link.connection, link.hosted)


def open_pay_links(
    workspace: Workspace, environment: str, company: str, connection: str, hosted: HostedFields
) -> GatewayPayLinks:
    """The one way by which links are sent for invoices of a company."""
    desk = LinkDesk(environment=environment, company=company, connection=connection, currency=CURRENCY)
    effects = StoredEffects(workspace.database, workspace.clock)
    return GatewayPayLinks(desk, hosted, effects, workspace.clock)
