"""Works in many parts that people ask for."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run_script("0015_bulk.sql", schema="counterfoil")
