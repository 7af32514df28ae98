"""Shipped flows over an outbox: what is handed over waits, and stands once when it was entered."""

from __future__ import annotations

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.engine import Parked
from tests.integration.sagepro_editions.test_refund_flow import REOPENS, payment, refund
from tests.integration.sagepro_editions.test_settlement_flow import WHOLE, batch, settled
from tests.support.flows import Flows
from tests.support.outbox_worker import import_entries, outbox_company
from tests.support.sagepro_books import usd
from tests.support.sagepro_site import Site


def test_a_refund_is_entered_once_after_its_payment(site: Site) -> None:
    with outbox_company(site) as company:
        flows = Flows(company, refunds=REOPENS)
        paid = flows.tell(payment())
        assert isinstance(flows.carry(paid), Parked)
        import_entries(site)
        assert flows.carried(paid)["posting"] == "already_posted"
        back = flows.tell(refund(transaction=TransactionId("4053999")))
        for _ in range(2):
            assert isinstance(flows.carry(back), Parked)
        import_entries(site)
        assert flows.carried(back)["posting"] == "already_posted"
        import_entries(site)
        assert site.one(TableName.DOCUMENTS, invno="1001")["balance"] == 100
    assert site.findings() == []


def test_a_batch_waits_for_its_payment_to_be_entered_and_its_deposit_needs_no_worker(site: Site) -> None:
    alone = batch(refunds=0, refunds_total=usd("0"))
    with outbox_company(site) as company:
        flows = Flows(company, settlements=WHOLE)
        flows.carry(flows.tell(payment()))
        closed = flows.tell_batch(alone, *settled(payment()))
        assert isinstance(flows.carry(closed), Parked)
        import_entries(site)
        summary = flows.carried(closed)
        assert (summary["decision"], summary["posting"]) == ("deposit", "posted")
