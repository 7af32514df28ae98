"""Items of a list become events with runs, each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from counterfoil.bootstrap.own_starts import own_events
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.config import Settings
from counterfoil.ports.intake import OwnEvent
from counterfoil.store import schema
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.database import Database
from tests.support.earlier_flows import DISPUTE_TO_CLERK

GATEWAY = ConnectionRow(
    id="shop", environment="dev", name="Shop", kind="paytrace", company="01", mode="test", enabled=True
)
ITEM = OwnEvent(
    connection="shop",
    company="02",
    key="item/run-1/invoice_due/0",
    source="flow",
    kind="item.invoice_due",
    order_key="item/invoice_due/02/0",
    body={"item": {"number": "0"}, "company": "02", "run": "run-1"},
    occurred_at=datetime(2026, 11, 27, tzinfo=UTC),
)
COUNT = 2_500


def test_every_item_begins_one_run_for_the_company_of_the_run_that_found_it(
    database: Database, tmp_path: Path
) -> None:
    text = DISPUTE_TO_CLERK
    flow = f"flow: due\ntitle: Due\ntrigger: {{event: item.*}}\n{text[text.index('order_key:') :]}"
    items = [
        replace(ITEM, key=f"item/run-1/invoice_due/{number}", order_key=f"item/invoice_due/02/{number}")
        for number in range(COUNT)
    ]
    with Workspace(Settings(data=tmp_path, database_url=database.conninfo)) as workspace:
        workspace.connect(GATEWAY, {})
        workspace.deployments.deploy("dev", flow)
        with own_events(workspace) as events:
            half = events.tell(items[: COUNT // 2])
            told = events.tell(items)
    assert all(each.is_new and len(each.runs) == 1 for each in half)
    assert [each.is_new for each in told] == [False] * (COUNT // 2) + [True] * (COUNT // 2)
    assert [each.event for each in told[: COUNT // 2]] == [each.event for each in half]
    run = schema.run.c
    with database.autocommit() as connection:
        counted = connection.execute(sa.select(run.company, sa.func.count()).group_by(run.company)).all()
    assert [tuple(row) for row in counted] == [("02", COUNT)]
