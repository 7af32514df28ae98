"""Writes at the gateway with what asking for them needs, and the gate that holds them after a restore."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_script("0004_effects.sql", schema="counterfoil")
