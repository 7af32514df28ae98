from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.store.database import Database
from tests.integration.flows.desk import Desk


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """Its commands work on a database and a workspace of the test's own."""
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", database.conninfo)
    monkeypatch.setenv("COUNTERFOIL_DATA", str(tmp_path / "hub"))
    monkeypatch.setenv("COUNTERFOIL_FLOWS", str(tmp_path / "flows"))
    desk = Desk(tmp_path / "flows")
    desk.said("init", str(desk.folder), "--by", "Ann")
    return desk
