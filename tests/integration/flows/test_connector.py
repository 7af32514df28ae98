"""A flow calls another system over a real socket, with the hub's interpreter and database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.bootstrap.interpreting import open_interpreter
from counterfoil.bootstrap.own_starts import own_events
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli import app
from counterfoil.config import Settings
from counterfoil.domain.dispute import Dispute, DisputeStage, Unmatched
from counterfoil.domain.money import Money
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.engine import Finished, Outcome, Parked
from counterfoil.ports.intake import OwnEvent
from counterfoil.runtime.dispute_operations import written
from counterfoil.security.webhook_signature import Verdict
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.database import Database
from tests.support.other_system import SIGNING, OtherSystem, other_system

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
GATEWAY = ConnectionRow(
    id="shop", environment="dev", name="Shop", kind="paytrace", company="01", mode="test", enabled=True
)
FLOW = """\
flow: tell_warehouse
title: The warehouse hears of disputes
trigger: {event: chargeback.opened}
order_key: lineage
start: read
nodes:
  read:
    do: dispute.read
    then: {matched: tell, unmatched: tell}
  tell:
    do: http_json.send
    connection: warehouse
    set: {path: "/disputes/{case}", effect: hold_parcel}
    with: {record: read}
    then: {done: done, refused: review}
"""


@pytest.fixture
def system() -> Iterator[OtherSystem]:
    with other_system(NOW) as opened:
        yield opened


@pytest.fixture
def hub(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", database.conninfo)
    monkeypatch.setenv("COUNTERFOIL_DATA", str(tmp_path))
    settings = Settings(data=tmp_path, database_url=database.conninfo)
    with Workspace(settings, clock=ManualClock(NOW)) as workspace:
        workspace.connect(GATEWAY, {})
        workspace.deployments.deploy("dev", FLOW)
        yield workspace


def connect(*settings: str) -> str:
    said = [word for each in settings for word in ("--set", each)]
    words = ["connectors", "connect", "http_json", "warehouse", "--environment", "dev", *said]
    result = CliRunner().invoke(app, [*words, "--secret", "signing"], input=SIGNING)
    return result.output


def connect_to(system: OtherSystem) -> None:
    told = connect(f"addresses={system.address}", "networks=127.0.0.1", "repeats=once")
    assert "warehouse in dev: http_json" in told
    assert SIGNING not in told


def tell(workspace: Workspace) -> str:
    dispute = Dispute(
        case="CB-1",
        stage=DisputeStage.OPENED,
        amount=Money.of("120.00", "USD"),
        on=date(2026, 11, 20),
    )
    event = OwnEvent(
        connection="shop",
        company="01",
        key="dispute/CB-1/opened",
        source="entered",
        kind="chargeback.opened",
        order_key="shop/CB-1",
        body=written(dispute, Unmatched(why="nobody knows"), "the processor"),
        occurred_at=NOW,
    )
    with own_events(workspace) as events:
        (told,) = events.tell([event])
    (run,) = told.runs
    return run


def carry(workspace: Workspace, run: str) -> Outcome:
    with open_interpreter(workspace) as interpreter:
        return interpreter.carry(run)


def test_a_flow_sends_a_record_signed_to_the_connection_that_it_names(
    hub: Workspace, system: OtherSystem
) -> None:
    connect_to(system)
    assert isinstance(carry(hub, tell(hub)), Finished)
    ((method, path, _, body),) = system.heard
    assert (method, path) == ("POST", "/disputes/CB-1")
    assert json.loads(body)["amount"] == {"amount": "120.00", "currency": "USD"}
    assert system.verdicts == [Verdict.GENUINE]


def test_a_lost_answer_is_repeated_under_the_same_id_and_a_finished_run_sends_nothing(
    hub: Workspace, system: OtherSystem
) -> None:
    connect_to(system)
    run = tell(hub)
    system.script.append((0, b""))
    assert not isinstance(carry(hub, run), Finished)
    assert isinstance(carry(hub, run), Finished)
    carry(hub, run)
    first, second = system.heard
    assert first == second


def test_a_run_waits_for_a_connection_that_is_not_there_yet(hub: Workspace, system: OtherSystem) -> None:
    run = tell(hub)
    parked = carry(hub, run)
    assert isinstance(parked, Parked)
    assert "dev has no connection warehouse" in parked.why
    connect_to(system)
    assert isinstance(carry(hub, run), Finished)


def test_a_connection_that_cannot_be_used_is_not_stored(hub: Workspace) -> None:
    assert "must be reached by https" in connect("addresses=http://api.example.com")
    assert "has no setting colour" in connect("colour=red")
    assert [row.name for row in hub.connections.all("dev")] == ["Shop"]
