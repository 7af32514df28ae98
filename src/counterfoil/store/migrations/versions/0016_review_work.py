"""Review tasks are somebody's, and due."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run_script("0016_review_work.sql", schema="counterfoil")
