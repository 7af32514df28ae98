"""What is old may go, and lists and searches stay fast among many finished runs."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run_script("0021_purge.sql", schema="counterfoil")
