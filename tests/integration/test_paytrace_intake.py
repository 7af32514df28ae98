"""From a push at the door to one event in the database: sandbox, connector, confirmer, poller and store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa

from counterfoil.connectors.paytrace.connector import PaytraceConnection, connect
from counterfoil.connectors.paytrace.intake import Push, read_relay, read_silent_post
from counterfoil.connectors.paytrace.settings import PaytraceSettings
from counterfoil.domain.identifiers import MerchantId
from counterfoil.runtime.confirm import LOOKS_MAX, Confirmed, Confirmer
from counterfoil.runtime.days_reader import Polled
from counterfoil.runtime.polling import Poller, PollSettings
from counterfoil.sandbox.paytrace.server import running
from counterfoil.security.secrets import Secret
from counterfoil.store import schema
from counterfoil.store.cursors import StoredCursors
from counterfoil.store.events import StoredEvents
from counterfoil.store.hints import HintInbox, Hints, NewHint
from tests.integration.store.samples import Hub
from tests.unit.sandbox_paytrace.client import START, VISA, RecordingSender, SandboxClient, keyed


class Intake:
    """One connection of a hub to a sandbox, by all ways in which it can hear of a payment."""

    def __init__(self, hub: Hub, sandbox: SandboxClient, connection: PaytraceConnection) -> None:
        hub.clock.advance(START - hub.clock.now())
        hints, events = Hints(hub.database, hub.clock), StoredEvents(hub.database, hub.inbox)
        cursors = StoredCursors(hub.database, hub.clock)
        self.hub = hub
        self.sandbox = sandbox
        self.pushes = HintInbox(hub.database, clock=hub.clock, ids=hub.ids)
        self.confirmer = Confirmer("c1", connection.gateway, hints, events, hub.clock)
        polls = PollSettings(zone=connection.zone)
        self.poller = Poller("c1", connection.gateway, polls, events=events, cursors=cursors, clock=hub.clock)

    def keep(self, push: Push, source: str) -> None:
        assert push.transaction is not None
        hint = NewHint(
            connection="c1", source=source, subject=push.transaction, body=push.body, redacted=push.redacted
        )
        self.pushes.store([hint])

    def pay(self) -> bytes:
        """Pays at the hosted checkout; gives the body of its silent post."""
        order = {"order_id": "1001", "invoice_id": "INV-1001", "return_url": "https://hub.example/hooks/x"}
        self.sandbox.ok("/checkout/sale", order | keyed("8.00"))
        assert isinstance(self.sandbox.sender, RecordingSender)
        return self.sandbox.sender.sent[-1][1].encode()

    def rows(self, table: sa.Table) -> list[dict[str, object]]:
        with self.hub.database.autocommit() as connection:
            return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


@pytest.fixture
def intake(hub: Hub) -> Iterator[Intake]:
    sandbox = SandboxClient(sender=RecordingSender())
    hub.inbox.start()
    with running(sandbox.app) as url:
        settings = PaytraceSettings(
            address=url, merchant=MerchantId("M1"), username="demo123", password=Secret("demo123")
        )
        with closing(connect(settings, hub.clock)) as connection:
            yield Intake(hub, sandbox, connection)
    hub.inbox.close()
    sandbox.ledger.close()


def test_silent_post_relay_and_poll_of_one_payment_are_one_event_and_one_run(intake: Intake) -> None:
    post = read_silent_post(intake.pay())
    intake.keep(post, "silent_post")
    assert intake.confirmer.turn() == Confirmed(confirmed=1)
    relay = json.dumps({"data": {"transaction_id": post.transaction}}).encode()
    intake.keep(read_relay(relay), "relay")
    assert intake.confirmer.turn() == Confirmed(confirmed=1)
    assert intake.poller.turn() == Polled(read=1, new=0)
    [event] = intake.rows(schema.inbox)
    assert (event["source"], event["kind"]) == ("silent_post", "payment.captured")
    assert event["order_key"] == f"M1/{post.transaction}"
    assert len(intake.rows(schema.run)) == 1
    assert {str(hint["event"]) for hint in intake.rows(schema.hint)} == {event["id"]}


def test_a_settlement_is_news_of_the_same_lineage_that_only_the_poll_tells(intake: Intake) -> None:
    intake.keep(read_silent_post(intake.pay()), "silent_post")
    intake.confirmer.turn()
    intake.sandbox.ok("/v1/transactions/settle")
    assert intake.poller.turn() == Polled(read=1, new=1)
    assert intake.poller.turn() == Polled(read=1, new=0)
    events = intake.rows(schema.inbox)
    assert {str(event["kind"]) for event in events} == {"payment.captured", "payment.settled"}
    assert len({str(event["order_key"]) for event in events}) == 1


def test_a_forged_post_leaves_no_event_and_is_kept_as_refused_with_the_reason(intake: Intake) -> None:
    intake.keep(read_silent_post(b"parmList=ORDERID~1|TRANSACTIONID~999999|"), "silent_post")
    for _ in range(LOOKS_MAX):
        intake.confirmer.turn()
        intake.hub.pass_time(hours=1)
    [hint] = intake.rows(schema.hint)
    assert (hint["status"], hint["error"]) == ("refused", "the gateway does not know the transaction")
    assert intake.rows(schema.inbox) == []


def test_no_card_number_reaches_a_row(intake: Intake) -> None:
    intake.sandbox.sell("5.00", invoice_id=VISA, customer_reference_id=f"card {VISA}")
    intake.keep(read_silent_post(f"parmList=ORDERID~{VISA}|TRANSACTIONID~7|CSC~999|".encode()), "silent_post")
    assert intake.poller.turn() == Polled(read=1, new=1)
    [event], [hint] = intake.rows(schema.inbox), intake.rows(schema.hint)
    assert hint["redacted"] is True
    assert VISA not in repr((event, hint))
    assert "999" not in repr(hint["body"])
