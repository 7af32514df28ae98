"""Sound books, and a copy of them to be harmed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.integration.sagepro_audit.damage import make_books


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_books(tmp_path_factory.mktemp("audit") / "books")


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    return shutil.copytree(sound, tmp_path / "books")
