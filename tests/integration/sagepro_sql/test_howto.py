"""The page on connecting the SQL Server edition is walked from top to bottom."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.store.database import Database
from tests.support.sagepro_sql_site import address_of, password_of

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "connect-sage-pro-on-sql-server.md"
ADDRESS = "postgresql+psycopg://counterfoil@localhost/books"


def test_the_page_does_what_it_says(
    empty_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for variable in ("PGPASSWORD", "COUNTERFOIL_SAGEPRO_PASSWORD"):
        monkeypatch.setenv(variable, password_of(empty_database))
    page = PAGE.read_text("utf-8").replace(ADDRESS, address_of(empty_database).render_as_string())
    said = ""
    names: dict[str, object] = {}
    for kind, block in re.findall(r"```(\w+)\n(.*?)```", page, flags=re.DOTALL):
        match kind:
            case "sh":
                said = "".join(run(line) for line in block.splitlines())
            case "python":
                exec(compile(block, str(PAGE), "exec"), names)  # noqa: S102 - the page is ours
                said = capsys.readouterr().out
            case "text":
                assert said.startswith(block) or said.endswith(block), said
            case "yaml":
                assert block in (tmp_path / "sql.yaml").read_text("utf-8")
            case _:
                pytest.fail(f"a block of another kind: {kind}")
    assert names


def run(line: str) -> str:
    words = shlex.split(line)
    assert words[0] == "counterfoil"
    result = CliRunner().invoke(app, words[1:])
    assert result.exit_code == 0, result.output
    return result.stdout
