"""Pause and resume by command on the hub's machine."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from counterfoil.cli import app
from tests.support.product import RunningHere


def operate(product: RunningHere, command: str) -> dict[str, object]:
    words = ["agent", command, "01", "--data", str(product.ground.settings.data)]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    answer: dict[str, object] = json.loads(result.stdout)
    return answer


def test_the_hub_s_agent_is_paused_and_resumed_by_command(product: RunningHere) -> None:
    try:
        assert operate(product, "pause")["paused"] is True
        assert product.http.get("/ready").json()["parts"]["agent 01"] == "paused"
    finally:
        assert operate(product, "resume")["paused"] is False
    assert operate(product, "health")["paused"] is False
    assert product.http.get("/ready").json()["parts"]["agent 01"] == "works"


def test_a_company_without_a_connection_is_named(product: RunningHere) -> None:
    words = ["agent", "pause", "09", "--data", str(product.ground.settings.data)]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 1
    assert "no Sage Pro connection for company 09" in result.output
