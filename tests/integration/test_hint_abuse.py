"""What strangers and broken senders push at the doors does no harm and costs a bounded number of reads."""

from __future__ import annotations

import random  # noqa: TID251 - seeded, to make the same choices again
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from starlette.applications import Starlette

from counterfoil.bootstrap.intake import Door, StoredHintIntake, address_digest
from counterfoil.domain.payment import PaymentStatus
from counterfoil.runtime.confirm import LOOKS_MAX, PER_MINUTE, Confirmer
from counterfoil.store import schema
from counterfoil.store.events import StoredEvents
from counterfoil.store.hints import HintInbox, Hints
from counterfoil.web.hooks import Unsigned, hook_routes
from tests.integration.store.samples import Hub
from tests.support.intake import FakeGateway, a_record

FORM = {"content-type": "application/x-www-form-urlencoded"}
ADDRESS = "unguessable"
TEN_MB = 10 * 1024 * 1024


def post_of(transaction: str) -> bytes:
    return f"parmList=ORDERID%7E1%7CTRANSACTIONID%7E{transaction}%7CAPPCODE%7ETAS1%7C".encode()


class Doors:
    """The doors of one connection, and who confirms behind them."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.gateway = FakeGateway()
        self.inbox = HintInbox(hub.database, clock=hub.clock, ids=hub.ids)
        door = Door(
            connection="c1",
            silent_post_digests=[address_digest(ADDRESS)],
            check_relay=lambda _headers, _body: Unsigned("the signature is missing"),
        )
        intake = StoredHintIntake([door], self.inbox, wake=lambda: None)
        self.client = TestClient(Starlette(routes=list(hook_routes(intake))))
        hints, events = Hints(hub.database, hub.clock), StoredEvents(hub.database, hub.inbox)
        self.confirmer = Confirmer("c1", self.gateway, hints, events, hub.clock)

    def post(self, body: Any) -> int:
        return self.client.post(f"/hooks/silent-post/{ADDRESS}", content=body, headers=FORM).status_code

    def confirm_all(self) -> None:
        for _ in range(LOOKS_MAX + 1):
            self.confirmer.turn()
            self.hub.clock.advance(timedelta(hours=1))

    def events(self) -> list[str]:
        with self.hub.database.autocommit() as connection:
            return sorted(connection.execute(sa.select(schema.inbox.c.event_key)).scalars())


@pytest.fixture
def doors(hub: Hub) -> Iterator[Doors]:
    doors = Doors(hub)
    hub.inbox.start()
    doors.inbox.start()
    yield doors
    doors.inbox.close()
    hub.inbox.close()


def test_a_post_that_is_replayed_fifty_times_costs_one_read_and_is_one_event(doors: Doors) -> None:
    doors.gateway.add(a_record("17"))
    assert {doors.post(post_of("17")) for _ in range(50)} == {200}
    doors.confirmer.turn()
    assert (doors.gateway.reads, len(doors.events())) == (1, 1)


def test_posts_that_are_replayed_after_they_were_confirmed_make_no_second_event(doors: Doors) -> None:
    doors.gateway.add(a_record("17"))
    for _ in range(5):
        doors.post(post_of("17"))
        doors.confirmer.turn()
    assert len(doors.events()) == 1


def test_forged_posts_cost_at_most_the_limited_number_of_reads(doors: Doors) -> None:
    many = PER_MINUTE + 200
    for number in range(many):
        doors.post(post_of(str(900_000 + number)))
    for _ in range(20):
        doors.confirmer.turn()
    assert doors.gateway.reads == PER_MINUTE
    doors.hub.clock.advance(timedelta(seconds=1))
    for _ in range(20):
        doors.confirmer.turn()
    assert doors.gateway.reads == PER_MINUTE + PER_MINUTE // 60
    assert doors.events() == []


def test_a_forged_relay_is_turned_away_and_leaves_nothing(doors: Doors) -> None:
    answer = doors.client.post("/hooks/relay/c1", json={"transaction_id": "17"})
    assert answer.status_code == 401
    assert doors.hub.count(schema.hint) == 0


def test_a_post_that_is_truncated_anywhere_tells_of_no_payment_that_is_not_there(doors: Doors) -> None:
    doors.gateway.add(a_record("4711"))
    whole = post_of("4711")
    answers = {doors.post(whole[:length]) for length in range(len(whole))}
    assert answers <= {200, 400}
    doors.confirm_all()
    assert doors.events() == [a_record("4711").event_key]


def test_posts_in_any_order_make_the_same_events(doors: Doors) -> None:
    numbers = [str(number) for number in range(100, 130)]
    doors.gateway.add(*(a_record(number) for number in numbers))
    posts = [post_of(number) for number in numbers * 2]
    random.Random(7).shuffle(posts)  # noqa: S311 - chance, no secret
    for post in posts:
        doors.post(post)
    doors.confirmer.turn()
    assert doors.events() == sorted(a_record(number).event_key for number in numbers)


def test_a_post_that_comes_four_days_late_tells_how_the_payment_stands_now(doors: Doors) -> None:
    doors.gateway.add(a_record("17"))
    doors.post(post_of("17"))
    doors.confirmer.turn()
    doors.hub.clock.advance(timedelta(days=4))
    doors.gateway.add(a_record("17", PaymentStatus.SETTLED))
    doors.post(post_of("17"))
    doors.confirmer.turn()
    settled = a_record("17", PaymentStatus.SETTLED).event_key
    assert doors.events() == [a_record("17").event_key, settled]


def test_a_post_of_ten_megabytes_is_refused_and_read_no_further_than_the_limit(doors: Doors) -> None:
    assert doors.post(post_of("17") + b"x" * TEN_MB) == 413
    assert doors.hub.count(schema.hint) == 0


def test_ten_megabytes_in_pieces_of_untold_length_are_refused(doors: Doors) -> None:
    assert doors.post(b"x" * 1024 for _ in range(TEN_MB // 1024)) == 413
    assert doors.hub.count(schema.hint) == 0
