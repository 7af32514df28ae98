"""The key of the model that suggestions ask, sealed in the hub."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from counterfoil.bootstrap.model_key import kept_model_key
from counterfoil.cli import app
from counterfoil.config import Settings, read_settings
from tests.integration.flows.desk import Desk

KEY = "sk-of-the-model-42"


def keep(key: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["flows", "model-key", "--key-from", "-"], input=key)
    assert result.exit_code == code, result.output
    return result.stdout + result.stderr


def test_the_key_is_kept_sealed_and_replaced(desk: Desk) -> None:
    assert desk.folder.exists()
    assert kept_model_key(read_settings()).reveal() == ""
    assert KEY not in keep("an older one") + keep(f"{KEY}\n")
    assert kept_model_key(read_settings()).reveal() == KEY
    assert "the key is empty" in keep(" ", code=1)
    assert kept_model_key(read_settings()).reveal() == KEY


def test_where_no_hub_is_none_is_made(tmp_path: Path) -> None:
    assert not kept_model_key(Settings(data=tmp_path / "none", database_url=""))
    assert not (tmp_path / "none").exists()
