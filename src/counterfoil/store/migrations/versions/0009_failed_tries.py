"""Failed tries in a row are counted beside the attempts of a run."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_script("0009_failed_tries.sql", schema="counterfoil")
