"""Figures of the last hours, and money that is not in the books yet."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_script("0009_figures.sql", schema="counterfoil")
