from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from counterfoil.store.errors import (
    ContentionError,
    EventNotStorableError,
    IntakeClosedError,
    IntakeFullError,
    StoreUnavailableError,
)
from counterfoil.store.group_writer import GroupWriter


class Disk:
    """Remembers the groups it stored; holds or fails on demand."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.failures: list[Exception] = []
        self.free = threading.Event()
        self.free.set()
        self.entered = threading.Event()

    def commit(self, items: Sequence[str]) -> list[str]:
        self.entered.set()
        self.free.wait(10)
        if self.failures:
            raise self.failures.pop(0)
        if "bad" in items:
            raise ValueError("bad")
        self.groups.append(list(items))
        return [item.upper() for item in items]


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def writer(disk: Disk) -> GroupWriter[str, str]:
    return GroupWriter("test", disk.commit, group_max=3, waiting_max=4)


def test_what_waits_while_a_group_is_committed_becomes_the_next_group(
    disk: Disk, writer: GroupWriter[str, str]
) -> None:
    writer.start()
    disk.free.clear()
    answers = [writer.submit("a")]
    assert disk.entered.wait(10)
    answers += [writer.submit(item) for item in "bcde"]
    assert not any(answer.done() for answer in answers)
    disk.free.set()
    assert [answer.result(10) for answer in answers] == list("ABCDE")
    assert disk.groups == [["a"], ["b", "c", "d"], ["e"]]
    writer.close()


def test_nobody_is_answered_before_the_commit_and_all_get_its_error(
    disk: Disk, writer: GroupWriter[str, str]
) -> None:
    disk.failures = [StoreUnavailableError("gone")]
    answers = [writer.submit(item) for item in "abc"]
    writer.start()
    for answer in answers:
        with pytest.raises(StoreUnavailableError):
            answer.result(10)
    assert disk.groups == []
    assert writer.write("d") == "D"
    writer.close()


def test_an_item_that_cannot_be_stored_does_not_take_the_others_with_it(
    disk: Disk, writer: GroupWriter[str, str]
) -> None:
    good, bad, other = [writer.submit(item) for item in ("a", "bad", "b")]
    writer.start()
    with pytest.raises(EventNotStorableError):
        bad.result(10)
    assert (good.result(10), other.result(10)) == ("A", "B")
    assert disk.groups == [["a"], ["b"]]
    writer.close()


def test_a_fault_that_is_not_the_items_own_lets_the_sender_try_again(
    disk: Disk, writer: GroupWriter[str, str]
) -> None:
    disk.failures = [RuntimeError("a read-only server")]
    writer.start()
    with pytest.raises(StoreUnavailableError, match="send it again"):
        writer.write("a")
    writer.close()


def test_a_group_in_the_way_of_another_is_repeated(disk: Disk, writer: GroupWriter[str, str]) -> None:
    disk.failures = [ContentionError("deadlock"), ContentionError("deadlock")]
    writer.start()
    assert writer.write("a") == "A"
    writer.close()


def test_a_full_intake_refuses_with_a_name(writer: GroupWriter[str, str]) -> None:
    for item in "abcd":
        writer.submit(item)
    with pytest.raises(IntakeFullError):
        writer.submit("e")


def test_closing_commits_what_waits_and_takes_nothing_new(disk: Disk, writer: GroupWriter[str, str]) -> None:
    answers = [writer.submit(item) for item in "abcd"]
    writer.start()
    writer.close()
    assert [answer.result(0) for answer in answers] == list("ABCD")
    assert disk.groups == [["a", "b", "c"], ["d"]]
    with pytest.raises(IntakeClosedError):
        writer.submit("e")


def test_a_caller_that_went_away_does_not_stop_the_writer(disk: Disk, writer: GroupWriter[str, str]) -> None:
    gone, stays = writer.submit("a"), writer.submit("b")
    assert gone.cancel()
    writer.start()
    assert stays.result(10) == "B"
    assert disk.groups == [["b"]]
    writer.close()


def test_no_answer_in_time_is_said_to_be_unknown(disk: Disk, writer: GroupWriter[str, str]) -> None:
    writer.start()
    disk.free.clear()
    with pytest.raises(StoreUnavailableError, match="in time"):
        writer.write("a", timeout_seconds=0)
    disk.free.set()
    writer.close()


def test_an_async_caller_gives_up_without_harm(disk: Disk, writer: GroupWriter[str, str]) -> None:
    async def call() -> None:
        disk.free.clear()
        task = asyncio.ensure_future(asyncio.wrap_future(writer.submit("a")))
        await asyncio.to_thread(disk.entered.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    writer.start()
    asyncio.run(call())
    disk.free.set()
    assert writer.write("b") == "B"
    writer.close()
