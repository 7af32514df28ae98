"""The first tables: connections, hints, inbox, flows, runs, steps, effects, review, cursors, workers."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_script("0001_core.sql", schema="counterfoil")
