"""Schedules are paused and resumed by people."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_script("0011_schedules.sql", schema="counterfoil")
