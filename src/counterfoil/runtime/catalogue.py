"""Every operation that a flow may name in this release, without the ports that carry it out."""

from __future__ import annotations

from counterfoil.domain.dispute import DisputeStage
from counterfoil.domain.payment import PaymentKind, PaymentStatus
from counterfoil.ports.catalogue import Catalogue, ConnectorSpec, OperationSpec, TriggerSpec
from counterfoil.ports.gateway import BATCH_KINDS
from counterfoil.ports.own_triggers import OWN_TRIGGERS
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
from counterfoil.runtime.installed import installed_connectors
from counterfoil.runtime.result_records import DISPUTE, PAYMENT, SETTLEMENT

_TRIGGERS = (
    TriggerSpec(
        name="payment",
        label="The gateway told of a payment or refund; payment.normalise reads it",
        kinds=tuple(f"{kind.value}.{status.value}" for kind in PaymentKind for status in PaymentStatus),
        carries=PAYMENT,
    ),
    TriggerSpec(
        name="settlement",
        label="The gateway closed a batch, or tells another content of it; settlement.read reads it",
        kinds=BATCH_KINDS,
        carries=SETTLEMENT,
    ),
    TriggerSpec(
        name="dispute",
        label="The processor told a stage of a dispute; dispute.read reads it",
        kinds=tuple(f"chargeback.{stage.value}" for stage in DisputeStage),
        carries=DISPUTE,
    ),
    *OWN_TRIGGERS,
)


def shipped_catalogue() -> Catalogue:
    """What the interpreter of a hub can carry out, operations of installed connectors included."""
    connectors = installed_connectors().connectors.values()
    return _own_operations() | {spec.name: spec for each in connectors for spec in each.spec.operations}


def _own_operations() -> dict[str, OperationSpec]:
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


def shipped_connector() -> ConnectorSpec:
    """What flows can do with payments, settlements, disputes and the books."""
    return ConnectorSpec(
        name="counterfoil",
        label="Payments and books",
        triggers=_TRIGGERS,
        operations=tuple(_own_operations().values()),
    )
