from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from counterfoil.sandbox.sagepro.company import Company, make_company
from counterfoil.sandbox.sagepro.structures import structures
from counterfoil.sandbox.sagepro.writer import table_path, write_company
from tests.oracle.client import Oracle

AS_OF = date(2026, 11, 23)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Company, Path]:
    folder = tmp_path_factory.mktemp("sample") / "sagepro"
    company = make_company(2026, AS_OF)
    write_company(company, folder)
    return company, folder


def test_codebase_opens_every_table_and_finds_every_tag_right(sample: tuple[Company, Path]) -> None:
    """Every tag in order, every key what its expression gives, every row in every tag."""
    company, folder = sample
    with Oracle() as oracle:
        for structure in structures(company.widths):
            oracle.open(folder / table_path(structure))
            verdict = oracle.verify()
            assert verdict.is_good, (structure.table, verdict)
            rows = len(company.tables[structure.table])
            counts = {name: tag.count for name, tag in verdict.tags.items()}
            assert counts == {tag.name: rows for tag in structure.tags}, structure.table
