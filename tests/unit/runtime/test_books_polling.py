"""What the change feed tells becomes events, each once, whatever happens between two polls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from typing_extensions import override

from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.ports.changes import (
    Change,
    ChangeFeed,
    ChangesAnswer,
    Expectation,
    Happened,
    LostUpdate,
    Notice,
    Page,
    StartOver,
    Subject,
)
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.erp import FieldChange
from counterfoil.ports.errors import TransientError
from counterfoil.ports.intake import BooksEvent, BooksEventSink
from counterfoil.runtime.books_news import event_of
from counterfoil.runtime.books_polling import BooksPoller
from tests.support.intake import MemoryCursors

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAID = Change(
    subject=Subject.INVOICE,
    happened=Happened.CHANGED,
    number="1001",
    customer="ABC",
    fields=(FieldChange(field="paid_on", before="", after="2026-11-20"),),
    seen_at=NOW,
)
KEYED = Change(
    subject=Subject.PAYMENT,
    happened=Happened.NEW,
    number="1001",
    customer="ABC",
    fields=tuple(
        FieldChange(field=name, before="", after=value)
        for name, value in (("paid", "100.00"), ("user", "ANNA"), ("paid_on", "2026-11-20"))
    ),
    seen_at=NOW,
)
LOST = LostUpdate(
    postings=(PostingKey("paytrace/m1/1", Effect.RECEIPT),),
    table="armast01",
    record=7,
    number="1001",
    fields=(Expectation(field="balance", expected="60.00", found="100.00"),),
    advice="let the fields hold what they should",
    seen_at=NOW,
)


@dataclass
class Told(ChangeFeed):
    """A feed that tells what a test put there; cursors are the numbers of notices."""

    notices: list[Notice] = field(default_factory=list)
    standing: tuple[Notice, ...] = ()
    is_lost: bool = False
    size: int = 2

    @override
    def changes(self, since: str | None, limit: int) -> ChangesAnswer:
        if since is None:
            return Page(notices=self.standing, cursor=str(len(self.notices)), more=False)
        if self.is_lost:
            self.is_lost = False
            return StartOver(cursor=str(len(self.notices)), why="its file was lost")
        first = int(since)
        page = tuple(self.notices[first : first + self.size])
        last = first + len(page)
        return Page(notices=page, cursor=str(last), more=last < len(self.notices))


@dataclass
class Kept(BooksEventSink):
    """Events by key; refuses while it is away."""

    events: dict[str, BooksEvent] = field(default_factory=dict)
    is_away: bool = False

    @override
    def accept_news(self, connection: str, news: Sequence[BooksEvent]) -> int:
        if self.is_away:
            raise TransientError("away")
        new = {one.key: one for one in news if one.key not in self.events}
        self.events |= new
        return len(new)


class Desk:
    def __init__(self) -> None:
        self.feed, self.kept, self.cursors = Told(), Kept(), MemoryCursors()
        self.poller = BooksPoller(
            "c1", "01", self.feed, events=self.kept, cursors=self.cursors, clock=ManualClock(NOW)
        )
        self.poller.turn()

    def kinds(self) -> list[str]:
        return [one.kind for one in self.kept.events.values()]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_all_pages_are_taken_and_a_later_poll_finds_nothing_new(desk: Desk) -> None:
    desk.feed.notices += [replace(PAID, number=str(number)) for number in range(5)]
    assert desk.poller.turn().new == 5
    assert desk.poller.turn().new == 0


def test_what_was_stored_before_the_cursor_moved_is_stored_once(desk: Desk) -> None:
    desk.feed.notices.append(PAID)
    desk.poller.turn()
    desk.cursors.write("c1", "changes", "0")
    polled = desk.poller.turn()
    assert (polled.read, polled.new) == (1, 0)


def test_the_cursor_stays_where_nothing_could_be_stored(desk: Desk) -> None:
    desk.feed.notices.append(PAID)
    desk.kept.is_away = True
    with pytest.raises(TransientError):
        desk.poller.turn()
    desk.kept.is_away = False
    assert desk.poller.turn().new == 1


def test_the_same_change_at_another_time_is_another_event(desk: Desk) -> None:
    desk.feed.notices += [PAID, replace(PAID, seen_at=NOW + timedelta(hours=1))]
    desk.poller.turn()
    assert desk.kinds() == ["invoice.changed", "invoice.changed"]


def test_what_stands_wrong_when_a_hub_first_asks_is_told() -> None:
    desk = Desk()
    desk.feed.standing = (LOST,)
    desk.cursors.values.clear()
    desk.poller.turn()
    assert desk.kinds() == ["posting.overwritten"]


def test_a_lost_place_is_an_event_with_a_question_and_what_stands_wrong_is_told_again(desk: Desk) -> None:
    desk.feed.notices.append(PAID)
    desk.feed.standing = (LOST,)
    desk.feed.is_lost = True
    desk.poller.turn()
    assert desk.kinds() == ["books.missed", "posting.overwritten"]
    assert all(one.question for one in desk.kept.events.values())
    desk.feed.notices.append(KEYED)
    assert desk.poller.turn().new == 1


def test_a_receipt_keyed_by_hand_asks_a_person_and_starts_no_flow_of_payments() -> None:
    event = event_of("01", KEYED)
    assert event.kind == "receipt.keyed_by_hand"
    assert event.question is not None
    assert event.question.why.startswith("ANNA keyed 100.00 on 1001 of ABC on 2026-11-20. ")


def test_an_overwritten_posting_asks_a_person_row_by_row() -> None:
    event = event_of("01", LOST)
    assert event.question is not None
    assert "balance is 100.00, not 60.00" in event.question.why
    assert event.question.why.endswith(LOST.advice)
    other = event_of("01", replace(LOST, record=8))
    assert other.question is not None
    assert other.question.topic != event.question.topic


@pytest.mark.parametrize("happened", [Happened.CHANGED, Happened.GONE])
def test_other_news_ask_nobody(happened: Happened) -> None:
    assert event_of("01", replace(KEYED, happened=happened)).question is None
    assert event_of("01", PAID).question is None
    assert event_of("01", PAID).body["summary"] == "invoice 1001 of ABC: paid on nothing -> 2026-11-20"


def test_bytes_that_no_database_takes_are_taken_out_of_names() -> None:
    event = event_of("01", replace(PAID, number="10\0"))
    assert "\0" not in event.key + event.order_key + str(event.body["summary"])
