from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app


def run(*words: str | Path) -> str:
    result = CliRunner().invoke(app, ["catalogue", *map(str, words)])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "sample"
    result = CliRunner().invoke(app, ["sandbox", "sagepro", "--data", str(folder), "--widths", "wide"])
    assert result.exit_code == 0, result.output
    return folder


def fields(site: Path, table: str) -> dict[str, Any]:
    told = json.loads(run("--site", site, "--company", "01", "--json"))
    return {each["name"]: each for each in told["records"][table]["fields"]}


def test_the_records_of_a_company_are_its_own_tables(site: Path) -> None:
    number = fields(site, "arcust")["custno"]
    assert number | {"label": "Number"} == number
    assert number["width"] == int(number["width"])
    assert (number["required"], number["certainty"]) == (True, "verified")


def test_people_read_the_columns_of_a_company(site: Path) -> None:
    assert "custno: Number, text" in run("--site", site, "--company", "01")


def test_a_company_that_is_not_there_is_told(site: Path) -> None:
    result = CliRunner().invoke(app, ["catalogue", "--site", str(site), "--company", "77"])
    assert result.exit_code != 0
    assert "has no company 77" in result.output
