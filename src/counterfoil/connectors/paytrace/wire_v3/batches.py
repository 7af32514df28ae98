"""Settled batches; the keys of the answer follow the older name~value call (assumed)."""

from __future__ import annotations

from counterfoil.connectors.paytrace.ways import Certainty, Use, posted
from counterfoil.connectors.paytrace.wire_v3.answers import Payload

BY_DATE = posted(Use.BATCHES, "/v3/batch/export/by-date", Certainty.VERIFIED, "vendor spec; answer assumed")
TRANSACTIONS = posted(
    Use.BATCH_TRANSACTIONS,
    "/v3/batch/export/transactions",
    Certainty.VERIFIED,
    "vendor spec; answer assumed",
)


def numbered(merchant: int, number: str) -> Payload:
    """The number is an integer here (verified)."""
    return {"merchant_id": merchant, "batch_number": int(number) if number.isdecimal() else number}
