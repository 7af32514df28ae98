"""When a backup was last made."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run_script("0019_last_done.sql", schema="counterfoil")
