"""What commands say of a company in a database whose server does not answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app

PROFILE = """
company: "01"
preset: mssql
database: {dsn: "postgresql+psycopg://nobody@127.0.0.1:1/none", company_db: PRO01}
accounts: {clearing: {card: 1050-000}}
"""


@pytest.mark.parametrize("command", ["changes", "restored"])
def test_a_server_that_does_not_answer_is_named(tmp_path: Path, command: str) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(PROFILE)
    refused = CliRunner().invoke(app, ["sagepro", command, str(path)])
    assert refused.exit_code == 2
    assert "the company's database does not answer" in refused.stderr


@pytest.mark.parametrize("command", ["by-hand", "quarantine"])
def test_what_lies_in_our_own_folder_is_read_from_there(tmp_path: Path, command: str) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(PROFILE)
    told = CliRunner().invoke(app, ["sagepro", command, str(path)])
    assert told.exit_code == 0, told.output
    assert "waits for a person" in told.stdout


def test_the_driver_that_is_not_installed_with_us_is_named(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(
        PROFILE.replace("postgresql+psycopg://nobody@127.0.0.1:1/none", "mssql+pymssql://u@localhost")
    )
    refused = CliRunner().invoke(app, ["sagepro", "check", str(path)])
    assert refused.exit_code == 2
    assert "driver pymssql is not installed: pip install 'counterfoil[mssql]'" in refused.stderr
