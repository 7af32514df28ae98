from __future__ import annotations

import shutil
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.outbox.folder import Place
from counterfoil.connectors.sagepro.outbox.handed import State
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.table import Table
from counterfoil.ports.erp import (
    AlreadyPosted,
    Busy,
    Changed,
    Conflict,
    HandedOver,
    Posted,
    Preview,
    Refused,
)
from counterfoil.ports.errors import ConfigurationError
from tests.support.outbox_site import files_of, outbox
from tests.support.outbox_worker import import_entries, outbox_company, outbox_of
from tests.support.sagepro_books import DAY, receipt, usd
from tests.support.sagepro_site import Site

FACT = receipt("ABC", {"1001": "60"}, transaction="1")


def test_what_is_handed_over_is_posted_only_when_the_worker_has_answered(site: Site) -> None:
    before = site.contents()
    with outbox(site) as agent:
        (answer,) = agent.post(FACT)
        assert isinstance(answer, HandedOver)
        assert "entry 1" in answer.where
        assert site.contents() == before
        assert agent.backend.find_posting(FACT.key) is None
        assert (agent.state(1), agent.places(1)) == (State.OPEN, {"waiting"})

        assert import_entries(site) == 1
        assert (agent.state(1), agent.places(1)) == (State.OPEN, {"taken", "answers"})
        posted = agent.backend.find_posting(FACT.key)
        assert isinstance(posted, Posted)
        assert agent.state(1) is State.DONE
        assert [path.name for path in files_of(site, Place.DONE)] == ["CF000001.ANS", "CF000001.TXT"]
        assert agent.post(FACT) == [AlreadyPosted(first=posted)]
    assert site.findings() == []
    assert site.one(TableName.CASH)["refno"] == "1"


def test_the_posting_tells_the_rows_as_the_worker_found_and_left_them(site: Site) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        site.edit(TableName.CUSTOMERS, "ABC", balance=Decimal(200))
        import_entries(site)
        posted = agent.backend.find_posting(FACT.key)
    assert posted is not None
    cash = next(row for row in posted.rows if row.table == "arcash01")
    assert (cash.added, cash.record) == (True, 1)
    (customer,) = (row for row in posted.rows if row.table == "arcust01")
    changes = {change.field: (change.before, change.after) for change in customer.fields}
    assert changes["balance"] == ("200.00", "140.00")
    assert changes["lastpay"] == ("", DAY.isoformat())


def test_a_repeat_waits_for_the_first_and_other_content_is_a_conflict(site: Site) -> None:
    with outbox(site) as agent:
        first = agent.post(FACT)
        assert agent.post(FACT) == first
        (answer,) = agent.post(receipt("ABC", {"1001": "61"}, transaction="1"))
        assert isinstance(answer, Conflict)
        assert "entry 1 of the outbox" in answer.why
        assert len(files_of(site, Place.WAITING)) == 1


def test_what_is_handed_over_is_open_no_more(site: Site) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        (open_,) = (
            item.open
            for item in agent.backend.find_open_items(CustomerNumber("ABC"))
            if item.number == "1001"
        )
        assert open_ == usd(40)
        (answer,) = agent.post(receipt("ABC", {"1001": "60"}, transaction="2"))
        assert isinstance(answer, Changed)
        assert [item.open for item in answer.current] == [usd(40)]
        assert isinstance(agent.backend.preview(receipt("ABC", {"1001": "40.01"}, transaction="3")), Changed)
        assert isinstance(agent.backend.preview(receipt("ABC", {"1001": "40"}, transaction="3")), Preview)


def test_entries_build_on_each_other_and_come_in_one_after_the_other(site: Site) -> None:
    facts = [receipt("ABC", {"1001": "30"}, transaction=str(number)) for number in (1, 2, 3)]
    with outbox(site) as agent:
        assert {type(answer) for answer in agent.post(*facts)} == {HandedOver}
        texts = [agent.folder.read(Place.WAITING, number) or "" for number in (1, 2, 3)]
        assert "after|" not in texts[0]
        assert "after|1\r\nafter|2\r\n" in texts[2]
        assert import_entries(site) == 3
        assert all(agent.backend.find_posting(fact.key) for fact in facts)
    assert site.one(TableName.DOCUMENTS, invno="1001")["balance"] == 10
    assert site.findings() == []


def test_numbers_on_their_way_are_not_drawn_again(site: Site) -> None:
    with outbox(site) as agent:
        agent.post(receipt("ABC", {}, "5", transaction="1"))
    with outbox(site) as agent:
        agent.post(receipt("XYZ", {}, "7", transaction="2"))
        import_entries(site)
        documents = [agent.ledger.find(receipt("ABC", {}, "5", transaction="1").key)]
        agent.backend.recover()
        documents = [
            agent.backend.find_posting(receipt("ABC", {}, "5", transaction=number).key) for number in "12"
        ]
    assert [posted and posted.document for posted in documents] == ["900000000", "900000001"]
    assert site.findings() == []


def test_an_entry_is_planned_anew_when_the_books_have_moved(site: Site) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        site.edit(TableName.DOCUMENTS, "1001", balance=Decimal(30), paidamt=Decimal(70))
        assert import_entries(site) == 1
        assert agent.backend.find_posting(FACT.key) is None
        assert agent.state(1) is State.CHANGED
        (answer,) = agent.post(FACT)
        assert isinstance(answer, Changed)
        assert [item.open for item in answer.current] == [usd(30)]
        site.edit(TableName.DOCUMENTS, "1001", balance=Decimal(100), paidamt=Decimal(0))
        (answer,) = agent.post(FACT)
        assert isinstance(answer, HandedOver)
        assert "entry 2" in answer.where
        import_entries(site)
        assert agent.backend.find_posting(FACT.key)
    assert len(site.read(TableName.CASH)) == 1


def test_one_that_built_on_a_refused_entry_is_planned_anew(site: Site) -> None:
    second = receipt("ABC", {"1001": "10"}, transaction="2")
    with outbox(site) as agent:
        agent.post(FACT, second)
        damaged = agent.folder.files(Place.WAITING)[1]
        damaged.write_bytes(damaged.read_bytes().replace(b"60.0000", b"61.0000"))
        assert import_entries(site) == 2
        agent.backend.recover()
        assert (agent.state(1), agent.state(2)) == (State.REFUSED, State.CHANGED)
        refused, handed = agent.post(FACT, second)
        assert isinstance(refused, Refused)
        assert "checksum" in refused.why
        assert isinstance(handed, HandedOver)
        import_entries(site)
        assert agent.backend.find_posting(second.key)
    assert site.one(TableName.DOCUMENTS, invno="1001")["balance"] == 90
    assert site.findings() == []


def test_a_reversal_waits_for_what_it_takes_back(site: Site) -> None:
    back = ReversalFact(key=FACT.key.reversal, reverses=FACT.key, reversed_on=DAY, reason="by mistake")
    with outbox(site) as agent:
        agent.post(FACT)
        (answer,) = agent.post(back)
        assert isinstance(answer, Busy)
        assert "entry 1 of the outbox" in answer.what
        import_entries(site)
        assert isinstance(agent.post(back)[0], HandedOver)
        import_entries(site)
        assert agent.backend.find_posting(back.key)
    assert site.one(TableName.DOCUMENTS, invno="1001")["balance"] == 100
    assert site.findings() == []


def test_while_the_worker_is_at_it_its_rows_are_left_alone(site: Site) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        assert agent.folder.move(1, Place.WAITING, Place.TAKEN)
        same, other = agent.post(
            receipt("ABC", {"1001": "10"}, transaction="2"), receipt("XYZ", {"2001": "10"}, transaction="3")
        )
        assert isinstance(same, Busy)
        assert "entry 1 of the outbox is being imported" in same.what
        assert isinstance(other, HandedOver)


def test_a_ledger_that_was_restored_learns_from_the_outbox(site: Site) -> None:
    with outbox(site) as agent:
        ledger_folder = agent.book.folder
    kept = site.folder / "kept"
    shutil.copytree(ledger_folder, kept)
    waiting = receipt("XYZ", {}, "7", transaction="2")
    with outbox(site) as agent:
        agent.post(FACT)
        import_entries(site)
        assert agent.backend.find_posting(FACT.key)
        agent.post(waiting)
    shutil.rmtree(ledger_folder)
    shutil.copytree(kept, ledger_folder)
    with outbox(site) as agent:
        assert agent.backend.find_posting(FACT.key)
        assert isinstance(agent.post(waiting)[0], HandedOver)
        import_entries(site)
        assert isinstance(agent.post(waiting)[0], AlreadyPosted)
        (again,) = agent.post(receipt("XYZ", {}, "8", transaction="3"))
        assert isinstance(again, HandedOver)
        assert "entry 3" in again.where
        import_entries(site)
        third = agent.backend.find_posting(again.key)
    assert third is not None
    assert third.document == "900000001"
    assert len(site.read(TableName.CASH)) == 3
    assert site.findings() == []


def test_a_restored_ledger_learns_of_two_entries_of_one_key(site: Site) -> None:
    with outbox(site) as agent:
        ledger_folder = agent.book.folder
    kept = site.folder / "kept"
    shutil.copytree(ledger_folder, kept)
    with outbox(site) as agent:
        agent.post(FACT)
        site.edit(TableName.DOCUMENTS, "1001", balance=Decimal(30), paidamt=Decimal(70))
        import_entries(site)
        agent.backend.recover()
        site.edit(TableName.DOCUMENTS, "1001", balance=Decimal(100), paidamt=Decimal(0))
        assert isinstance(agent.post(FACT)[0], HandedOver)
    shutil.rmtree(ledger_folder)
    shutil.copytree(kept, ledger_folder)
    with outbox(site) as agent:
        assert (agent.state(1), agent.state(2)) == (State.CHANGED, State.OPEN)
        import_entries(site)
        assert agent.backend.find_posting(FACT.key)
    assert len(site.read(TableName.CASH)) == 1


def test_an_outbox_that_was_restored_offers_nothing_twice(site: Site) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        kept = agent.folder.files(Place.WAITING)[1].read_bytes()
        import_entries(site)
        assert agent.backend.find_posting(FACT.key)
        (outbox_of(site) / "waiting" / "CF000001.TXT").write_bytes(kept)
        assert import_entries(site) == 1
        agent.backend.recover()
        assert (agent.state(1), agent.places(1)) == (State.DONE, {"done"})
    assert len(site.read(TableName.CASH)) == 1


def test_what_is_locked_is_put_back_and_entered_when_it_is_free(site: Site) -> None:
    other = receipt("XYZ", {"2001": "50"}, transaction="2")
    with outbox(site) as agent:
        agent.post(FACT, other)
        with Table.open(site.path(TableName.DOCUMENTS), writable=True) as table:
            deadline = Patience().deadline()
            with table.locks.record(1, deadline):
                assert import_entries(site) == 1
        assert agent.places(1) == {"waiting"}
        assert agent.backend.find_posting(other.key)
        assert import_entries(site) == 1
        assert agent.backend.find_posting(FACT.key)
    assert site.findings() == []


@pytest.mark.parametrize("version", [6, 9])
def test_a_table_that_takes_no_row_is_waited_for(site: Site, version: int) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        before = site.read(TableName.DOCUMENTS)
        with Table.open(site.path(TableName.DISTRIBUTIONS), writable=True) as table:
            deadline = Patience().deadline()
            with table.locks.header(deadline):
                import_entries(site, version=version)
        assert site.read(TableName.DOCUMENTS) == before
        import_entries(site, version=version)
        assert agent.backend.find_posting(FACT.key) or agent.state(1) is State.DOUBT
    if version == 6:
        assert site.findings() == []
        assert len(site.read(TableName.CASH)) == 1


def test_the_company_hands_over_where_its_profile_names_an_outbox(site: Site) -> None:
    with outbox_company(site) as company:
        assert isinstance(company.post([FACT])[0], HandedOver)
        import_entries(site)
        assert isinstance(company.find_posting(FACT.key), Posted)


def test_a_folder_that_cannot_be_made_is_named(site: Site) -> None:
    outbox_of(site).write_text("in the way")
    with pytest.raises(ConfigurationError, match=r"outbox .* cannot be written"), outbox(site):
        pass
