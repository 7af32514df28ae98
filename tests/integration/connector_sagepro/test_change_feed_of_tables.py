"""The change feed where FoxPro's files themselves change: their structure, or bytes that are no value."""

from __future__ import annotations

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.foxpro.table import Table
from counterfoil.ports.changes import StartOver
from tests.integration.sagepro_editions.test_change_feed import Reader
from tests.support.sagepro_site import Site


@pytest.fixture
def reader(company: SageProCompany) -> Reader:
    return Reader(company)


def test_another_layout_says_start_over(site: Site, company: SageProCompany, reader: Reader) -> None:
    rows = site.read(TableName.ORDERS)
    site.resize(TableName.ORDERS, "ponum", 30)
    site.rebuild(TableName.ORDERS, rows)
    assert isinstance(company.changes(reader.cursor, 10), StartOver)


def test_a_row_that_cannot_be_read_is_told_by_its_number(site: Site, reader: Reader) -> None:
    path = site.path(TableName.DOCUMENTS)
    data = bytearray(path.read_bytes())
    with Table.open(path) as table:
        header = table.storage.header
        (field,) = (one for one in header.fields if one.name == "invdte")
    at = header.offset_of(3) + field.offset
    before = data[at : at + 8]
    data[at : at + 8] = b"2026zz01"
    path.write_bytes(data)
    assert [one[:3] for one in reader.told()] == [("changed", "invoice", "record 3")]
    data[at : at + 8] = before
    path.write_bytes(data)
