"""Pause returns when everything is let go of, whatever is at work, and not before."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.dbf_backend import DbfBackend
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.watch.feed import Feed
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.ports.changes import Change, Page
from counterfoil.ports.errors import TransientError
from tests.integration.connector_sagepro.test_table_pool import open_tables
from tests.support.sagepro_site import Site

ABC = CustomerNumber("ABC")


def begun(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def assert_waits(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(0.2)
    assert all(thread.is_alive() for thread in threads)


def test_pause_waits_for_what_is_being_read_and_so_does_a_second_pause(
    site: Site, company: SageProCompany
) -> None:
    work = company._work
    assert work is not None
    assert isinstance(work.backend, DbfBackend)
    with work.backend.reading() as tables:
        tables.table(TableName.DOCUMENTS)
        pauses = [begun(company.pause), begun(company.pause)]
        assert_waits(pauses)
        assert open_tables(site) == {"ARMAST01.DBF"}
    for pause in pauses:
        pause.join()
    assert open_tables(site) == set()


def test_pause_waits_for_a_look_of_the_change_feed_which_then_counts_for_nothing(
    site: Site, company: SageProCompany
) -> None:
    before = company.changes(None, 10)
    site.edit(TableName.CUSTOMERS, "ABC", company="Another")
    work = company._work
    assert work is not None
    assert isinstance(work.feed, Feed)
    told: list[str] = []

    def look() -> None:
        with pytest.raises(TransientError, match="is paused") as refused:
            work.feed.changes(before.cursor, 10)
        told.append(str(refused.value))

    with work.feed._turn:
        look_thread = begun(look)
        pause = begun(company.pause)
        assert_waits([pause])
    pause.join()
    look_thread.join()
    assert told
    assert open_tables(site) == set()
    company.resume()
    after = company.changes(before.cursor, 10)
    assert isinstance(after, Page)
    assert [type(notice) for notice in after.notices] == [Change]


def test_a_question_that_comes_upon_the_pause_opens_nothing(site: Site, company: SageProCompany) -> None:
    work = company._work
    assert work is not None
    company.pause()
    for ask in (lambda: work.backend.find_customer(ABC), lambda: work.feed.changes(None, 10)):
        with pytest.raises(TransientError, match="is paused"):
            ask()
    assert open_tables(site) == set()
    company.resume()
    assert company.find_customer(ABC) is not None


def test_a_paused_company_is_still_paused_when_it_is_opened_again(site: Site) -> None:
    with site.open() as first:
        first.pause()
    with site.open() as again:
        assert again.health.paused
        with pytest.raises(TransientError, match="is paused"):
            again.find_customer(ABC)
        assert open_tables(site) == set()
        again.resume()
        assert again.find_customer(ABC) is not None
    with site.open() as once_more:
        assert not once_more.health.paused
