"""A version of a flow keeps the tests that came with it."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run_script("0014_flow_tests.sql", schema="counterfoil")
