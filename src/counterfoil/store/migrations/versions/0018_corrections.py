"""Runs may work on what a person corrected."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run_script("0018_corrections.sql", schema="counterfoil")
