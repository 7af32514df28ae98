"""Returned bank payments over an outbox: what is handed over waits, and is entered once."""

from __future__ import annotations

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.payment import PaymentStatus
from counterfoil.domain.taking_back import Returns
from counterfoil.ports.engine import Parked
from tests.integration.sagepro_editions.test_return_flow import KEY, paid
from tests.support.flows import Flows
from tests.support.outbox_worker import import_entries, outbox_company
from tests.support.sagepro_site import Site


def test_a_return_is_entered_once_after_its_payment(site: Site) -> None:
    before = site.one(TableName.DOCUMENTS, invno="1001")["balance"]
    with outbox_company(site) as company:
        flows = Flows(company, returns=Returns.POST)
        first = flows.tell(paid(PaymentStatus.SETTLED))
        assert isinstance(flows.carry(first), Parked)
        import_entries(site)
        assert flows.carried(first)["posting"] == "already_posted"
        back = flows.tell(paid(PaymentStatus.RETURNED))
        for _ in range(2):
            assert isinstance(flows.carry(back), Parked)
        import_entries(site)
        assert flows.carried(back)["posting"] == "already_posted"
        import_entries(site)
        assert site.one(TableName.DOCUMENTS, invno="1001")["balance"] == before
        assert company.find_posting(KEY.reversal) is not None
        assert flows.asked == []
    assert site.findings() == []


def test_what_was_entered_and_not_acknowledged_yet_is_not_taken_for_a_clerks(site: Site) -> None:
    with outbox_company(site) as company:
        flows = Flows(company, returns=Returns.POST)
        first = flows.tell(paid(PaymentStatus.SETTLED))
        flows.carry(first)
        import_entries(site)
        flows.carried(first)
        back = flows.tell(paid(PaymentStatus.RETURNED))
        flows.carry(back)
        import_entries(site)
        # The rows of the reversal stand on the invoice now, under the reference of the receipt.
        assert flows.carried(back, attempts=2)["result"] == "done"
        assert flows.asked == []
    assert site.findings() == []
