from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from counterfoil.flows.errors import FlowError
from counterfoil.security.secrets import Secret, add_key, drop_old_keys, open_key_ring
from counterfoil.store import schema
from counterfoil.store.connections import ConnectionRow, Connections, rewrap
from counterfoil.store.cross_references import CrossReferences
from counterfoil.store.cursors import StoredCursors
from counterfoil.store.deployments import Deployments
from counterfoil.store.errors import IntakeFullError, RowMissingError, SecretsClosedError
from counterfoil.store.events import TOGETHER, StoredEvents
from counterfoil.store.hints import HintInbox, Hints, NewHint
from tests.integration.store.samples import Hub, event
from tests.support.intake import a_record


def hint(transaction: str) -> NewHint:
    return NewHint(connection="c1", source="silent_post", subject=transaction, body={}, redacted=False)


def test_forged_hints_cannot_fill_the_disk(hub: Hub) -> None:
    pushes = HintInbox(hub.database, clock=hub.clock, ids=hub.ids, waiting_max=3)
    hints = Hints(hub.database, hub.clock)
    answers = [pushes.submit(hint(str(number))) for number in range(5)]
    pushes.start()
    assert [answer.result(10) for answer in answers[:3]] == [True, True, True]
    with pytest.raises(IntakeFullError):
        answers[4].result(10)
    hints.refuse(hints.due("c1", 1)[0], "forged")
    assert pushes.submit(hint("6")).result(10)
    pushes.close()
    assert len(hints.due("c1", 10)) == 3


def test_a_record_becomes_one_event_whatever_told_of_it(hub: Hub) -> None:
    events = StoredEvents(hub.database, hub.inbox)
    hub.inbox.start()
    record = a_record("7")
    assert events.known("c1", [record.event_key]) == set()
    ids = {events.accept("c1", record, source) for source in ("silent_post", "relay", "poll")}
    assert len(ids) == 1
    assert events.known("c1", [record.event_key, "other"]) == {record.event_key}
    assert events.body_of("c1", record.event_key) == record.body
    assert events.body_of("c1", "other") is events.body_of("c2", record.event_key) is None
    hub.inbox.close()


def test_many_records_are_stored_in_their_order_and_one_that_cannot_be_holds_up_no_other(hub: Hub) -> None:
    events = StoredEvents(hub.database, hub.inbox)
    hub.inbox.start()
    records = [a_record(str(number)) for number in range(TOGETHER + 2)]
    odd = a_record("1\x00")
    (fault,) = events.accept_all("c1", [records[0], odd, *records[2:]], "poll")
    assert "cannot be stored" in str(fault)
    assert events.accept_all("c1", records[:1], "poll") == []
    with hub.database.autocommit() as connection:
        keys = connection.execute(sa.select(schema.run.c.order_key).order_by(schema.run.c.seq)).scalars()
        assert list(keys) == [record.lineage for record in [records[0], *records[2:]]]
    hub.inbox.close()


def test_a_cursor_comes_back_as_written(hub: Hub) -> None:
    cursors = StoredCursors(hub.database, hub.clock)
    assert cursors.read("c1", "poll") is None
    cursors.write("c1", "poll", "2026-11-22")
    cursors.write("c1", "poll", "2026-11-23")
    assert cursors.read("c1", "poll") == "2026-11-23"


def test_a_cross_reference_is_found_and_can_be_corrected(hub: Hub) -> None:
    references = CrossReferences(hub.database, hub.clock)
    references.put("c1", "vault_customer", "v9", "ACME")
    references.put("c1", "vault_customer", "v9", "ACME01")
    assert hub.runs.find_cross_reference("c1", "vault_customer", "v9") == "ACME01"


FLOW = """
flow: payment_to_receipt
title: T
trigger: {event: payment.*}
order_key: lineage
start: note
nodes:
  note: {do: payment.normalise, then: {payment: done}}
"""


def test_a_deployment_moves_new_events_to_the_new_version_only(hub: Hub) -> None:
    deployments = Deployments(hub.database, hub.clock)
    (before,) = hub.accept(event(1))
    version = deployments.deploy("dev", FLOW)
    assert deployments.deploy("dev", FLOW) == version == deployments.find_live("dev", "payment_to_receipt")
    (after,) = hub.accept(event(2))
    assert hub.runs.read_run(before).flow_version == "v1"
    assert hub.runs.read_run(after).flow_version == version
    assert hub.runs.read_flow_version(version) == FLOW
    assert deployments.find_live("qa", "payment_to_receipt") is None
    with pytest.raises(FlowError):
        deployments.deploy("dev", "flow: 1")


def row(connection: str = "c7") -> ConnectionRow:
    return ConnectionRow(
        id=connection,
        environment="qa",
        name=f"gateway {connection}",
        kind="paytrace",
        company="01",
        mode="test",
    )


def test_secrets_are_sealed_in_the_database_and_bound_to_their_connection(hub: Hub, tmp_path: Path) -> None:
    connections = Connections(hub.database, open_key_ring(tmp_path / "keys"), hub.clock)
    connections.put(row(), {"password": Secret("hunter2")})
    connections.put(row("c8"), {})
    assert connections.find("c7") == row()
    assert [found.id for found in connections.all("qa")] == ["c7", "c8"]
    assert connections.secrets("c7")["password"].reveal() == "hunter2"
    assert connections.secrets("c8") == {}
    with hub.database.autocommit() as connection:
        stored = connection.execute(sa.text("SELECT secrets FROM connection WHERE id = 'c7'")).scalar_one()
        assert "hunter2" not in stored
        connection.execute(
            sa.text("UPDATE connection SET secrets = :stolen WHERE id = 'c8'"), {"stolen": stored}
        )
    with pytest.raises(SecretsClosedError):
        connections.secrets("c8")
    with pytest.raises(RowMissingError):
        connections.secrets("c9")


def test_the_key_is_replaced_and_every_secret_moves(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    connections = Connections(hub.database, open_key_ring(path), hub.clock)
    for number in range(3):
        connections.put(row(f"k{number}"), {"password": Secret(f"secret {number}")})
    assert rewrap(hub.database, add_key(path)) == 3
    assert rewrap(hub.database, drop_old_keys(path)) == 0
    again = Connections(hub.database, open_key_ring(path), hub.clock)
    assert [again.secrets(f"k{number}")["password"].reveal() for number in range(3)] == [
        "secret 0",
        "secret 1",
        "secret 2",
    ]
