"""What is old may go, and lists and searches stay fast among many finished runs."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run_script("0018_purge.sql", schema="counterfoil")
