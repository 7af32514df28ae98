"""A run goes on with the trace of its event."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run_script("0019_traces.sql", schema="counterfoil")
