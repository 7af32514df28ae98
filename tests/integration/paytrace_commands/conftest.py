from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.store.database import Database
from tests.support import gateway_desk
from tests.support.gateway_desk import Desk


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Desk]:
    """Its commands work on a database of the test's own."""
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", database.conninfo)
    with gateway_desk.desk(tmp_path / "hub") as found:
        yield found
