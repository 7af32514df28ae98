"""The engine's own tables, as its version 3.10.0 (MIT) ships them, in a schema of their own."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_script("0002_engine.sql", schema="engine")
    run_script("0002_engine_tuning.sql", schema="engine")
