"""From a clerk's screen to the hub's overview: what others do in FoxPro tables becomes events and tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.ports.changes import Page
from counterfoil.ports.erp import Posted
from counterfoil.ports.errors import TransientError
from counterfoil.ports.intake import BooksEvent
from counterfoil.runtime.books_news import event_of
from counterfoil.runtime.books_polling import BooksPoller
from counterfoil.store.cursors import StoredCursors
from counterfoil.store.events import StoredEvents
from counterfoil.store.overview import Overview
from counterfoil.store.review_work import ReviewWork, TaskAct
from tests.integration.sagepro_editions.test_keyed_by_hand import key_receipt
from tests.integration.sagepro_editions.test_lost_updates import stale_screen
from tests.integration.store.samples import Hub, add_connection, event
from tests.support.agent_server import remote
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "sagepro").build()


class Books:
    """A hub that polls the feed of a company's agent."""

    def __init__(self, hub: Hub, site: Site, company: SageProCompany, folder: Path) -> None:
        self.site, self.company, self.hub = site, company, hub
        self._erp = remote(company, folder)
        hub.inbox.start()
        self.poller = BooksPoller(
            "c1",
            "01",
            self._erp.__enter__(),
            events=StoredEvents(hub.database, hub.inbox),
            cursors=StoredCursors(hub.database, hub.clock),
            clock=hub.clock,
        )
        self.overview = Overview(hub.database)
        self.poller.turn()

    def close(self) -> None:
        self._erp.__exit__(None, None, None)
        self.hub.inbox.close()

    def tasks(self) -> list[tuple[str, str, int]]:
        return [(row.kind, row.run, row.count) for row in self.overview.review_tasks(10)]

    def news(self) -> list[str]:
        return sorted(row.kind for row in self.overview.events(100, without_runs=True))


@pytest.fixture
def books(hub: Hub, site: Site, tmp_path: Path) -> Iterator[Books]:
    with site.open() as company:
        books = Books(hub, site, company, tmp_path)
        yield books
        books.close()


def test_a_receipt_keyed_by_hand_waits_for_a_person_and_starts_no_run(books: Books) -> None:
    key_receipt(books.site)
    assert books.poller.turn().new == 3
    assert books.news() == ["customer.changed", "invoice.changed", "receipt.keyed_by_hand"]
    ((kind, run, count),) = books.tasks()
    assert (kind, run, count) == ("receipt.keyed_by_hand", "", 1)
    (task,) = books.overview.review_tasks(10)
    assert "ANNA keyed 100.00 on 1001 of ABC on 2026-11-20 (CHK 77)" in task.why


def test_further_receipts_add_to_the_open_task_until_a_person_answered(books: Books) -> None:
    key_receipt(books.site)
    key_receipt(books.site)
    books.poller.turn()
    assert books.tasks() == [("receipt.keyed_by_hand", "", 2)]
    (task,) = books.overview.review_tasks(10)
    act = TaskAct(act="close", by="Ann Lee", why="seen")
    assert ReviewWork(books.hub.database, books.hub.clock).close(task.id, {"seen": True}, act)
    assert books.tasks() == []
    books.site.clock.advance(timedelta(minutes=5))
    key_receipt(books.site)
    books.poller.turn()
    assert books.tasks() == [("receipt.keyed_by_hand", "", 1)]


def test_a_posting_that_a_screen_overwrote_waits_for_a_person(books: Books) -> None:
    with stale_screen(books.site, TableName.DOCUMENTS, "1001"):
        (answer,) = books.company.post([receipt("ABC", {"1001": "40"})])
        assert isinstance(answer, Posted)
    books.poller.turn()
    assert ("posting.overwritten", "", 1) in books.tasks()
    (task,) = books.overview.review_tasks(10)
    assert "armast01 record 1 (1001)" in task.why
    assert "must not be keyed again" in task.why


def test_while_the_agent_is_away_nothing_is_lost(books: Books) -> None:
    books.company.pause()
    with pytest.raises(TransientError):
        books.poller.turn()
    books.site.edit(TableName.CUSTOMERS, "XYZ", company="XYZ Limited")
    books.company.resume()
    assert books.poller.turn().new == 1
    (row,) = books.overview.events(10, without_runs=True)
    assert row.summary == "customer XYZ: name XYZ Ltd -> XYZ Limited"
    assert (row.company, row.source, row.runs) == ("01", "change_feed", 0)


def test_an_event_of_a_payment_is_listed_with_its_runs(books: Books) -> None:
    books.site.edit(TableName.DOCUMENTS, "2001", balance=Decimal(49))
    books.poller.turn()
    books.hub.accept(event(1))
    listed = {row.kind: row.runs for row in books.overview.events(10)}
    assert listed == {"invoice.changed": 0, "payment.captured": 1}


def test_the_same_company_of_another_environment_has_tasks_of_its_own(books: Books) -> None:
    hub = books.hub
    add_connection(hub.database, "c2", "production")
    key_receipt(books.site)
    books.poller.turn()
    (news,) = [one for one in answers(books) if one.question]
    assert StoredEvents(hub.database, hub.inbox).accept_news("c2", [news]) == 1
    assert sorted(books.tasks()) == [("receipt.keyed_by_hand", "", 1), ("receipt.keyed_by_hand", "", 1)]


def answers(books: Books) -> list[BooksEvent]:
    page = books.company.changes(f"{str(books.company.changes(None, 1).cursor).partition('-')[0]}-0", 100)
    assert isinstance(page, Page)
    return [event_of("01", notice) for notice in page.notices]
