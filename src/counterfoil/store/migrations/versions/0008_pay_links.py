"""Links by which payers pay invoices are effects too."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run_script("0008_pay_links.sql", schema="counterfoil")
