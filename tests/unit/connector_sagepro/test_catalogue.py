from __future__ import annotations

from pathlib import Path

from counterfoil.connectors.sagepro.catalogue import company_connector
from counterfoil.connectors.sagepro.discovery.report import (
    FoundColumn,
    FoundCompany,
    FoundTable,
    Layout,
    Matched,
)
from counterfoil.ports.field_types import Certainty, FieldSpec, ValueType

COLUMNS = (
    FoundColumn("custno", "C", 9, 0, standard=True),
    FoundColumn("state", "C", 2, 0, standard=True),
    FoundColumn("email", "M", 4, 0, standard=True),
    FoundColumn("pdisc", "N", 7, 3, standard=True),
    FoundColumn("webshopid", "C", 14, 0, standard=False),
    FoundColumn("fax", "C", 20, 0, standard=None),
)


def field(name: str) -> FieldSpec:
    table = FoundTable(
        table="arcust", path=Path("ARCUST.DBF"), columns=COLUMNS, matched=Matched(named={"state": "state"})
    )
    company = FoundCompany(code="01", is_deleted=False, layout=Layout.SINGLE, modules=(), tables=(table,))
    connector = company_connector(company)
    assert connector.label == "Sage Pro, company 01"
    found = connector.records[0].field(name)
    assert found is not None
    return found


def test_a_width_is_the_tables_own() -> None:
    number = field("custno")
    assert (number.type, number.width, number.required) == (ValueType.TEXT, 9, True)
    assert number.certainty is Certainty.VERIFIED
    assert "header" in number.source


def test_a_column_of_another_generation_is_known_by_its_name_there() -> None:
    assert field("state").label == "State"


def test_a_memo_has_no_width_and_a_number_has_places() -> None:
    assert field("email").width is None
    assert (field("pdisc").type, field("pdisc").width, field("pdisc").places) == (ValueType.NUMBER, 6, 3)


def test_what_a_column_of_the_sites_own_means_is_not_known() -> None:
    own = field("webshopid")
    assert (own.width, own.required, own.certainty) == (14, False, Certainty.UNKNOWN)
    assert "the site's own" in own.label
    assert field("fax").label == "fax"
