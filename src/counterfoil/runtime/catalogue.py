"""Every operation that a flow may name in this release, without the ports that carry it out."""

from __future__ import annotations

from counterfoil.ports.catalogue import Catalogue
from counterfoil.runtime import (
    comparing_operations,
    decline_operations,
    dispute_operations,
    due_operations,
    link_operations,
    operations,
    payer_operations,
    refund_operations,
    return_operations,
    settlement_operations,
)


def shipped_catalogue() -> Catalogue:
    """What the interpreter of a hub can carry out."""
    rooms = (
        operations,
        decline_operations,
        refund_operations,
        return_operations,
        settlement_operations,
        dispute_operations,
        comparing_operations,
        due_operations,
        link_operations,
        payer_operations,
    )
    return {spec.name: spec for room in rooms for spec in room.SPECS}
