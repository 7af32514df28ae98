"""Saved payment methods with the payer's consent."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_script("0005_payment_methods.sql", schema="counterfoil")
