from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.connectors.sagepro.kinds import kinds, tenders_of
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.foxpro.records.fields import Field
from tests.support.order_site import order_site
from tests.support.orders import ORDER_TEXT
from tests.support.sagepro_books import PROFILE_TEXT
from tests.support.sagepro_site import BOOKS, Site

CARD = "4111111111111111"


def check(site: Site, *options: str, code: int, rules: str = "") -> str:
    profile = site.folder.parent / "company.yaml"
    text = PROFILE_TEXT.replace("system_folder: .", f'system_folder: "{site.folder}"') + rules
    profile.write_text(text, "utf-8")
    result = CliRunner().invoke(app, ["sagepro", "check", str(profile), *options])
    assert result.exit_code == code, result.output
    return result.output


def with_column(tmp_path: Path, field: Field, value: str) -> Site:
    table = TableName.CUSTOMERS
    first, *others = BOOKS[table]
    site = Site(tmp_path / "site", {**BOOKS, table: [{**first, field.name: value}, *others]})
    site.fields[table] = [*site.fields[table], field]
    return site.build()


def test_a_fitting_site_is_unknown_until_it_is_calibrated(site: Site) -> None:
    before = site.contents()
    document = json.loads(check(site, "--json", code=0))
    assert {each["verdict"] for each in document["kinds"]} == {"unknown"}
    reasons = document["kinds"][0]["reasons"]
    assert any("ardist" in reason and "proposed" in reason for reason in reasons)
    assert "the chart of accounts could not be read, so that no account was looked up" in reasons
    assert document["cards"]["columns"] == []
    assert document["cards"]["rows"] > 0
    assert site.contents() == before
    assert not (site.data / "counterfoil").exists()


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        (Field("notes", "C", 30), f"card {CARD} ok", False),
        (Field("cc_num", "C", 20), "on paper", True),
    ],
)
def test_columns_with_card_numbers_are_counted_and_no_value_is_told(
    tmp_path: Path, field: Field, value: str, named: bool
) -> None:
    site = with_column(tmp_path, field, value)
    (column,) = json.loads(check(site, "--json", code=1))["cards"]["columns"]
    assert column == {
        "table": "arcust01",
        "column": field.name,
        "populated": 1,
        "looked_at": 2,
        "is_named_so": named,
    }
    said = check(site, code=1)
    assert f"arcust01.{field.name}" in said
    assert value not in said
    assert CARD not in said


def test_what_is_missing_is_unsafe_for_every_kind_and_told_once(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    site.drop(TableName.CASH, "refno")
    said = check(site.build(), code=1)
    assert said.count("no column refno (reference)") == 1
    assert said.count("  unsafe ") == len(kinds()) + sum(len(tenders_of(kind)) - 1 for kind in kinds())
    assert "of the reasons above" in said


def test_a_table_that_cannot_be_read_is_told_as_not_looked_at(site: Site) -> None:
    (site.data / "XNOTES01.DBF").write_bytes(b"no table")
    assert "not looked at for card numbers: xnotes01" in check(site, code=0)


def test_a_profile_that_is_none_ends_with_words(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["sagepro", "check", str(tmp_path / "none.yaml")])
    assert result.exit_code == 2
    assert "cannot read the profile" in result.output


def test_an_index_that_does_not_lead_to_its_rows_is_unsafe(site: Site) -> None:
    path = site.path(TableName.DOCUMENTS)
    content = path.read_bytes()
    number = b"1001".rjust(10)
    assert content.count(number) == 1
    path.write_bytes(content.replace(number, b"7777".rjust(10)))
    said = check(site, code=1)
    assert "the index of armast01 does not lead to 1 of 3 rows that were tried, first to record 1" in said


def test_rows_on_a_clerks_screen_are_a_note(site: Site) -> None:
    site.edit(TableName.CUSTOMERS, "ABC", lckstat="L")
    document = json.loads(check(site, "--json", code=0))
    assert document["locked"] == ["arcust01: 1 rows are marked as locked, first record 1; postings wait"]


def reasons(site: Site, kind: str, *, rules: str = ORDER_TEXT, code: int) -> list[str]:
    kinds = json.loads(check(site, "--json", code=code, rules=rules))["kinds"]
    (found,) = (each for each in kinds if each["kind"] == kind)
    assert (found["verdict"] == "unsafe") == (code == 1)
    told: list[str] = found["reasons"]
    return told


def test_a_site_that_takes_orders_is_looked_at_for_what_they_need(tmp_path: Path) -> None:
    site = order_site(tmp_path / "site").build()
    before = site.contents()
    assert all("calibrate" in why or "chart" in why for why in reasons(site, "order", code=0))
    assert any("give numbering.orders" in why for why in reasons(site, "order", rules="", code=0))
    assert site.contents() == before


def test_what_orders_lack_is_unsafe_for_orders_alone(tmp_path: Path) -> None:
    site = order_site(tmp_path / "site")
    site.tables = [name for name in site.tables if name is not TableName.ITEMS]
    site.drop(TableName.LOCATIONS, "lsoaloc")
    site.modules = [row for row in site.modules if row["sysid"] != "SO01"]
    site.build()
    found = reasons(site, "order", rules=f"{ORDER_TEXT}folders: {{SO: {site.data}}}\n", code=1)
    for expected in ("icitem was not found", "iciloc has no column lsoaloc", "0 live rows SO01"):
        assert any(expected in why for why in found), (expected, found)
    receipts = check(site, code=1, rules=f"{ORDER_TEXT}folders: {{SO: {site.data}}}\n")
    assert "unknown  receipt on invoices, card" in receipts
