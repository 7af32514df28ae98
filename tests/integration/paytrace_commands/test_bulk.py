"""Days of a merchant account read again: asked for by a person, done part by part, and stopped in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from counterfoil.bootstrap.bulk_work import PART_PAUSE, BulkWorks
from counterfoil.bootstrap.gateways import close_gateways, open_gateways
from counterfoil.connectors.paytrace.settings import DEFAULT_ZONE
from counterfoil.ports.clock import SystemClock
from counterfoil.runtime.engine import Engine
from counterfoil.store.events import StoredEvents
from counterfoil.store.inbox import Inbox
from tests.support.gateway_desk import Desk, books

WORDS = ("--by", "Ann", "--reason", "the hub was off for the summer")


@contextmanager
def worker(desk: Desk) -> Iterator[BulkWorks]:
    """The hub's works, whose turns the test makes."""
    with desk.workspace() as workspace:
        defer = Engine(workspace.database.conninfo).defer
        inbox = Inbox(workspace.database, defer, clock=workspace.clock, ids=workspace.ids)
        inbox.start()
        links = open_gateways(workspace)
        try:
            yield BulkWorks(workspace, links, StoredEvents(workspace.database, inbox))
        finally:
            close_gateways(links)
            inbox.close()


def now_there() -> datetime:
    return SystemClock().now().astimezone(ZoneInfo(DEFAULT_ZONE))


def days(back: int) -> str:
    today = now_there().date()
    return f"{today - timedelta(days=back)}..{today}"


def ready(desk: Desk) -> None:
    with desk.workspace() as workspace:
        workspace.connect(books("01"), {})
    desk.connect("--start", (now_there() - timedelta(days=30)).isoformat())
    desk.shopper.pay_at_terminal("r1", Decimal("12.50"), "1001")


def test_days_are_read_again_part_by_part_and_paused_in_between(desk: Desk) -> None:
    ready(desk)
    assert "0 of 3 done" in desk.said("paytrace", "read-again", "PayTrace", "--days", days(2), *WORDS)
    with worker(desk) as works:
        assert works.turn() == PART_PAUSE
        assert "paused" in desk.said("bulk", "pause", "1", "--by", "Ben")
        works.turn()
        (found,) = desk.told("bulk", "list")["works"]
        assert (found["status"], found["reached"], found["changed_by"]) == ("paused", 1, "Ben")
        desk.said("bulk", "resume", "1", "--by", "Ben")
        for _ in range(3):
            works.turn()
    (found,) = desk.told("bulk", "list")["works"]
    assert (found["status"], found["reached"], found["read"], found["new"]) == ("done", 3, 1, 1)
    desk.said("paytrace", "read-again", "PayTrace", "--days", days(0), *WORDS)
    with worker(desk) as works:
        works.turn()
    (again, _first) = desk.told("bulk", "list")["works"]
    assert (again["status"], again["read"], again["new"]) == ("done", 1, 0), "it was known already"


def test_what_cannot_be_asked_for_is_told(desk: Desk) -> None:
    ready(desk)
    read_again = ("paytrace", "read-again", "PayTrace", "--days")
    assert "is history and stays with who keyed it" in desk.refused(*read_again, days(40), *WORDS)
    assert "are no days" in desk.refused(*read_again, "last summer", *WORDS)
    assert "neither later than" in desk.refused(*read_again, "2099-01-01", *WORDS)
    assert "say the reason" in desk.refused(*read_again, days(1), "--by", "Ann", "--reason", " ")
    assert "there is no work 7" in desk.refused("bulk", "pause", "7", "--by", "Ann")
    assert desk.said("bulk", "list") == "no work was asked for\n"


def test_what_was_cancelled_stays_so(desk: Desk) -> None:
    ready(desk)
    desk.said("paytrace", "read-again", "PayTrace", "--days", days(2), *WORDS)
    desk.said("bulk", "cancel", "1", "--by", "Ben")
    refused = desk.refused("bulk", "resume", "1", "--by", "Ann")
    assert "work 1 is cancelled: it cannot be resumed" in refused
    with worker(desk) as works:
        works.turn()
    assert desk.told("bulk", "list")["works"][0]["reached"] == 0
