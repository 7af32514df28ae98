"""From a site that nobody described to a receipt in its books, on each layout of the sample company."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.erp import Posted
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.audit import audit
from counterfoil.sandbox.sagepro.audit.reader import read_books
from counterfoil.sandbox.sagepro.cast import Cast, cast_of
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.market import SMALL
from counterfoil.sandbox.sagepro.structures import structures
from counterfoil.sandbox.sagepro.structures.columns import PRO_VFP, WIDE, Widths
from counterfoil.sandbox.sagepro.structures.layouts import COMPANIES, MODULES, SINGLE, Layout
from counterfoil.sandbox.sagepro.writer import table_path, write_company
from tests.support.sagepro_books import receipt
from tests.support.trust import stand

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
DECIDED = f'clearing: {{card: "{chart.CARD_CLEARING}", ach: "{chart.ACH_CLEARING}"}}'

NEWER = (MODULES, SINGLE, COMPANIES)
"""Layouts of Visual FoxPro tables."""


def written(folder: Path, layout: Layout, widths: Widths = PRO_VFP) -> Cast:
    company = make_company(7, AS_OF, widths=widths, size=SMALL)
    write_company(company, folder, layout=layout)
    return cast_of(company, unpaid=3)


def digests(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def discover(folder: Path, *options: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["sagepro", "discover", str(folder), *options])
    assert result.exit_code == code, result.output
    return result.output


def decided(profile: Path) -> Path:
    """What a person does with the lines marked DECIDE, as far as receipts cannot do without."""
    text = profile.read_text("utf-8")
    assert text.count("clearing: {}") == 1
    profile.write_text(text.replace("clearing: {}", DECIDED).replace("mode: live", "mode: test"), "utf-8")
    return profile


@pytest.mark.parametrize(
    ("layout", "widths"),
    [*((layout, PRO_VFP) for layout in NEWER), (COMPANIES, WIDE)],
    ids=lambda value: value.name,
)
def test_a_receipt_is_posted_with_the_profile_that_discovery_wrote(
    tmp_path: Path, layout: Layout, widths: Widths
) -> None:
    folder = tmp_path / "sagepro"
    cast = written(folder, layout, widths)
    before = digests(folder)
    discover(folder, "--write-profile", str(tmp_path / "company.yaml"))
    assert digests(folder) == before
    profile = read_profile(decided(tmp_path / "company.yaml"))
    pick = cast.unpaid[0]
    stand(profile)
    with SageProCompany(profile, ManualClock(NOW)) as company:
        (found,) = company.find_references(pick.number).invoices
        assert (found.customer, found.open.amount) == (pick.customer, pick.open)
        facts = [
            receipt(pick.customer, {pick.number: str(pick.open)}, "12.34"),
            receipt(cast.twin.customer, {cast.twin.number: str(cast.twin.open)}, transaction="4053462"),
        ]
        answers = company.post(facts)
    assert [type(answer) for answer in answers] == [Posted, Posted], answers
    books = read_books(folder)
    assert {verdict.name: verdict.differences for verdict in audit(books) if not verdict.ok} == {}
    assert [
        finding
        for each in structures(widths)
        for finding in check_table(folder / table_path(each, layout=layout))
    ] == []


@pytest.mark.parametrize("layout", NEWER, ids=lambda layout: layout.name)
def test_the_document_tells_layout_widths_tags_and_the_rule_of_balances(
    tmp_path: Path, layout: Layout
) -> None:
    written(tmp_path / "sagepro", layout, WIDE)
    (company, deleted) = json.loads(discover(tmp_path / "sagepro", "--json"))["companies"]
    assert (company["code"], company["layout"], company["problems"]) == ("01", layout.name, [])
    assert {module["ground"] for module in company["modules"]} == {"verified-here"}
    assert (deleted["code"], deleted["deleted"], deleted["tables"]) == ("99", True, [])
    tables = {table["table"]: table for table in company["tables"]}
    shapes = {column["name"]: (column["type"], column["width"]) for column in tables["arcust"]["columns"]}
    assert (shapes["custno"], shapes["balance"]) == (("C", 10), ("Y", 8))
    assert tables["armast"]["tags"]["invno"] == "invno"
    older = layout is COMPANIES
    assert tables["artran"]["renamed"] == ({"line": "lineno"} if older else {})
    assert [name for table in tables.values() for name in table["missing"]] == []
    assert not any(column["standard"] is False for table in tables.values() for column in table["columns"])
    balance = company["balance"]
    assert (balance["rule"], balance["ground"]) == ("total - paid - discount", "verified-here")
    assert 0 < balance["with_discount"] < balance["looked_at"]


def test_names_of_another_generation_stand_in_the_profile(tmp_path: Path) -> None:
    written(tmp_path / "sagepro", COMPANIES)
    discover(tmp_path / "sagepro", "--write-profile", str(tmp_path / "company.yaml"))
    columns = read_profile(tmp_path / "company.yaml").columns
    assert columns[TableName.LINES] == {"line": "lineno"}
    assert columns[TableName.ORDER_LINES] == {"line": "lineno", "sequence": "seq", "item_class": "class"}
    written(tmp_path / "newer", MODULES)
    discover(tmp_path / "newer", "--write-profile", str(tmp_path / "newer.yaml"))
    assert read_profile(tmp_path / "newer.yaml").columns == {}


@pytest.mark.parametrize("layout", [SINGLE, COMPANIES], ids=lambda layout: layout.name)
def test_a_site_without_its_system_table_is_found_by_the_tables_names(tmp_path: Path, layout: Layout) -> None:
    folder = tmp_path / "sagepro"
    cast = written(folder, layout)
    (folder / "SYSDATA.DBF").unlink()
    (folder / "SYSDATA.CDX").unlink()
    said = discover(folder, "--write-profile", str(tmp_path / "company.yaml"))
    assert "inferred       layout: " in said
    profile = read_profile(decided(tmp_path / "company.yaml"))
    with SageProCompany(profile, ManualClock(NOW)) as company:
        assert company.find_references(cast.unpaid[0].number).invoices
