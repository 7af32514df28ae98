"""Alerts, their silences and what environments say of them."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run_script("0017_alerts.sql", schema="counterfoil")
