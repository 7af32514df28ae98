"""A fetch takes the same time however many jobs wait."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run_script("0022_engine_fetch.sql", schema="engine")
