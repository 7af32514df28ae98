"""Figures of the last hours, and money that is not in the books yet."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_script("0010_figures.sql", schema="counterfoil")
