"""Batches of both generations; their keys follow the older name~value call (assumed)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

import msgspec

from counterfoil.connectors.paytrace.mapping.amounts import read_amount
from counterfoil.connectors.paytrace.mapping.stamps import read_any
from counterfoil.connectors.paytrace.wire_v1.answers import convert
from counterfoil.connectors.paytrace.wire_v1.batches import BatchRecord
from counterfoil.domain.identifiers import MerchantId
from counterfoil.domain.settlement import Settlement
from counterfoil.ports.errors import DecisionError
from counterfoil.ports.gateway import Batch


def map_batch(body: Mapping[str, object], merchant: MerchantId, zone: tzinfo) -> Batch:
    """A batch.

    Raises:
        DecisionError: it has another shape than known, or its sums are no amounts.
    """
    try:
        record = convert(BatchRecord, body)
    except msgspec.ValidationError as error:
        raise DecisionError(f"PayTrace told a batch in another shape than known: {error}") from error
    return Batch(
        merchant=merchant,
        number=record.batch_number,
        settled_at=read_any(record.batched_at or "", zone),
        payments=record.sales_count,
        payments_total=read_amount(record.sales_amount),
        refunds=record.refund_count,
        refunds_total=read_amount(abs(record.refund_amount)),
        body=dict(body),
    )


def map_settlement(body: Mapping[str, object], merchant: MerchantId, zone: tzinfo) -> Settlement:
    """A closed batch from its record.

    Raises:
        DecisionError: as `map_batch`, or the batch has no time at which it closed.
    """
    batch = map_batch(body, merchant, zone)
    if batch.settled_at is None:
        raise DecisionError(f"PayTrace does not tell when batch {batch.number} closed")
    return batch.settlement
