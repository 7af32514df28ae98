"""Sites that do not fit: unknown stays unknown, and what is missing is named."""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.connectors.sagepro.discovery.draft import DECIDE, draft_profile
from counterfoil.connectors.sagepro.discovery.report import FoundCompany, Ground, SiteReport
from counterfoil.connectors.sagepro.discovery.rows import read_blocks
from counterfoil.connectors.sagepro.discovery.site import discover_site
from counterfoil.connectors.sagepro.profile import parse_profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.foxpro.containers.container import Property
from counterfoil.foxpro.containers.membership import ContainerUse
from counterfoil.foxpro.records.fields import Field
from counterfoil.foxpro.records.versions import FOX2
from counterfoil.foxpro.table import Table
from counterfoil.ports.erp import Posted
from counterfoil.ports.errors import ConfigurationError
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site
from tests.unit.foxpro.containers import create_container, link, things_of


def put_modules(site: Site, folder: str) -> None:
    """Lets the system table say where the modules lie."""
    with Table.open(site.folder / "SYSDATA.DBF", writable=True) as table:
        for record in table.records():
            table.update(record.recno, {"drive": " " * 60 + folder})


def looked_at(site: Site) -> tuple[SiteReport, FoundCompany]:
    report = discover_site(site.folder)
    (company,) = report.companies
    return report, company


def topics(company: FoundCompany, ground: Ground) -> dict[str, str]:
    return {each.topic: each.text for each in company.conclusions if each.ground is ground}


def drafted(site: Site) -> str:
    return draft_profile(*looked_at(site))


def test_a_drive_of_another_machine_is_replaced_by_the_folder_where_the_tables_lie(site: Site) -> None:
    put_modules(site, "Y:\\pro32\\ardata\\")
    _, company = looked_at(site)
    assert {(module.folder, module.ground) for module in company.modules} == {(site.data, Ground.INFERRED)}
    profile = parse_profile(drafted(site))
    assert profile.folders == {"AR": site.data, "SO": site.data}
    assert "system table names Y:\\pro32\\ardata\\" in drafted(site)


def test_tables_in_two_folders_leave_the_module_unknown(site: Site) -> None:
    put_modules(site, "Y:\\pro32\\ardata\\")
    shutil.copytree(site.data, site.folder / "OLDDATA")
    _, company = looked_at(site)
    assert {(module.folder, module.ground) for module in company.modules} == {(None, Ground.UNKNOWN)}
    assert all("several folders" in module.why for module in company.modules)
    assert company.problems
    text = drafted(site)
    assert f"# {DECIDE}: AR: unknown: the system table names" in text
    assert parse_profile(text).folders == {}


def test_two_companies_in_one_folder_are_told_apart(site: Site) -> None:
    for path in list(site.data.iterdir()):
        shutil.copy(path, site.data / path.name.replace("01.", "0B."))
    first, second = discover_site(site.folder).companies
    assert (first.code, second.code) == ("01", "0B")
    assert {module.ground for module in second.modules} == {Ground.INFERRED}
    result = CliRunner().invoke(
        app, ["sagepro", "discover", str(site.folder), "--write-profile", "never.yaml"]
    )
    assert result.exit_code == 2
    assert "name one of the companies 01, 0B with --company" in result.output
    assert not Path("never.yaml").exists()


def test_a_column_and_a_tag_that_receipts_need_are_named(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    site.drop(TableName.CASH, "refno")
    site.tags[TableName.DOCUMENTS] = site.tags[TableName.DOCUMENTS][:1]
    site.build()
    _, company = looked_at(site)
    problems = "\n".join(company.problems)
    assert "no column refno (reference)" in problems
    assert "no index tag that begins with custno" in problems
    seen = topics(company, Ground.VERIFIED)
    assert "refno (reference, needed)" in seen["missing columns in arcash"]
    assert seen["missing tables"].startswith("arcadr, arycsh, arglac, sotran")
    result = CliRunner().invoke(app, ["sagepro", "discover", str(site.folder)])
    assert result.exit_code == 1
    assert "cannot be posted to as it is" in result.output


def test_the_sites_own_columns_are_told_and_never_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    _, company = looked_at(site)
    assert topics(company, Ground.INFERRED)["the site's own columns in arcash"] == "sitefld C7"
    site.edit(TableName.DOCUMENTS, "1001", sitefld="SECRET7")
    monkeypatch.chdir(site.folder.parent)
    for option in ((), ("--json",), ("--write-profile", "out.yaml")):
        result = CliRunner().invoke(app, ["sagepro", "discover", str(site.folder), *option])
        assert "SECRET7" not in result.output
    assert "SECRET7" not in Path("out.yaml").read_text("utf-8")


def test_without_discounts_the_rule_of_balances_stays_unknown(site: Site) -> None:
    _, company = looked_at(site)
    assert "without one all rules agree" in topics(company, Ground.UNKNOWN)["balance of documents"]


def test_a_code_that_nobody_explains_waits_for_a_person(site: Site) -> None:
    site.edit(TableName.DOCUMENTS, "1001", artype="F")
    _, company = looked_at(site)
    assert "'F' on 1 documents" in topics(company, Ground.UNKNOWN)["document types"]
    assert f'# {DECIDE}: document type "F" on 1 documents means nothing here yet' in drafted(site)


def test_tables_of_a_database_are_listed_and_those_with_rules_wait_for_a_person(site: Site) -> None:
    for name, rule in ((TableName.CASH, ""), (TableName.DISTRIBUTIONS, "newid()")):
        path = site.path(name)
        with Table.open(path) as table:
            names = [field.name for field in table.fields]
        things = things_of(path.stem, names)
        if rule:
            things[-1] = replace(things[-1], properties={Property.DEFAULT: rule})
        create_container(path.with_name(f"{path.stem}.dbc"), things)
        link(path, f"{path.stem}.dbc")
    _, company = looked_at(site)
    (problem,) = company.problems
    assert "table ardist01 cannot be written: it belongs to the database" in problem
    text = drafted(site)
    assert parse_profile(text).container_tables == {"arcash01": ContainerUse.NO_RULES}
    assert f'# {DECIDE}: "ardist01": rules-bypassed  # FoxPro applies the default newid() of' in text


def test_the_profile_never_lands_in_the_site_nor_on_another_file(site: Site, tmp_path: Path) -> None:
    kept = tmp_path / "kept.yaml"
    kept.write_text("mine", "utf-8")
    for file, says in ((site.folder / "x.yaml", "lies in the site"), (kept, "name a new file")):
        result = CliRunner().invoke(
            app, ["sagepro", "discover", str(site.folder), "--write-profile", str(file)]
        )
        assert (result.exit_code, says in result.output) == (2, True), result.output
    assert kept.read_text("utf-8") == "mine"
    assert not (site.folder / "x.yaml").exists()


def test_a_folder_without_sage_pro_and_no_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"neither SYSDATA\.DBF with a company nor a table"):
        discover_site(tmp_path)
    with pytest.raises(ConfigurationError, match="is no folder"):
        discover_site(tmp_path / "none")


def test_locks_that_others_hold_are_no_obstacle(site: Site) -> None:
    with ExitStack() as stack:
        for name in (TableName.DOCUMENTS, TableName.CUSTOMERS, TableName.CASH):
            table = stack.enter_context(Table.open(site.path(name), writable=True))
            stack.enter_context(table.locks.whole(table.patience.deadline()))
        _, company = looked_at(site)
    assert company.problems == ()
    assert company.sampled.rows == 3


def test_a_damaged_table_keeps_nothing_else_back(site: Site) -> None:
    site.path(TableName.ORDERS).write_bytes(b"no table")
    _, company = looked_at(site)
    (broken,) = (table for table in company.tables if table.problem)
    assert broken.table == "somast"
    assert company.problems
    assert json.loads(CliRunner().invoke(app, ["sagepro", "discover", str(site.folder), "--json"]).stdout)


def test_only_a_part_of_many_rows_is_read_and_both_ends_are_in_it(site: Site) -> None:
    with Table.open(site.path(TableName.CASH), writable=True) as table:
        for _ in range(500):
            table.append({})
        read = [recno for recno, _ in read_blocks(table, 80)]
        assert (read[0], read[-1]) == (1, 500)
        assert len(set(read)) == len(read) == 80
        assert len(list(read_blocks(table, 500))) == 500


def test_fields_of_another_type_are_told(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    site.fields[TableName.DOCUMENTS] = [
        Field("dtepaid", "C", 10) if field.name == "dtepaid" else field
        for field in site.fields[TableName.DOCUMENTS]
    ]
    site.build()
    _, company = looked_at(site)
    unfit = topics(company, Ground.VERIFIED)["unfit columns in armast"]
    assert unfit == "dtepaid (paid_on) has type C, which cannot hold a date"


def test_a_container_that_is_gone_is_told_and_keeps_the_table_from_being_written(site: Site) -> None:
    link(site.path(TableName.CASH), "gone.dbc")
    _, company = looked_at(site)
    assert "not where the table says" in topics(company, Ground.VERIFIED)["database container"]
    (problem,) = company.problems
    assert "table arcash01 cannot be written: it belongs to the database gone.dbc" in problem


def test_a_system_table_above_the_named_folder_is_pointed_at(site: Site) -> None:
    report = discover_site(site.data)
    (found,) = (each for each in report.conclusions if each.ground is Ground.UNKNOWN)
    assert f"one lies above, in {site.folder}" in found.text


def test_rows_of_the_system_table_that_name_no_company_are_passed_over(site: Site) -> None:
    with Table.open(site.folder / "SYSDATA.DBF", writable=True) as table:
        for name in ("AR", "ARSYSTEM", "PO01"):
            table.append({"sysid": name, "pass2": "D"})
    _, company = looked_at(site)
    assert (company.code, company.is_deleted, company.problems) == ("01", False, ())


def test_old_tables_without_a_code_page_are_read_and_marked(tmp_path: Path) -> None:
    """As SBT 7 has them: FoxPro 2, money as numbers, no code page in the header, no system table."""
    site = Site(tmp_path / "sbt")
    old = {"Y": ("N", 12, 2), "B": ("N", 12, 5), "M": ("C", 128, 0)}
    for table, fields in site.fields.items():
        site.fields[table] = [
            Field(each.name, *old.get(each.type, (each.type, each.width, each.decimals))) for each in fields
        ]
    site.build(version=FOX2)
    (site.folder / "SYSDATA.DBF").unlink()
    for path in site.data.glob("*.DBF"):
        with path.open("r+b") as file:
            file.seek(29)
            file.write(b"\0")
    report = discover_site(site.folder)
    (company,) = report.companies
    assert company.problems == ()
    assert topics(company, Ground.VERIFIED)["tables"] == "FoxPro 2 tables, as SBT 7 had them"
    text = draft_profile(report, company)
    assert "code_page: cp437  # inferred" in text
    assert "preset: sbt-7  # inferred" in text
    text = text.replace("clearing: {}", "clearing: {card: 1050-000}").replace("mode: live", "mode: test")
    profile = parse_profile(text)
    fact = receipt("XYZ", {"2001": "50"})
    with site.open(profile) as books:
        (answer,) = books.post([fact])
    assert isinstance(answer, Posted)
    assert site.one(TableName.DOCUMENTS, invno="2001")["balance"] == 0
