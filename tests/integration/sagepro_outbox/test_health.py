"""An agent's health counts what left it and waits for other hands."""

from __future__ import annotations

import json
from datetime import timedelta

from counterfoil.bootstrap.remote_agents import backlog_told
from counterfoil.connectors.sagepro.backlog import Backlog, backlog
from counterfoil.connectors.sagepro.outbox.handed import HandedBook, State
from counterfoil.ports.encoding import encode
from counterfoil.ports.erp import HandedOver
from tests.support.outbox_worker import import_entries, outbox_company
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import NOW, Site

FACTS = (receipt("ABC", {"1001": "10"}), receipt("XYZ", {"2001": "5"}, transaction="9"))
NOTHING = Backlog(count=0, oldest_at=None, oldest_seconds=0)


def test_entries_of_the_outbox_are_counted_until_they_are_settled(site: Site) -> None:
    with outbox_company(site) as company:
        assert company.health.outbox_waiting == NOTHING
        assert all(isinstance(answer, HandedOver) for answer in company.post(FACTS))
        site.clock.advance(timedelta(hours=2))
        assert company.health.outbox_waiting == Backlog(count=2, oldest_at=NOW, oldest_seconds=7200)
        assert company.health.outbox_refused == NOTHING
        import_entries(site)
        company.post(FACTS)
        assert company.health.outbox_waiting == NOTHING


def test_what_was_refused_waits_for_a_person_and_not_for_the_program(site: Site) -> None:
    with outbox_company(site) as company:
        company.post(FACTS)
        book = HandedBook(site.own_folder)
        first = book.open_entries()[0]
        assert book.settle(first, State.REFUSED, "no such field", site.clock.now())
        health = company.health
    assert health.outbox_waiting is not None
    assert health.outbox_refused is not None
    assert (health.outbox_waiting.count, health.outbox_refused.count) == (1, 1)
    assert backlog_told(json.loads(json.dumps(encode(health)))) == (
        "1 wait in the outbox since 2026-11-23 14:30,"
        " 1 of the outbox wait for a person since 2026-11-23 14:30"
    )


def test_a_paused_company_is_not_looked_into(site: Site) -> None:
    with site.open() as company:
        company.pause()
        assert company.health.journal_files is None
        assert backlog_told(encode(company.health)) == ""


def test_a_clock_that_was_put_back_makes_no_age_below_nothing() -> None:
    assert backlog([NOW], NOW - timedelta(hours=1)).oldest_seconds == 0
