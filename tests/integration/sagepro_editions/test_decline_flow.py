"""Declined payments, noted in real books."""

from __future__ import annotations

from typing import Any

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.notes import NoteColumn
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.declines import Declines
from counterfoil.domain.identifiers import MerchantId, TransactionId
from counterfoil.domain.payment import Payment, PaymentStatus
from tests.support.flows import Flows
from tests.support.sagepro_site import Site
from tests.support.samples import a_payment

NOTED = {table: NoteColumn(column="sitefld") for table in (TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY)}


def declined(**changes: Any) -> Payment:
    values = {
        "merchant": MerchantId("paytrace/m1"),
        "transaction": TransactionId("4053461"),
        "invoice_reference": "1001",
        "status": PaymentStatus.FAILED,
        "vendor_status": "Do not honor",
    }
    return a_payment("100.00", **(values | changes))


def word_on(site: Site, number: str) -> str:
    return str(site.one(TableName.DOCUMENTS, invno=number)["sitefld"] or "").strip()


def test_a_decline_is_noted_once_on_its_invoice_and_no_balance_changes(site: Site) -> None:
    before = site.one(TableName.DOCUMENTS, invno="1001")["balance"]
    with site.open(site.profile.model_copy(update={"notes": NOTED})) as company:
        flows = Flows(company, declines=Declines.NOTE)
        summary = flows.carried_though_killed(flows.tell(declined()))
        assert (summary["result"], summary["noted"]) == ("done", "on invoice 1001")
        assert "for invoice 1001 of customer ABC was declined" in summary["declined"]
        assert word_on(site, "1001") == "Failed"
        again = Flows(company, declines=Declines.NOTE)
        assert again.carried(again.tell(declined()))["posting"] == "already_posted"
        assert flows.asked == again.asked == []
    assert site.one(TableName.DOCUMENTS, invno="1001")["balance"] == before
    assert site.findings() == []


def test_where_the_connection_says_nothing_the_books_are_left_alone(site: Site) -> None:
    with site.open(site.profile.model_copy(update={"notes": NOTED})) as company:
        flows = Flows(company)
        assert flows.carried(flows.tell(declined()))["result"] == "done"
        assert word_on(site, "1001") == ""


def test_books_without_a_column_for_it_are_told_of_in_the_run_and_nobody_is_asked(
    company: SageProCompany,
) -> None:
    flows = Flows(company, declines=Declines.NOTE)
    summary = flows.carried(flows.tell(declined()))
    assert summary["result"] == "done"
    assert "not yet: the profile names no column under notes.armast" in summary["noted"]
    assert flows.asked == []
