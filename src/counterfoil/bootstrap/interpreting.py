"""The interpreter of a process, with every site that its runs may reach."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from counterfoil.bootstrap.cashiers import CashierBook
from counterfoil.bootstrap.channels import Channels
from counterfoil.bootstrap.connections import ConnectionDesk
from counterfoil.bootstrap.gateways import close_gateways, open_gateways
from counterfoil.bootstrap.link_desks import LinkDeskBook
from counterfoil.bootstrap.own_starts import own_events
from counterfoil.bootstrap.payer_desks import PayerDeskBook
from counterfoil.bootstrap.sites import SiteBook
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.ports.chance import SystemChance
from counterfoil.ports.intake import OwnEventSink
from counterfoil.runtime.interpreter import Interpreter
from counterfoil.runtime.nodes.means import Means
from counterfoil.runtime.reach import Reach, every_operation
from counterfoil.runtime.retry import RetryPolicy
from counterfoil.store.known_payments import StoredPayments
from counterfoil.store.runs import StoredRuns


def make_interpreter(
    workspace: Workspace, sites: SiteBook, cashiers: CashierBook, events: OwnEventSink
) -> Interpreter:
    """Starts of other runs are told to `events`."""
    runs = StoredRuns(workspace.database, workspace.clock, workspace.ids)
    known = StoredPayments(workspace.database)
    reach = Reach(
        sites=sites.site_of,
        store=runs,
        known=known,
        cashiers=cashiers.cashier_of,
        links=LinkDeskBook(workspace, sites).desk_of,
        payers=PayerDeskBook(workspace, sites).desk_of,
        connections=ConnectionDesk(workspace).open,
    )
    means = Means(operations=every_operation(reach), events=events, notifier=Channels(workspace))
    return Interpreter(runs, means, workspace.clock, RetryPolicy(chance=SystemChance()))


@contextmanager
def open_interpreter(workspace: Workspace) -> Iterator[Interpreter]:
    """For a process that only carries runs."""
    links = open_gateways(workspace)
    sites = SiteBook(workspace, links)
    try:
        cashiers = CashierBook(workspace, links, sites)
        with own_events(workspace) as events:
            yield make_interpreter(workspace, sites, cashiers, events)
    finally:
        sites.close()
        close_gateways(links)
