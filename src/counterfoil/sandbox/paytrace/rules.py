"""The merchant's own security settings, which refuse a charge before any bank is asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from counterfoil.sandbox.paytrace.approvals import Charge, Presented
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.outcomes import Reason, Refusal, Refused
from counterfoil.sandbox.paytrace.rows import Kind, State, TransactionRow
from counterfoil.sandbox.paytrace.settings import RequiredField, SandboxUser, Settings
from counterfoil.sandbox.paytrace.stamps import day_bounds

_REASON_BY_FIELD = {
    RequiredField.INVOICE_ID: Reason.INVOICE_REQUIRED,
    RequiredField.BILLING_ADDRESS: Reason.ADDRESS_REQUIRED,
    RequiredField.ZIP: Reason.ZIP_REQUIRED,
    RequiredField.CSC: Reason.CSC,
}


class Rules:
    """Judges charges by the account's settings and by what its ledger already holds."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._ledger = ledger
        self._settings = settings

    def refusal(
        self, charge: Charge, presented: Presented, *, user: SandboxUser | None, now: datetime
    ) -> Refused | None:
        """Why the charge is not even tried, or None; the gateway's own recurring payments follow no rule."""
        if charge.recurrence_id is not None:
            return None
        missing = tuple(
            Refusal(_REASON_BY_FIELD[field])
            for field in sorted(self._settings.required_fields)
            if not _has(field, charge, presented)
        )
        if missing:
            return Refused(missing)
        if user is not None and exceeds(charge.amount_cents, user.sale_ceiling_cents):
            return Refused.of(Reason.SALE_CEILING)
        if self._is_over_the_day(now):
            return Refused.of(Reason.DAILY_LIMIT)
        return Refused.of(Reason.DUPLICATE) if self._is_duplicate(charge, presented, now) else None

    def _is_over_the_day(self, now: datetime) -> bool:
        limit = self._settings.daily_transactions_max
        if limit is None:
            return False
        today = now.astimezone(self._settings.zone).date()
        rows = self._ledger.created_between(*day_bounds(today, today, self._settings.zone))
        return sum(row.kind is not Kind.REFUND and row.state is not State.DECLINED for row in rows) >= limit

    def _is_duplicate(self, charge: Charge, presented: Presented, now: datetime) -> bool:
        window = self._settings.duplicate_window
        return window > timedelta(0) and any(
            _repeats(charge, row) for row in self._ledger.of_card_since(presented.card.digest, now - window)
        )


def exceeds(cents: int, ceiling_cents: int | None) -> bool:
    return ceiling_cents is not None and cents > ceiling_cents


def _repeats(charge: Charge, row: TransactionRow) -> bool:
    """Same amount, invoice and user on the card; approved ones alone count, and voided ones no more."""
    return (
        row.kind is charge.kind
        and row.state not in {State.DECLINED, State.VOIDED}
        and row.amount_cents == charge.amount_cents
        and row.details.invoice_id == charge.details.invoice_id
        and row.caller.user == charge.caller.user
    )


def _has(field: RequiredField, charge: Charge, presented: Presented) -> bool:
    match field:
        case RequiredField.INVOICE_ID:
            return bool(charge.details.invoice_id)
        case RequiredField.BILLING_ADDRESS:
            return bool(charge.details.billing.street_address)
        case RequiredField.ZIP:
            return bool(charge.details.billing.zip)
        case RequiredField.CSC:
            return presented.has_csc or not presented.is_keyed
