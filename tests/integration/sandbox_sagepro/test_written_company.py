from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.table import Table
from counterfoil.sandbox.sagepro.audit import audit
from counterfoil.sandbox.sagepro.audit.reader import FileMissingError, read_books
from counterfoil.sandbox.sagepro.company import Company, make_company
from counterfoil.sandbox.sagepro.market import SMALL
from counterfoil.sandbox.sagepro.structures import structures
from counterfoil.sandbox.sagepro.structures.columns import PRESETS, Widths
from counterfoil.sandbox.sagepro.writer import FolderTakenError, table_path, write_company

AS_OF = date(2026, 11, 23)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Company, Path]:
    """The whole company, as the command writes it."""
    folder = tmp_path_factory.mktemp("sample") / "sagepro"
    company = make_company(2026, AS_OF)
    write_company(company, folder)
    return company, folder


def small(widths: Widths, folder: Path) -> Company:
    company = make_company(3, AS_OF, widths=widths, size=SMALL)
    write_company(company, folder)
    return company


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def as_read(value: object) -> object:
    """dbfread strips the blanks behind text and reads an empty memo as nothing."""
    return (value.rstrip(" ") or None) if isinstance(value, str) else value


def test_another_reader_finds_every_row_as_it_was_made(sample: tuple[Company, Path]) -> None:
    company, folder = sample
    books = read_books(folder)
    assert books.tables.keys() == company.tables.keys()
    for table, entries in books.tables.items():
        made = [(record, {name: as_read(row[name]) for name in row}) for record, row in company.live(table)]
        found = [
            (entry.record, {name: as_read(value) for name, value in entry.values.items()})
            for entry in entries
        ]
        assert found == made, table


def test_the_books_on_disk_are_clean(sample: tuple[Company, Path]) -> None:
    verdicts = audit(read_books(sample[1]))
    assert [(verdict.name, verdict.differences) for verdict in verdicts if not verdict.ok] == []
    assert all(verdict.looked_at for verdict in verdicts)


@pytest.mark.parametrize("widths", PRESETS, ids=lambda widths: widths.name)
def test_every_table_is_sound_with_all_tags(widths: Widths, tmp_path: Path) -> None:
    small(widths, tmp_path / "company")
    for structure in structures(widths):
        path = tmp_path / "company" / table_path(structure)
        assert check_table(path) == [], structure.table
        with Table.open(path) as table:
            assert {name.lower() for name in table.tags} == {tag.name for tag in structure.tags}


def test_names_are_written_in_capitals_as_at_a_site(sample: tuple[Company, Path]) -> None:
    names = {path.name for path in (sample[1] / "ardata").iterdir()}
    assert {"ARCUST01.DBF", "ARCUST01.CDX", "ARCUST01.FPT", "ARMAST01.DBF"} <= names
    assert {path.name for path in sample[1].iterdir()} >= {"SYSDATA.DBF", "SYCRLST.DBF", "SYCCOMP.DBF"}


def test_the_headers_bear_the_companys_today(sample: tuple[Company, Path]) -> None:
    for path in sample[1].rglob("*.DBF"):
        assert tuple(path.read_bytes()[1:4]) == (26, 11, 23), path.name


def test_numbers_keep_their_blanks_on_disk(sample: tuple[Company, Path]) -> None:
    company, folder = sample
    number = str(company.tables["armast"][0]["invno"])
    assert number.startswith("    ")
    assert number.encode() in (folder / "ardata" / "ARMAST01.DBF").read_bytes()
    with Table.open(folder / "ardata" / "ARMAST01.DBF") as table:
        (found,) = table.find("invno", number)
        assert found.values["invno"] == number


def test_one_cent_on_disk_is_found(tmp_path: Path) -> None:
    small(PRESETS[0], tmp_path / "company")
    with Table.open(tmp_path / "company" / "ardata" / "ARCUST01.DBF", writable=True) as table:
        balance = table.read(1).values["balance"]
        assert isinstance(balance, Decimal)
        table.update(1, {"balance": balance + Decimal("0.01")})
    wrong = [verdict for verdict in audit(read_books(tmp_path / "company")) if not verdict.ok]
    assert [verdict.name for verdict in wrong] == ["customer_balance"]
    assert [(each.record, each.amount) for each in wrong[0].differences] == [(1, Decimal("0.01"))]


@pytest.mark.parametrize("widths", PRESETS, ids=lambda widths: widths.name)
def test_the_same_arguments_give_the_same_bytes(widths: Widths, tmp_path: Path) -> None:
    small(widths, tmp_path / "one")
    small(widths, tmp_path / "two")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_an_existing_company_is_never_overwritten(tmp_path: Path) -> None:
    small(PRESETS[0], tmp_path / "company")
    before = digests(tmp_path / "company")
    with pytest.raises(FolderTakenError, match="new or an empty folder"):
        small(PRESETS[1], tmp_path / "company")
    assert digests(tmp_path / "company") == before


def test_after_an_interruption_there_is_nothing_and_the_next_try_succeeds(tmp_path: Path) -> None:
    class PoweredOffError(Exception):
        pass

    def power_off(table: str, _rows: int) -> None:
        if table == "soytrn":
            raise PoweredOffError

    folder = tmp_path / "company"
    with pytest.raises(PoweredOffError):
        write_company(make_company(3, AS_OF, size=SMALL), folder, power_off)
    assert not folder.exists()
    small(PRESETS[0], folder)
    assert [path.name for path in tmp_path.iterdir()] == ["company"]


@pytest.mark.parametrize("name", ["ardata/ARCASH01.DBF", "ardata/ARCUST01.FPT"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    small(PRESETS[0], tmp_path / "company")
    (tmp_path / "company" / name).unlink()
    with pytest.raises(FileMissingError, match=Path(name).name):
        read_books(tmp_path / "company")


def test_the_command_writes_a_company_once(tmp_path: Path) -> None:
    arguments = [
        "sandbox",
        "sagepro",
        "--data",
        str(tmp_path / "new"),
        "--seed",
        "4",
        "--as-of",
        "2026-03-31",
    ]
    first = CliRunner().invoke(app, arguments)
    assert first.exit_code == 0, first.output
    assert "Company 01 as of 2026-03-31: 30 tables" in first.output
    second = CliRunner().invoke(app, arguments)
    assert second.exit_code == 2
    assert "Choose a new or an empty folder" in second.output


def test_the_command_refuses_widths_that_it_does_not_know(tmp_path: Path) -> None:
    arguments = ["sandbox", "sagepro", "--data", str(tmp_path / "new"), "--widths", "narrow"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "pro-vfp, wide" in result.output
    assert not (tmp_path / "new").exists()
