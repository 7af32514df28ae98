"""How long an authorisation holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from counterfoil.domain.payment import Payment, PaymentStatus


def expire(payment: Payment, now: datetime, life: timedelta) -> Payment:
    """The payment as it counts now: an authorisation older than its life, never captured, has expired.

    No gateway tells it (absence): the bank lets go of the amount after 7 to 30 days by card brand (assumed),
    so that the life is a setting of the connection.
    """
    if payment.status is not PaymentStatus.AUTHORISED or now - payment.created_at <= life:
        return payment
    return replace(payment, status=PaymentStatus.EXPIRED)
