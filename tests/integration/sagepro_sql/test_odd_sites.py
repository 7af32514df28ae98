"""Sites that keep their tables otherwise: widths, NULLs, dates, names, collation, missing parts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.ports.erp import Posted, Refused
from counterfoil.ports.errors import ConfigurationError
from tests.support.sage_pro_sql_clerk import EMPTY
from tests.support.sagepro_books import DAY, receipt
from tests.support.sagepro_site import customer, invoice
from tests.support.sagepro_sql_site import SqlSite

FACT = receipt("ABC", {"1001": "60"}, "5")


def test_texts_are_padded_and_numbers_stand_on_the_right(site: SqlSite) -> None:
    with site.open() as company:
        assert isinstance(company.post([FACT])[0], Posted)
    rows = site.ask('SELECT invno, custno, id_col FROM "PRO01".arcash ORDER BY id_col')
    assert rows == [("      1001", "ABC   ", 1), (" 900000000", "ABC   ", 2)]


def test_new_rows_are_told_by_their_identity(site: SqlSite) -> None:
    with site.open() as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, Posted)
    told = [(row.table, row.record) for row in answer.rows if row.added]
    assert told[:2] == [("arcash", 1), ("ardist", 1)]


def test_widths_of_another_generation_come_from_the_catalogue(odd_site: SqlSite) -> None:
    for table, fields in odd_site.fields.items():
        for field in fields:
            if field.name == "custno":
                odd_site.resize(table, "custno", 10)
            if field.name == "item":
                odd_site.resize(table, "item", 25)
    odd_site.rows = {
        TableName.CUSTOMERS: [customer("ABCDEFGHIJ", "100")],
        TableName.DOCUMENTS: [invoice("1001", "ABCDEFGHIJ", "100")],
    }
    site = odd_site.build()
    with site.open() as company:
        facts = [receipt("ABCDEFGHIJ", {"1001": "60"}), receipt("ABCDEFGHIJK", {}, "1", transaction="2")]
        assert [type(answer) for answer in company.post(facts)] == [Posted, Refused]
    assert site.findings() == []


def test_null_blank_and_zero_are_one_and_the_same(odd_site: SqlSite) -> None:
    bare = {"pnet": None, "bbal": None, "binvamt": None, "arstat": None, "artype": None, "paidamt": None}
    odd_site.rows = {
        TableName.CUSTOMERS: [customer("ABC", "100", lpymt=None, lastpay=None)],
        TableName.DOCUMENTS: [invoice("1001", "ABC", "100", **bare), invoice("1002", "ABC", "0")],
    }
    site = odd_site.build()
    with site.open() as company:
        (answer,) = company.post([receipt("ABC", {"1001": "60"})])
    assert isinstance(answer, Posted), answer
    document = site.one(TableName.DOCUMENTS, invno="1001")
    assert (document["paidamt"], document["balance"]) == (Decimal(60), Decimal(40))
    assert site.findings() == []


@pytest.mark.parametrize("empty", [None, EMPTY])
def test_an_empty_date_is_no_date(odd_site: SqlSite, empty: date | None) -> None:
    site = odd_site.build()
    site.edit(TableName.DOCUMENTS, "1001", dtepaid=empty)
    site.edit(TableName.CUSTOMERS, "ABC", lastpay=empty)
    with site.open() as company:
        assert isinstance(company.post([FACT])[0], Posted)
    assert site.one(TableName.DOCUMENTS, invno="1001")["dtepaid"] == DAY
    assert site.one(TableName.CUSTOMERS, custno="ABC")["lastpay"] == DAY


def test_a_document_without_a_date_leaves_the_empty_one_on_its_receipt(odd_site: SqlSite) -> None:
    site = odd_site.build()
    site.edit(TableName.DOCUMENTS, "2001", invdte=None)
    with site.open() as company:
        assert isinstance(company.post([receipt("XYZ", {"2001": "50"})])[0], Posted)
    assert site.ask('SELECT invdte::text FROM "PRO01".arcash') == [("1900-01-01 00:00:00",)]


def test_columns_that_must_not_be_null_are_written_blank(odd_site: SqlSite) -> None:
    odd_site.not_null = {"applto", "recdel", "bdisamt", "adddate"}
    odd_site.rows = {
        table: [{"bdisamt": Decimal(0), "adddate": DAY, **row} for row in rows]
        for table, rows in odd_site.rows.items()
    }
    site = odd_site.build()
    with site.open() as company:
        assert isinstance(company.post([FACT])[0], Posted)
    asked = 'SELECT DISTINCT btrim(applto), recdel, bdisamt, sitefld FROM "PRO01".arcash'
    assert site.ask(asked) == [("", False, Decimal(0), None)]


def test_names_in_capitals_are_found(site: SqlSite) -> None:
    site.do('ALTER TABLE "PRO01".arcash RENAME TO "ARCASH"')
    site.do('ALTER TABLE "PRO01"."ARCASH" RENAME COLUMN invno TO "INVNO"')
    with site.open() as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, Posted), answer
    assert site.ask('SELECT btrim("INVNO") FROM "PRO01"."ARCASH"') == [("1001",), ("900000000",)]


def test_a_binary_collation_tells_case_apart(odd_site: SqlSite) -> None:
    odd_site.collation = "C"
    with odd_site.build().open() as company:
        assert company.find_customer(CustomerNumber("abc")) is None
        assert company.find_customer(CustomerNumber("ABC")) is not None


def test_a_trigger_of_the_site_does_not_hide_the_new_row_s_number(site: SqlSite) -> None:
    site.do("CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
    site.do('CREATE TRIGGER t BEFORE INSERT ON "PRO01".arcash FOR EACH ROW EXECUTE FUNCTION nothing()')
    with site.open() as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, Posted)
    assert [row.record for row in answer.rows if row.table == "arcash"] == [1, 2]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ('DROP TABLE "PRO01".arcash', "the database PRO01 has no table arcash"),
        ('ALTER TABLE "PRO01".arcash DROP COLUMN paidamt', "table arcash has no column paidamt"),
        ('ALTER TABLE "PRO01".arcash ALTER invno TYPE varchar(10)', "has type V, which cannot hold a number"),
        ('ALTER TABLE "PRO01".arcash DROP COLUMN id_col', "arcash has no identity column"),
    ],
)
def test_an_unfit_table_is_named_before_anything_is_written(site: SqlSite, damage: str, told: str) -> None:
    site.do(damage)
    with pytest.raises(ConfigurationError, match=told):
        site.open()
    assert site.ask(
        "SELECT count(*) FROM information_schema.tables WHERE table_name LIKE 'counterfoil%'"
    ) == [(0,)]


def test_a_value_that_is_too_wide_is_refused_with_table_and_field(odd_site: SqlSite) -> None:
    odd_site.resize(TableName.CASH, "glaccnt", 4)
    site = odd_site.build()
    with site.open() as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, Refused)
    assert "arcash.glaccnt: '1050-000' needs 8 characters, the field has 4" in answer.why
    assert site.read(TableName.CASH) == []


def test_a_reversal_restores_what_was_open(site: SqlSite) -> None:
    before = {table: site.read(table) for table in (TableName.DOCUMENTS, TableName.CUSTOMERS)}
    fact = receipt("ABC", {"1001": "60", "1002": "80"})
    with site.open() as company:
        assert isinstance(company.post([fact])[0], Posted)
        taken_back = ReversalFact(
            key=fact.key.reversal, reverses=fact.key, reversed_on=date(2026, 11, 24), reason="x"
        )
        (answer,) = company.post([taken_back])
        assert isinstance(answer, Posted), answer
    for table, rows in before.items():
        assert [row["balance"] for row in site.read(table)] == [row["balance"] for row in rows]
    assert site.findings() == []
