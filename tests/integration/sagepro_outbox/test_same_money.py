"""Money on its way through the outbox counts: it comes in once, goes back once, and nobody keys it."""

from __future__ import annotations

import pytest

from counterfoil.connectors.sagepro.outbox.folder import Place
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.trust.rungs import Rung
from counterfoil.domain.facts.chargeback import DisputeOutcome
from counterfoil.domain.facts.fact import Fact
from counterfoil.ports.erp import Busy, Conflict, HandedOver, Posted, PostingAnswer, Refused
from counterfoil.ports.errors import ConfigurationError
from tests.support.customers import change, told
from tests.support.outbox_site import Outbox, files_of, outbox
from tests.support.outbox_worker import import_entries, outbox_company
from tests.support.outgoing import chargeback, outcome, refund, reversal
from tests.support.receivables import identifying, unidentified
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site
from tests.support.trust import stand

FACT = receipt("ABC", {"1001": "60"}, transaction="1")
DISPUTE = chargeback(FACT, {"1001": "60"})


def enter(site: Site, agent: Outbox, *facts: Fact) -> None:
    for fact in facts:
        assert isinstance(agent.post(fact)[0], HandedOver)
        import_entries(site)
        assert isinstance(agent.backend.find_posting(fact.key), Posted)


def with_unidentified(site: Site) -> Profile:
    accounts = site.profile.accounts.model_copy(update={"unidentified": "2050-000"})
    return site.profile.model_copy(update={"accounts": accounts})


def waits_for(answer: object, number: int) -> bool:
    return isinstance(answer, Busy) and f"entry {number} of the outbox builds on the same" in answer.what


def test_money_whose_reversal_is_on_its_way_is_not_refunded_as_well(site: Site) -> None:
    with outbox(site) as agent:
        enter(site, agent, FACT)
        back, second = agent.post(reversal(FACT), refund(FACT, {"1001": "40"}))
        assert isinstance(back, HandedOver)
        assert waits_for(second, 2)
        import_entries(site)
        (second,) = agent.post(refund(FACT, {"1001": "40"}))
        assert isinstance(second, Refused)
    assert site.one(TableName.DOCUMENTS, invno="1001")["balance"] == 100
    assert site.findings() == []


def test_a_dispute_whose_chargeback_is_being_taken_back_is_not_won(site: Site) -> None:
    with outbox(site) as agent:
        enter(site, agent, FACT, DISPUTE)
        back, won = agent.post(reversal(DISPUTE), outcome(DISPUTE, DisputeOutcome.WON))
        assert isinstance(back, HandedOver)
        assert waits_for(won, 3)


def test_a_win_on_its_way_is_not_won_yet_for_what_builds_on_the_same_chargeback(site: Site) -> None:
    with outbox(site) as agent:
        enter(site, agent, FACT, DISPUTE)
        won, back = agent.post(outcome(DISPUTE, DisputeOutcome.WON), reversal(DISPUTE))
        assert isinstance(won, HandedOver)
        assert waits_for(back, 3)


@pytest.mark.parametrize("is_named_first", [True, False], ids=["receipt first", "unidentified first"])
def test_money_comes_in_as_a_receipt_or_as_an_unidentified_one(site: Site, *, is_named_first: bool) -> None:
    facts: list[Fact] = [FACT, unidentified("60", transaction="1")]
    first, second = facts if is_named_first else reversed(facts)
    with outbox_company(site, with_unidentified(site)) as company:
        handed, other = company.post([first, second])
        assert isinstance(handed, HandedOver)
        assert waits_for(other, 1)
        import_entries(site)
        (other,) = company.post([second])
        assert isinstance(other, Refused)
        assert "the money stands in the books" in other.why
    assert len(site.read(TableName.CASH)) == 1
    assert site.findings() == []


def test_the_two_receipts_of_one_payment_are_not_written_in_one_group_either(site: Site) -> None:
    with site.open(with_unidentified(site)) as company:
        first, second = company.post([unidentified("60", transaction="1"), FACT])
        assert isinstance(first, Posted)
        assert isinstance(second, Refused)
        assert isinstance(company.post([identifying(FACT)])[0], Posted)


@pytest.mark.parametrize("rung", [Rung.READ_ONLY, Rung.SHADOW])
def test_what_is_on_its_way_is_never_said_to_be_keyed_by_hand(site: Site, rung: Rung) -> None:
    with outbox_company(site) as company:
        handed = company.post([FACT])[0]
        assert isinstance(handed, HandedOver)
        stand(site.profile, rung)
        assert company.post([FACT])[0] == handed
        (twin,) = company.post([unidentified("60", transaction="1")])
        assert waits_for(twin, 1)
        assert isinstance(company.post([receipt("ABC", {"1001": "61"}, transaction="1")])[0], Conflict)
        other: PostingAnswer = company.post([receipt("XYZ", {}, "5", transaction="2")])[0]
        assert isinstance(other, Refused)
        import_entries(site)
        assert isinstance(company.find_posting(FACT.key), Posted)


def test_a_profile_must_name_the_outbox_until_its_entries_are_settled(site: Site) -> None:
    with outbox_company(site) as company:
        assert isinstance(company.post([FACT])[0], HandedOver)
    with pytest.raises(ConfigurationError, match=r"entries 1 of the outbox are not settled.*name it again"):
        site.open().close()
    with outbox(site) as agent:
        import_entries(site)
        assert isinstance(agent.backend.find_posting(FACT.key), Posted)
    with site.open() as company:
        assert isinstance(company.find_posting(FACT.key), Posted)
    assert len(files_of(site, Place.DONE)) == 2


def test_what_is_only_done_once_the_outbox_is_entered_is_not_written_beside_it(site: Site) -> None:
    """The second change finds its value reserved; planned on the tables alone it would be written."""
    first, second = (change(told(phone="555"), event) for event in ("e1", "e2"))
    with outbox(site) as agent:
        assert isinstance(agent.post(first)[0], HandedOver)
        before = site.contents()
        (answer,) = agent.post(second)
        assert isinstance(answer, Busy)
        assert "wait for the import" in answer.what
        assert site.contents() == before
        import_entries(site)
        assert isinstance(agent.post(second)[0], Posted)
    assert site.one(TableName.CUSTOMERS, custno="ABC")["phone"] == "555"
