"""The stages of a dispute over an outbox: each waits until the one before was entered, and stands once."""

from __future__ import annotations

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.ports.engine import Parked
from tests.integration.sagepro_editions.test_dispute_flow import (
    FEE,
    LINEAGE,
    LOST,
    OPENED,
    POSTS,
    WON,
    told,
)
from tests.integration.sagepro_editions.test_refund_flow import payment
from tests.support.flows import Flows
from tests.support.outbox_worker import import_entries, outbox_company
from tests.support.sagepro_site import Site


def test_each_stage_is_entered_once_after_the_one_before(site: Site) -> None:
    with outbox_company(site) as company:
        flows = Flows(company, disputes=POSTS)
        paid = flows.tell(payment())
        assert isinstance(flows.carry(paid), Parked)
        import_entries(site)
        assert flows.carried(paid)["posting"] == "already_posted"
        opened = flows.tell_dispute(told(OPENED), LINEAGE)
        for _ in range(2):
            assert isinstance(flows.carry(opened), Parked)
        assert site.one(TableName.DOCUMENTS, invno="1001")["balance"] == 0
        import_entries(site)
        assert flows.carried(opened)["posting"] == "already_posted"
        assert site.one(TableName.DOCUMENTS, invno="1001")["balance"] == 100
        ended = flows.tell_dispute(told(LOST), LINEAGE)
        assert isinstance(flows.carry(ended), Parked)
        import_entries(site)
        assert flows.carried(ended)["posting"] == "already_posted"
        assert site.one(TableName.DOCUMENTS, invno="1001")["balance"] == 0
        assert flows.asked == []
    assert site.findings() == []


def test_a_win_that_is_told_before_the_opening_was_entered_is_not_guessed(site: Site) -> None:
    """A hub parks the younger run behind the elder; carried all the same, it asks."""
    with outbox_company(site) as company:
        flows = Flows(company, disputes=POSTS)
        paid = flows.tell(payment())
        flows.carry(paid)
        import_entries(site)
        flows.carried(paid)
        opened = flows.tell_dispute(told(OPENED), LINEAGE)
        assert isinstance(flows.carry(opened), Parked)
        for stage in (told(WON), told(FEE, "15.00")):
            summary = flows.carried(flows.tell_dispute(stage, LINEAGE))
            assert summary["result"] == "held"
        import_entries(site)
        assert flows.carried(opened)["posting"] == "already_posted"
        assert site.one(TableName.DOCUMENTS, invno="1001")["balance"] == 100
    assert site.findings() == []
