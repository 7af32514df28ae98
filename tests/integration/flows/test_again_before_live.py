"""What was deployed once is looked at again before it goes anywhere: its tests, and what it needs."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from counterfoil.store import schema
from counterfoil.store.connections import ConnectionRow
from tests.integration.flows.desk import DISPUTES, TITLE, Desk
from tests.integration.flows.test_promotion import by

WAREHOUSE = ConnectionRow(
    id="w", environment="dev", name="warehouse", kind="http_json", company="", mode="test", enabled=True
)
FLOW = """\
flow: tell_warehouse
title: The warehouse hears of invoices
trigger: {event: invoice.new}
order_key: lineage
start: read
nodes:
  read:
    do: http_json.read
    connection: warehouse
    set: {path: /invoices}
    then: {found: done, absent: done, refused: review}
"""


def break_tests(desk: Desk) -> None:
    """As if the program had come to carry the flow otherwise since."""
    version = schema.flow_version
    with desk.hub() as hub, hub.database.transaction() as connection:
        kept = connection.execute(sa.select(version.c.tests).where(version.c.name == DISPUTES)).scalars()
        tests = {path: text.replace("end: done", "end: failed") for path, text in next(kept).items()}
        connection.execute(sa.update(version).where(version.c.name == DISPUTES).values(tests=tests))


def test_a_version_whose_tests_fail_goes_live_in_no_way(desk: Desk) -> None:
    desk.said(*by("Ann", "deploy", "dev"))
    desk.said(*by("Ann", "deploy", "qa", "--from", "dev"))
    desk.said(*by("Ann", "deploy", "production", "--from", "qa"))
    desk.save_title(TITLE, "Disputes")
    desk.said(*by("Ann", "deploy", "dev"))
    before = desk.live("dev")
    break_tests(desk)
    for words in (
        by("Ann", "deploy", "qa", "--from", "dev"),
        ("plan", "qa", "--from", "dev"),
        by("Ben", "approve", "1"),
        by("Ann", "rollback", "dev", "--reason", "x"),
    ):
        said = desk.refused(*words)
        assert f"tests/{DISPUTES}/" in said
        assert f"of {DISPUTES} is not deployed while it fails" in said
    assert desk.live("production") == {}
    assert desk.live("dev") == before


def test_what_a_version_needs_must_be_there_also_when_it_comes_back(desk: Desk) -> None:
    path = desk.folder / "flows" / "tell_warehouse.yaml"
    path.write_text(FLOW, "utf-8")
    desk.said(*by("Ann", "save", "-m", "the warehouse"))
    add = "counterfoil connectors connect http_json warehouse --environment dev"
    assert add in desk.refused(*by("Ann", "deploy", "dev"))
    with desk.hub() as hub:
        hub.connections.put(WAREHOUSE, {})
    desk.said(*by("Ann", "deploy", "dev"))
    path.unlink()
    desk.said(*by("Ann", "save", "-m", "no warehouse"))
    desk.said(*by("Ann", "deploy", "dev"))
    with desk.hub() as hub:
        hub.connections.put(replace(WAREHOUSE, enabled=False), {})
    assert "switched off in dev" in desk.refused(*by("Ann", "rollback", "dev", "--reason", "x"))
