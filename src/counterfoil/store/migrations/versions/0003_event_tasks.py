"""Review tasks about events, which need no run."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_script("0003_event_tasks.sql", schema="counterfoil")
