"""Alerts, their silences and what environments say of them."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run_script("0015_alerts.sql", schema="counterfoil")
