"""What people did is sealed, so that a later change shows."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run_script("0023_audit_trail.sql", schema="counterfoil")
