"""The moment from which a connection's payments are ours to post."""

from __future__ import annotations

from datetime import datetime

from counterfoil.domain.payment import Payment
from counterfoil.domain.receipt import NoMoney


def judge_start(payment: Payment, start: datetime) -> NoMoney | None:
    """A payment made before the start is history: people keyed it in their own way, and it is never posted.

    That holds also where it was captured or settled later: an authorisation open at the start is keyed by
    hand, like everything older.
    """
    if payment.created_at >= start:
        return None
    made = f"{payment.created_at:%Y-%m-%d %H:%M %Z}".strip()
    return NoMoney(
        status=payment.status,
        why=f"made {made}, before this connection's start ({start:%Y-%m-%d %H:%M %Z}): history, not posted",
    )
