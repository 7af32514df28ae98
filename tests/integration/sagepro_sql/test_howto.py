"""The page on connecting the SQL Server edition is walked from top to bottom."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.store.database import Database
from tests.support.pages import walk
from tests.support.sagepro_sql_site import address_of, password_of

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "connect-sage-pro-on-sql-server.md"
ADDRESS = "postgresql+psycopg://counterfoil@localhost/books"


def test_the_page_does_what_it_says(
    empty_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for variable in ("PGPASSWORD", "COUNTERFOIL_SAGEPRO_PASSWORD"):
        monkeypatch.setenv(variable, password_of(empty_database))
    page = PAGE.read_text("utf-8").replace(ADDRESS, address_of(empty_database).render_as_string())
    walk(page, tmp_path, capsys, written="sql.yaml")
