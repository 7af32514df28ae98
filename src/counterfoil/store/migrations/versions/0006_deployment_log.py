"""The log of deployments, and those that wait for a second person."""

from __future__ import annotations

from counterfoil.store.migration import run_script

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_script("0006_deployment_log.sql", schema="counterfoil")
