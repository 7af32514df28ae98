"""The one place where every operation is bound to the ports that it needs."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.ports.known_payments import KnownPayments
from counterfoil.ports.run_store import RunStore
from counterfoil.runtime.cashier import Cashiers
from counterfoil.runtime.comparing_operations import comparing_operations
from counterfoil.runtime.connector_operations import Connections, connector_operations
from counterfoil.runtime.decline_operations import decline_operations
from counterfoil.runtime.dispute_operations import dispute_operations
from counterfoil.runtime.due_judging import DueReach
from counterfoil.runtime.due_operations import due_operations
from counterfoil.runtime.installed import installed_connectors
from counterfoil.runtime.link_operations import LinkReach, link_operations
from counterfoil.runtime.operations import Sites, payment_operations
from counterfoil.runtime.pay_links import LinkDesks
from counterfoil.runtime.payer_operations import payer_operations
from counterfoil.runtime.payers import PayerDesks
from counterfoil.runtime.refund_operations import refund_operations
from counterfoil.runtime.return_operations import return_operations
from counterfoil.runtime.settlement_operations import settlement_operations
from counterfoil.runtime.step import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What the operations of a hub, a flow test or a dry run reach."""

    sites: Sites
    store: RunStore
    known: KnownPayments
    cashiers: Cashiers
    links: LinkDesks
    payers: PayerDesks
    connections: Connections


def every_operation(reach: Reach) -> dict[str, Operation]:
    """Every operation of the catalogue, by name."""
    due = DueReach(reach.sites, reach.store, reach.known, reach.cashiers)
    return (
        payment_operations(reach.sites, reach.store)
        | decline_operations(reach.sites, reach.store, reach.known)
        | refund_operations(reach.sites, reach.store, reach.known)
        | return_operations(reach.sites, reach.store, reach.known)
        | settlement_operations(reach.sites, reach.store, reach.known)
        | comparing_operations(reach.sites, reach.known)
        | due_operations(due)
        | link_operations(LinkReach(due, reach.links))
        | payer_operations(reach.payers)
        | dispute_operations(reach.sites, reach.store, reach.known)
        | connector_operations(installed_connectors().connectors, reach.connections)
    )
