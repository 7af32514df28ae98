"""Who charges due invoices: the connection of a run's company, with the methods saved through it."""

from __future__ import annotations

from collections.abc import Sequence

from counterfoil.bootstrap.bindings import companies_of
from counterfoil.bootstrap.gateway_feeds import heard_by, open_writes
from counterfoil.bootstrap.gateways import KIND, GatewayLink
from counterfoil.bootstrap.sites import SiteBook
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.connectors.paytrace.mapping.amounts import CURRENCY
from counterfoil.domain.identifiers import MerchantId
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.run_store import Run
from counterfoil.runtime.cashier import Account, GatewayCashier, Till
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.effects import StoredEffects
from counterfoil.store.hints import HintInbox
from counterfoil.store.payment_methods import StoredPaymentMethods


class CashierBook:
    """The cashiers of all companies; without `hints`, the next poll tells of what was charged."""

    def __init__(
        self,
        workspace: Workspace,
        links: Sequence[GatewayLink],
        sites: SiteBook,
        hints: HintInbox | None = None,
    ) -> None:
        self._workspace = workspace
        self._links = links
        self._sites = sites
        self._hints = hints
        self._rows = {row.id: row for row in workspace.connections.all()}

    def cashier_of(self, run: Run) -> GatewayCashier:
        """The cashier of a run's company.

        Raises:
            ConfigurationError: no gateway is switched on for the run, or its saved methods are those of
                another company's customers.
        """
        workspace, link = self._workspace, self._sites.link_of(run)
        row = self._rows[link.connection]
        if row.company != run.company:
            raise ConfigurationError(
                f"methods saved through connection {link.name} are those of customers of company"
                f" {row.company}: invoices of company {run.company} are not charged to them"
            )
        heard = heard_by(self._hints, link) if self._hints is not None else None
        return GatewayCashier(
            till=Till(
                environment=run.environment,
                company=run.company,
                connection=link.connection,
                run=run.id,
                zone=link.zone,
                merchant=_merchant(row),
                currency=CURRENCY,
            ),
            policy=link.policy.due,
            accounts=[
                _account(each, self._rows[each.connection])
                for each in self._links
                if self._may_pay(self._rows[each.connection], run)
            ],
            saved=StoredPaymentMethods(workspace.database, workspace.clock),
            effects=StoredEffects(workspace.database, workspace.clock),
            writes=open_writes(workspace, link, heard=heard),
            clock=workspace.clock,
        )

    @staticmethod
    def _may_pay(row: ConnectionRow, run: Run) -> bool:
        return row.environment == run.environment and run.company in companies_of(row)


def _account(link: GatewayLink, row: ConnectionRow) -> Account:
    return Account(connection=link.connection, merchant=_merchant(row), gateway=link.gateway)


def _merchant(row: ConnectionRow) -> MerchantId:
    return MerchantId(f"{KIND}/{row.settings['merchant']}")
