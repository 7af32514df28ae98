"""Whose stored payers are renamed: the vault of the connection of a run's company."""

from __future__ import annotations

from counterfoil.bootstrap.sites import SiteBook
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.ports.known_payments import VAULT_CUSTOMER
from counterfoil.ports.run_store import Run
from counterfoil.runtime.payers import VaultPayers
from counterfoil.store.cross_references import CrossReferences, StoredOwners
from counterfoil.store.payment_methods import StoredPaymentMethods


class PayerDeskBook:
    """The desks of all companies."""

    def __init__(self, workspace: Workspace, sites: SiteBook) -> None:
        self._workspace = workspace
        self._sites = sites

    def desk_of(self, run: Run) -> VaultPayers:
        """The desk of a run's company.

        Raises:
            ConfigurationError: no gateway is switched on for the run.
        """
        workspace, link = self._workspace, self._sites.link_of(run)
        references = CrossReferences(workspace.database, workspace.clock)
        return VaultPayers(
            connection=link.connection,
            policy=link.policy.payers,
            vault=link.vault,
            methods=StoredPaymentMethods(workspace.database, workspace.clock),
            owners=StoredOwners(references, link.connection, VAULT_CUSTOMER),
        )
