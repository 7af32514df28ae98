"""Works in many parts: one part at a turn, in order, and whatever a person says in between."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest
from typing_extensions import override

from counterfoil.ports.bulk import BulkStatus, BulkStore, BulkWork
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.errors import TransientError
from counterfoil.runtime.bulk import DAYS_AGAIN, FIRST, LAST, BulkWorker, DaysAgain, PartDoer
from counterfoil.runtime.days_reader import DaysReader, Polled
from tests.support.intake import FakeGateway, MemoryEvents, a_record

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def a_work(number: int = 1, connection: str = "c", parts: int = 3) -> BulkWork:
    return BulkWork(
        id=number,
        kind=DAYS_AGAIN,
        connection=connection,
        arguments={FIRST: "2026-11-01", LAST: f"2026-11-{parts:02}"},
        status=BulkStatus.GOING,
        parts=parts,
        reached=0,
        read=0,
        new=0,
        why="the gateway was away",
        trouble="",
        asked_by="Ann",
        asked_at=NOW,
        changed_by="Ann",
        changed_at=NOW,
    )


@dataclass
class Kept(BulkStore):
    """Works in memory."""

    works: dict[int, BulkWork] = field(default_factory=dict)

    @override
    def going(self) -> list[BulkWork]:
        return [work for work in self.works.values() if work.status is BulkStatus.GOING]

    @override
    def reach(self, work: BulkWork, *, read: int, new: int) -> bool:
        reached = work.reached + 1
        is_last = reached == work.parts
        status = BulkStatus.DONE if is_last else BulkStatus.GOING
        self.works[work.id] = replace(
            work, reached=reached, read=work.read + read, new=work.new + new, status=status, trouble=""
        )
        return not is_last

    @override
    def hinder(self, work: BulkWork, trouble: str) -> None:
        self.works[work.id] = replace(work, trouble=trouble)


@dataclass
class Counted(PartDoer):
    """Notes what it did; may be away."""

    did: list[tuple[int, int]] = field(default_factory=list)
    away: bool = False

    @override
    def do(self, work: BulkWork) -> Polled:
        if self.away:
            raise TransientError("the gateway does not answer")
        self.did.append((work.id, work.reached))
        return Polled(read=2, new=1)


def test_each_turn_does_one_part_until_all_are_done() -> None:
    kept, doer = Kept({1: a_work()}), Counted()
    worker = BulkWorker(kept, {(DAYS_AGAIN, "c"): doer})
    assert [worker.turn() for _ in range(4)] == [True, True, False, False]
    assert doer.did == [(1, 0), (1, 1), (1, 2)]
    assert (kept.works[1].status, kept.works[1].read, kept.works[1].new) == (BulkStatus.DONE, 6, 3)


def test_works_of_one_connection_go_one_after_the_other_and_others_beside_them() -> None:
    kept = Kept({1: a_work(1, parts=2), 2: a_work(2, parts=1), 3: a_work(3, "other", parts=2)})
    doer = Counted()
    worker = BulkWorker(kept, {(DAYS_AGAIN, "c"): doer, (DAYS_AGAIN, "other"): doer})
    for _ in range(3):
        worker.turn()
    assert doer.did == [(1, 0), (3, 0), (1, 1), (3, 1), (2, 0)]


def test_what_hinders_a_part_is_told_and_the_part_is_tried_again() -> None:
    kept, doer = Kept({1: a_work()}), Counted(away=True)
    worker = BulkWorker(kept, {(DAYS_AGAIN, "c"): doer})
    assert worker.turn() is False, "not at once"
    assert kept.works[1].trouble == "the gateway does not answer"
    doer.away = False
    worker.turn()
    assert (kept.works[1].reached, kept.works[1].trouble) == (1, "")


def test_a_work_whose_connection_is_not_open_waits() -> None:
    kept = Kept({1: a_work()})
    assert BulkWorker(kept, {}).turn() is False
    assert kept.works[1].trouble == "its connection is not open in the hub"


def test_a_day_is_read_again_and_what_is_known_is_no_new_event() -> None:
    gateway, events = FakeGateway(), MemoryEvents()
    gateway.add(a_record("17"), a_record("18"))
    doer = DaysAgain(DaysReader("c", gateway, events, None), ManualClock(NOW))
    work = replace(a_work(), reached=1)
    assert doer.do(work) == Polled(read=2, new=2)
    assert doer.do(work) == Polled(read=2, new=0)
    assert gateway.asked == [(date(2026, 11, 2), date(2026, 11, 2))] * 2


def test_a_day_of_which_something_was_not_stored_is_not_done() -> None:
    gateway, events = FakeGateway(), MemoryEvents()
    gateway.add(a_record("17"))
    gateway.error = TransientError("the gateway does not answer")
    doer = DaysAgain(DaysReader("c", gateway, events, None), ManualClock(NOW))
    with pytest.raises(TransientError):
        doer.do(a_work())
