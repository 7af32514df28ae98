"""Starting flows at the command line."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner, Result

from counterfoil.cli import app
from counterfoil.flows.library import DISPUTE_TO_BOOKS
from counterfoil.store.connections import ConnectionRow
from tests.integration.flows.desk import Desk
from tests.support.earlier_flows import DISPUTE_TO_CLERK

BOOKS = ConnectionRow(
    id="books", environment="dev", name="Books", kind="sagepro", company="01", mode="test", enabled=True
)
SCHEDULE = '{schedule: "30 7 * * 1-5", zone: America/New_York}'
CARD = "4111111111111111"


def live(desk: Desk, name: str, trigger: str) -> None:
    """Makes a flow live in Dev."""
    text = DISPUTE_TO_CLERK
    flow = f"flow: {name}\ntitle: A flow of the test\ntrigger: {trigger}\n{text[text.index('order_key:') :]}"
    with desk.hub() as hub:
        hub.deployments.deploy("dev", flow)


def connect(desk: Desk, *companies: str) -> None:
    with desk.hub() as hub:
        for company in companies:
            hub.connect(replace(BOOKS, id=company, name=f"Books {company}", company=company), {})


def start(*words: str) -> Result:
    return CliRunner().invoke(app, ["flows", "start", *words, "--environment", "dev", "--by", "Ann"])


def test_schedules_tell_the_last_and_the_next_start_in_their_zone(desk: Desk) -> None:
    assert desk.said("schedules") == ""
    live(desk, "nightly", SCHEDULE)
    assert "starts nothing: no company has books here" in desk.said("schedules")
    connect(desk, "01", "02")
    assert start("nightly", "--company", "02").stdout.startswith("started: run ")
    said = desk.said("schedules")
    assert "dev  nightly  at 30 7 * * 1-5 (America/New_York)" in said
    assert "company 01: last never, next " in said
    assert " 07:30 E" in said
    (first, second) = json.loads(desk.said("schedules", "--json"))["schedules"]
    assert (first["company"], first["last"], second["company"]) == ("01", None, "02")
    assert second["last"] is not None
    assert second["next"] > second["last"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["nightly"], "dev has books of 2 companies: say for which company: 01, 02"),
        (["nightly", "--company", "03"], "company 03 has no books in dev"),
        (["nightly", "--company", "02", "day=1"], "there is no field 'day'"),
        (["nihtly", "--company", "01"], "nihtly is not live in dev; did you mean 'nightly'?"),
        (["second", "--company", "01"], "second is scheduled for company 02, not '01'"),
        (["on_payments", "--company", "01"], "on_payments starts on payment.*: nobody starts it by hand"),
        (["ask", "--company", "01"], "why is missing: Why (one of lost, found)"),
        (["ask", "--company", "01", "why"], "write each field once, as name=value"),
        (["ask", "--company", "01", "why=lost", "why=found"], "write each field once"),
        (["ask", "--company", "01", f"why={CARD}"], "looks like card data: nothing was kept"),
    ],
)
def test_what_nobody_can_start_is_told(desk: Desk, words: list[str], why: str) -> None:
    connect(desk, "01", "02")
    live(desk, "nightly", SCHEDULE)
    live(desk, "second", SCHEDULE.replace("}", ', company: "02"}'))
    live(desk, "on_payments", "{event: payment.*}")
    live(desk, "ask", '{manual: {why: {type: text, label: Why, one_of: "lost, found"}}}')
    result = start(*words)
    assert result.exit_code == 1
    assert why in result.stderr
    assert CARD not in result.stderr


def test_each_start_by_hand_is_one_of_its_own(desk: Desk) -> None:
    connect(desk, "01")
    live(desk, "ask", "{manual: {}}")
    runs = {start("ask").stdout for _ in range(2)}
    assert len(runs) == 2


def test_a_shipped_flow_is_added_where_it_is_missing(desk: Desk) -> None:
    assert "lies in the workspace already" in desk.refused("add", DISPUTE_TO_BOOKS)
    text = (desk.folder / f"flows/{DISPUTE_TO_BOOKS}.yaml").read_text("utf-8")
    tests = desk.folder / f"tests/{DISPUTE_TO_BOOKS}"
    for path in (desk.folder / f"flows/{DISPUTE_TO_BOOKS}.yaml", *tests.glob("*.yaml")):
        path.unlink()
    assert "files of dispute_to_books" in desk.said("add", DISPUTE_TO_BOOKS)
    assert (desk.folder / f"flows/{DISPUTE_TO_BOOKS}.yaml").read_text("utf-8") == text
    assert list(tests.glob("*.yaml"))
    assert "there is no shipped flow 'dispute_to_bocks'; did you mean" in desk.refused(
        "add", "dispute_to_bocks"
    )
