"""A run goes on with the trace of its event."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run_script("0020_traces.sql", schema="counterfoil")
