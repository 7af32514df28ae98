"""Which gateway and which books a run's connection reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from counterfoil.bootstrap.agents import books_connections, open_erp
from counterfoil.bootstrap.bindings import BOOKS, GATEWAY, faults_between
from counterfoil.bootstrap.gateways import GatewayLink
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.domain.routing import route
from counterfoil.ports.errors import CompanyUndecidedError, ConfigurationError
from counterfoil.ports.gateway import BATCH_KINDS
from counterfoil.ports.run_store import Run
from counterfoil.runtime.operations import Site
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.events import bearings_of
from counterfoil.store.routing import UNDECIDED, read_rules


class SiteBook:
    """The sites of all gateway connections; connections to one company share its client."""

    def __init__(self, workspace: Workspace, links: Sequence[GatewayLink]) -> None:
        self._connections = workspace.connections
        self._rows = {row.id: row for row in workspace.connections.all()}
        self._links = {link.connection: link for link in links}
        self._faults = _faults(workspace.connections.all())
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
            CompanyUndecidedError: no rule of the connection names the company.
        """
        self._require_fitting(run.event.connection, run.company)
        link = self.link_of(run)
        self._require_fitting(link.connection, run.company)
        if run.company == UNDECIDED:
            raise CompanyUndecidedError(self._why_undecided(run, link))
        erp = self._erps.get((run.environment, run.company))
        if erp is None:
            raise ConfigurationError(
                f"no Sage Pro connection for company {run.company} in {run.environment}: add one"
            )
        return Site(
            gateway=link.gateway,
            connection=link.connection,
            erp=erp,
            zone=link.zone,
            start=link.start,
            ach_when_captured=link.policy.ach_when_captured,
            refunds=link.policy.refunds,
            returns=link.policy.returns,
            declines=link.policy.declines,
            settlements=link.policy.settlements,
            disputes=link.policy.disputes,
            dispute_fee_limit=link.policy.dispute_fee_limit,
        )

    def _require_fitting(self, gateway: str, company: str) -> None:
        fault = self._faults.get((gateway, company))
        if fault:
            raise ConfigurationError(fault)

    def link_of(self, run: Run) -> GatewayLink:
        """The gateway that the event came from; of the books' events and starts, the company's own.

        Raises:
            ConfigurationError: it is not switched on, or is not one for certain.
        """
        row = self._rows.get(run.event.connection)
        if row is not None and row.kind == BOOKS:
            return self._gateway_of(run)
        link = self._links.get(run.event.connection)
        if link is None:
            raise ConfigurationError(f"connection {run.event.connection} is not switched on: switch it on")
        return link

    def _gateway_of(self, run: Run) -> GatewayLink:
        place = (run.environment, run.company)
        own = [link for id_, link in self._links.items() if self._place(id_) == place]
        if len(own) != 1:
            count = "several merchant accounts are" if own else "no merchant account is"
            raise ConfigurationError(
                f"{count} switched on for company {run.company} in {run.environment}: a flow that starts"
                " without a payment needs one"
            )
        return own[0]

    def _place(self, connection: str) -> tuple[str, str]:
        row = self._rows[connection]
        return row.environment, row.company

    def _why_undecided(self, run: Run, link: GatewayLink) -> str:
        if run.event.kind in BATCH_KINDS:
            return (
                "a batch may hold payments of several companies: enter its deposit in the books of each, or"
                f" say that it is one company's: counterfoil paytrace routes decide {run.id}"
            )
        row = self._connections.find(link.connection)
        found = route(
            read_rules(row.settings if row else {}), bearings_of(link.gateway.normalise(run.event.body))
        )
        name = row.name if row else link.connection
        return (
            f"{found.why}. Say it for this payment: counterfoil paytrace routes decide {run.id}; or for all"
            f" like it: counterfoil paytrace routes set {name}"
        )


def _faults(rows: Sequence[ConnectionRow]) -> Mapping[tuple[str, str], str]:
    """Why a gateway's money must not go to a company, by the gateway's id and the company."""
    gateways = [row for row in rows if row.kind == GATEWAY]
    books = [row for row in rows if row.kind == BOOKS]
    return {
        (gateway.id, company.company): "; ".join(whys)
        for gateway in gateways
        for company in books
        if gateway.environment == company.environment and (whys := list(faults_between(gateway, company)))
    }
