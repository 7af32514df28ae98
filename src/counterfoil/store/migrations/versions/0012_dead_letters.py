"""Why runs stopped, and what people did about them."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_script("0012_dead_letters.sql", schema="counterfoil")
