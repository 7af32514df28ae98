from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from counterfoil.ports.clock import ManualClock
from counterfoil.ports.ids import SeededIds
from counterfoil.store import schema
from counterfoil.store.database import Database
from counterfoil.store.hints import HintInbox, Hints, NewHint

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def inbox(database: Database, clock: ManualClock) -> Iterator[HintInbox]:
    with database.transaction() as connection:
        connection.execute(
            sa.insert(schema.connection).values(
                id="c",
                environment="dev",
                name="shop",
                kind="gateway",
                company="01",
                mode="test",
                enabled=True,
                settings={},
                created_at=NOON,
                updated_at=NOON,
            )
        )
    inbox = HintInbox(database, clock=clock, ids=SeededIds("hints"))
    inbox.start()
    yield inbox
    inbox.close()


def a_hint(transaction: str = "17") -> NewHint:
    return NewHint(connection="c", source="silent_post", subject=transaction, body={"a": "b"}, redacted=False)


def statuses(database: Database) -> list[str]:
    with database.transaction() as connection:
        return list(connection.execute(sa.select(schema.hint.c.status)).scalars())


def test_fifty_pushes_of_one_transaction_wait_once(database: Database, inbox: HintInbox) -> None:
    futures = [inbox.submit(a_hint()) for _ in range(50)]
    assert sorted(future.result(10) for future in futures) == [False] * 49 + [True]
    assert statuses(database) == ["waiting"]


def test_a_confirmed_transaction_may_be_pushed_again(
    database: Database, inbox: HintInbox, clock: ManualClock
) -> None:
    hints = Hints(database, clock)
    inbox.submit(a_hint()).result(10)
    [hint] = hints.due("c", 10)
    hints.confirm(hint, "event")
    assert hints.due("c", 10) == []
    assert inbox.submit(a_hint()).result(10)
    assert sorted(statuses(database)) == ["confirmed", "waiting"]


def test_a_postponed_hint_comes_again_at_its_time_with_its_attempts(
    database: Database, inbox: HintInbox, clock: ManualClock
) -> None:
    hints = Hints(database, clock)
    inbox.submit(a_hint()).result(10)
    [hint] = hints.due("c", 10)
    hints.postpone(hint, NOON + timedelta(seconds=4), "not known yet", looked=True)
    assert hints.due("c", 10) == []
    clock.advance(timedelta(seconds=4))
    [again] = hints.due("c", 10)
    assert (again.attempts, again.transaction) == (1, "17")
    hints.postpone(again, NOON + timedelta(seconds=4), "away", looked=False)
    assert [hint.attempts for hint in hints.due("c", 10)] == [1]


def test_a_push_that_comes_while_the_hint_is_being_confirmed_is_looked_at_again(
    database: Database, inbox: HintInbox, clock: ManualClock
) -> None:
    hints = Hints(database, clock)
    inbox.submit(a_hint()).result(10)
    [read] = hints.due("c", 10)
    assert not inbox.submit(a_hint()).result(10)
    hints.confirm(read, "earlier")
    [again] = hints.due("c", 10)
    hints.confirm(again, "later")
    assert hints.due("c", 10) == []
    assert statuses(database) == ["confirmed"]


def test_a_refused_hint_stays_refused(database: Database, inbox: HintInbox, clock: ManualClock) -> None:
    hints = Hints(database, clock)
    inbox.submit(a_hint()).result(10)
    [hint] = hints.due("c", 10)
    hints.refuse(hint, "unknown")
    hints.confirm(hint, "event")
    assert statuses(database) == ["refused"]


def test_one_bad_hint_does_not_take_its_group_with_it(database: Database, inbox: HintInbox) -> None:
    foreign = NewHint(connection="nobody", source="relay", subject="1", body={}, redacted=False)
    good, bad = inbox.submit(a_hint()), inbox.submit(foreign)
    assert good.result(10)
    assert bad.exception(10) is not None
    assert statuses(database) == ["waiting"]
