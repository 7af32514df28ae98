"""When a backup was last made."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run_script("0016_last_done.sql", schema="counterfoil")
