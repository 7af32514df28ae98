"""Which documents the payments in the inbox name."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run_script("0007_named_documents.sql", schema="counterfoil")
