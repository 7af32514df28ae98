"""Breakers and limits of calls, shared by all workers, and runs that wait for them."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_script("0013_breakers.sql", schema="counterfoil")
