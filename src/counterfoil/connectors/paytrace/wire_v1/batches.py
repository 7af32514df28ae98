"""Settled batches. The paths are verified; the keys of v1 follow the older name~value call (assumed)."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from counterfoil.connectors.paytrace.ways import Certainty, Use, posted
from counterfoil.connectors.paytrace.wire_v1.answers import CallAnswer, Payload

BY_DATE = posted(Use.BATCHES, "/v1/batches/export", Certainty.VERIFIED, "pipedream; answer assumed")
TRANSACTIONS = posted(
    Use.BATCH_TRANSACTIONS,
    "/v1/batches/transaction_list",
    Certainty.VERIFIED,
    "pipedream; the request's key inferred from V3",
)


class BatchRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One batch, as far as it is read."""

    batch_number: str
    batched_at: str | None = None
    sales_count: int = 0
    sales_amount: Decimal = Decimal(0)
    refund_count: int = 0
    refund_amount: Decimal = Decimal(0)


class BatchesAnswer(CallAnswer, frozen=True, kw_only=True):
    """Batches, each still as sent."""

    batches: list[dict[str, object]] | None = None


def numbered(number: str) -> Payload:
    return {"batch_number": number}
