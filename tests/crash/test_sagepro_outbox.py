"""The agent or the FoxPro program dies at any step; each posting comes in once, or a person is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.ledger import PostingLedger
from counterfoil.connectors.sagepro.outbox.folder import Place
from counterfoil.connectors.sagepro.outbox.handed import State
from counterfoil.connectors.sagepro.outbox.judging import judge
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.ports.erp import AlreadyPosted, Conflict, HandedOver
from tests.support.outbox_site import KilledAt, Outbox, outbox
from tests.support.outbox_worker import Killed, import_entries
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site

FIRST = receipt("ABC", {"1001": "60"}, "5", transaction="1")
SECOND = receipt("ABC", {"1001": "40"}, transaction="2")
STEPS_MAX = 100


def check_all_came_in_once(site: Site) -> None:
    assert sorted(str(row["refno"]).strip() for row in site.read(TableName.CASH)) == ["1", "1", "2"]
    assert site.findings() == []


def finish(site: Site) -> None:
    """Whatever happened before: both facts are sent again, and the worker runs."""
    with outbox(site) as agent:
        answers = agent.post(FIRST, SECOND)
        assert {type(answer) for answer in answers} <= {HandedOver, AlreadyPosted}
        import_entries(site)
        assert {type(answer) for answer in agent.post(FIRST, SECOND)} == {AlreadyPosted}
        assert agent.folder.on_the_way() == frozenset()
    check_all_came_in_once(site)


def hand_over_until(site: Site, step: int) -> KilledAt:
    gate = KilledAt(step)
    try:
        with outbox(site, gate) as agent:
            agent.post(FIRST, SECOND)
            import_entries(site)
            agent.backend.recover()
    except Killed:
        pass
    return gate


def test_the_agent_dies_at_any_step_of_handing_over_and_of_settling(tmp_path: Path) -> None:
    step, gate = 0, KilledAt(0)
    while step == len(gate.steps):
        step += 1
        assert step < STEPS_MAX
        site = Site(tmp_path / str(step)).build()
        gate = hand_over_until(site, step)
        finish(site)
    assert {"write", "sync", "rename", "move to done"} <= set(gate.steps)


def test_an_entry_that_was_decided_and_not_written_is_written_at_the_next_look(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").build()
    with pytest.raises(Killed), outbox(site, KilledAt(1)) as agent:
        agent.post(FIRST)
    with outbox(site) as agent:
        assert (agent.state(1), agent.places(1)) == (State.OPEN, {"waiting"})


@pytest.mark.parametrize(("version", "stride"), [(6, 1), (9, 3)])
def test_the_worker_dies_at_any_step_and_nothing_comes_in_twice(
    tmp_path: Path, version: int, stride: int
) -> None:
    """Where it died between noting the begin and noting the end of the first entry, a person is asked."""
    step, steps, doubts = 1 - stride, 1 - stride, 0
    while step == steps:
        step += stride
        assert step < STEPS_MAX
        site = Site(tmp_path / str(step)).build()
        with outbox(site) as agent:
            agent.post(FIRST)
        gate = KilledAt(step)
        try:
            import_entries(site, version=version, gate=gate)
        except Killed:
            steps = step
        rows_before = len(site.read(TableName.CASH))
        import_entries(site, version=version)
        with outbox(site) as agent:
            if agent.state(1) is State.DOUBT:
                doubts += 1
                assert len(site.read(TableName.CASH)) == rows_before
                check_doubt(agent)
            else:
                assert isinstance(agent.post(FIRST)[0], AlreadyPosted)
                assert len(site.read(TableName.CASH)) == 2
                assert site.findings() == []
    assert 0 < doubts * stride < step - 1
    assert {"rename to taken", "write cfposted", "write cf_arcust01", "rename to answers"} <= set(gate.steps)


def check_doubt(agent: Outbox) -> None:
    """Nobody writes on, and nobody plans on the rows, until a person has judged."""
    (answer,) = agent.post(FIRST)
    assert isinstance(answer, Conflict)
    assert "was interrupted while it wrote" in answer.why
    assert agent.places(1) == {"done"}


@pytest.mark.parametrize("is_in_books", [True, False])
def test_what_is_in_doubt_is_judged_by_a_person(tmp_path: Path, is_in_books: bool) -> None:
    """The worker dies before the first row is written, so that "not in" is right and "in" is not."""
    site = Site(tmp_path / "site").build()
    with outbox(site) as agent:
        agent.post(FIRST)
        gate = KilledAt(STEPS_MAX)
        gate_until = ("write cf_arcash01", "write cf_artran01")

        def kill(step: str) -> None:
            gate(step)
            if step in gate_until:
                raise Killed(step)

        with pytest.raises(Killed):
            import_entries(site, gate=kill)
        import_entries(site)
        agent.backend.recover()
        now = site.clock.now()
        judge(agent.book, agent.ledger, 1, is_in_books=is_in_books, person="Ann", at=now)
        if is_in_books:
            assert isinstance(agent.post(FIRST)[0], AlreadyPosted)
        else:
            assert isinstance(agent.post(FIRST)[0], HandedOver)
            import_entries(site)
            assert isinstance(agent.post(FIRST)[0], AlreadyPosted)
            assert site.findings() == []
        assert len(site.read(TableName.CASH)) == (0 if is_in_books else 2)


def test_a_person_s_withdrawal_that_was_cut_off_is_finished(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").build()
    with outbox(site) as agent:
        agent.post(FIRST)
        one = agent.book.get(1)
        assert one is not None
        agent.book.settle(one, State.WITHDRAWING, "", site.clock.now(), person="Ann")
    with outbox(site) as agent:
        assert (agent.state(1), agent.places(1)) == (State.WITHDRAWN, {"withdrawn"})
        assert import_entries(site) == 0
        assert isinstance(agent.post(FIRST)[0], HandedOver)


def test_a_withdrawal_that_came_too_late_is_none(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").build()
    with outbox(site) as agent:
        agent.post(FIRST)
        one = agent.book.get(1)
        assert one is not None
        agent.book.settle(one, State.WITHDRAWING, "", site.clock.now(), person="Ann")
        assert import_entries(site) == 1
        assert isinstance(agent.post(FIRST)[0], AlreadyPosted)
        assert agent.state(1) is State.DONE


def test_the_ledger_is_never_without_the_posting_that_the_folder_calls_done(tmp_path: Path) -> None:
    for step in range(1, 9):
        site = Site(tmp_path / str(step)).build()
        hand_over_until(site, step)
        with outbox(site) as agent:
            done = set(agent.folder.files(Place.DONE))
            assert done <= {number for number in (1, 2) if ledger_has(agent.ledger, number)}


def ledger_has(ledger: PostingLedger, number: int) -> bool:
    return ledger.find((FIRST, SECOND)[number - 1].key) is not None
