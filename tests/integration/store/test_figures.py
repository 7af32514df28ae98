"""Figures over rows as flows leave them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from counterfoil.domain.money import Money
from counterfoil.ports.engine import Failed
from counterfoil.ports.run_store import ReviewTask, RunResult
from counterfoil.store.figures.open_work import OpenWork, read_open_work
from counterfoil.store.figures.recent import Recent, read_recent
from counterfoil.store.inbox import NewEvent
from counterfoil.store.run_queue import Turn
from tests.integration.store.samples import START, Hub, event


def payment(number: int, amount: str, currency: str = "USD", *, kind: str = "captured") -> NewEvent:
    told = event(number, order_key=f"m/{number}", kind=f"payment.{kind}")
    money = Money(Decimal(amount), currency) if kind != "failed" else None
    return replace(told, key=f"m/{number}/{kind}", received=money)


def end(hub: Hub, run: str, *, posted: bool, asked: bool = False) -> None:
    assert isinstance(hub.queue.begin(run, "w1"), Turn)
    task = ReviewTask(run=run, kind="amount", title="Look", why="odd") if asked else None
    summary = {"posting": "posted"} if posted else {"decision": "hold"}
    hub.runs.close_run(run, RunResult.HELD if asked else RunResult.DONE, summary, task)


def work(hub: Hub) -> OpenWork:
    with hub.database.autocommit() as connection:
        return read_open_work(connection)


def recent(hub: Hub) -> Recent:
    with hub.database.autocommit() as connection:
        return read_recent(connection, hub.clock.now())


def test_money_is_unposted_until_it_stands_in_the_books_and_counts_once(hub: Hub) -> None:
    posted, waits, held, also_asked, settled, _foreign = hub.accept(
        payment(1, "100.10"),
        payment(2, "20.20"),
        payment(3, "3.03"),
        payment(4, "400.00"),
        payment(2, "20.20", kind="settled"),
        payment(5, "5.00", "CAD"),
    )
    hub.pass_time(seconds=90)
    end(hub, posted, posted=True)
    end(hub, held, posted=False, asked=True)
    end(hub, also_asked, posted=True, asked=True)
    turn = hub.queue.begin(waits, "w1")
    assert isinstance(turn, Turn)
    hub.queue.bury(turn, Failed(why="a dead letter is still money"))
    (later,) = hub.accept(payment(1, "100.10", kind="settled"))
    hub.queue.begin(settled, "w1")
    assert later
    sums = [(one.currency, one.amount, one.payments, one.oldest_at) for one in work(hub).unposted]
    assert sums == [("CAD", Decimal("5.00"), 1, START), ("USD", Decimal("23.23"), 2, START)]
    states = {one.status: (one.runs, one.due_at) for one in work(hub).runs}
    assert states == {
        "dead": (1, None),
        "parked": (1, None),
        "waiting": (2, START),
    }
    assert [(one.of, one.kind, one.count) for one in work(hub).tasks] == [("dev", "amount", 2)]


def test_the_last_hours_tell_who_posted_how_long_it_took_and_what_was_declined(hub: Hub) -> None:
    runs = hub.accept(*(payment(number, "1.00") for number in range(1, 5)))
    hub.pass_time(minutes=2)
    for run in runs[:2]:
        end(hub, run, posted=True)
    end(hub, runs[2], posted=True, asked=True)
    end(hub, runs[3], posted=False, asked=True)
    (ended,) = recent(hub).ended
    assert (ended.posted, ended.posted_alone, ended.held) == (3, 2, 1)
    assert (ended.seconds_middle, ended.seconds_most) == (120, 120)
    assert [(one.status, one.runs) for one in recent(hub).flows] == [("done", 2), ("held", 2)]
    hub.pass_time(hours=2)
    hub.accept(payment(8, "1.00"), payment(9, "1.00", kind="failed"))
    (tried,) = recent(hub).tried
    assert (tried.hour, tried.hour_declined, tried.week, tried.week_declined) == (2, 1, 4, 0)
    assert recent(hub).flows == ()
    hub.clock.advance(timedelta(days=1))
    assert recent(hub).ended == ()
