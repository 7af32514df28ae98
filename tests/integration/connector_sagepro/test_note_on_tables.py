"""Notes in a site's own column, on real tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.notes import NoteColumn
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.note import NotedStatus
from counterfoil.ports.erp import AlreadyPosted, Posted, Refused
from counterfoil.ports.errors import ConfigurationError
from tests.support.receivables import note, reversal
from tests.support.sagepro_site import Site

NOTED = {
    table: NoteColumn(column="sitefld", refunded="Back")
    for table in (TableName.ORDERS, TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY)
}


def test_a_note_is_written_once_and_taken_back(site: Site) -> None:
    fact, other = note(NotedStatus.PAID, order="501"), note(NotedStatus.REFUNDED, invoice="1002")
    with site.open(site.profile.model_copy(update={"notes": NOTED})) as company:
        answers = company.post([fact, other])
        assert [type(answer) for answer in answers] == [Posted, Posted], answers
        assert [type(answer) for answer in company.post([fact])] == [AlreadyPosted]
        assert str(site.one(TableName.ORDERS)["sitefld"]).strip() == "Paid"
        for table in (TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY):
            assert str(site.one(table, invno="1002")["sitefld"]).strip() == "Back"
        (back,) = company.post([reversal(other)])
        assert isinstance(back, Posted), back
    assert str(site.one(TableName.DOCUMENTS, invno="1002")["sitefld"]).strip() == ""
    assert site.findings() == []


def test_a_word_wider_than_the_column_is_refused(site: Site) -> None:
    wide = {TableName.ORDERS: NoteColumn(column="sitefld", paid="Paid in full")}
    with site.open(site.profile.model_copy(update={"notes": wide})) as company:
        (answer,) = company.post([note(NotedStatus.PAID, order="501")])
    assert isinstance(answer, Refused)
    assert "the field has 7" in answer.why


def test_a_column_that_the_site_lacks_keeps_the_agent_from_starting(tmp_path: Path) -> None:
    site = Site(tmp_path / "other").build()
    absent = {TableName.ORDERS: NoteColumn(column="paystat")}
    with pytest.raises(ConfigurationError, match="notes in the profile"):
        site.open(site.profile.model_copy(update={"notes": absent}))
