"""A company before and after the posting that is interrupted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.test_foxpro_transactions import write
from tests.unit.foxpro import company


@pytest.fixture(scope="module")
def journalled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Before the posting; the journal's file is there."""
    folder = tmp_path_factory.mktemp("journalled")
    company.create(folder)
    with company.journal_of(folder):
        return folder


@pytest.fixture(scope="module")
def nothing(journalled: Path) -> company.Rows:
    return company.live_rows(journalled)


@pytest.fixture(scope="module")
def whole(journalled: Path, tmp_path_factory: pytest.TempPathFactory) -> company.Rows:
    folder = company.copied(journalled, tmp_path_factory.mktemp("after") / "company")
    write(folder)
    return company.live_rows(folder)
