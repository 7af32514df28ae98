"""Schedules are paused and resumed by people."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_script("0010_schedules.sql", schema="counterfoil")
