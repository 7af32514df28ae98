"""Mappings and tables go with the flows that use them, from environment to environment and back."""

from __future__ import annotations

import shutil

from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue
from tests.integration.flows.desk import PAYMENTS, Desk

FLOW, TABLE = f"flows/{PAYMENTS}.yaml", "tables/tenders.csv"
LOOKING_UP = """\
  account:
    look_up: { table: tenders, by: { tender: payment.tender } }
    with: { payment: normalise }
    then: { found: look, absent: review }
"""


def looking_up(desk: Desk) -> None:
    """The flow for payments looks a row up first; its tests expect the shipped way, and go."""
    shutil.rmtree(desk.folder / "tests" / PAYMENTS)
    desk.edit(FLOW, "payment: look\n", "payment: account\n")
    with (desk.folder / FLOW).open("a", encoding="utf-8") as flow:
        flow.write(LOOKING_UP)
    (desk.folder / TABLE).write_text("tender,account\ncard,11000-100\nach,11000-300\n", "utf-8")
    desk.said("save", "--by", "Ann", "-m", "accounts by tender")


def stored(desk: Desk, environment: str) -> str:
    """The text of the flow for payments that is live."""
    with desk.hub() as hub:
        version = hub.deployments.live(environment)[PAYMENTS]
        return hub.deployments.texts([version])[version]


def test_a_changed_row_is_planned_deployed_and_rolled_back(desk: Desk) -> None:
    looking_up(desk)
    desk.said("deploy", "dev", "--by", "Ann")
    first = stored(desk, "dev")
    assert "11000-100" in first
    assert read_flow(first, shipped_catalogue()).uses.tables["tenders"].columns == ("tender", "account")
    desk.edit(TABLE, "11000-100", "11000-200")
    desk.said("save", "--by", "Ann", "-m", "another account")
    plan = desk.said("plan", "dev")
    assert f"{PAYMENTS}: table tenders: row removed: tender card, account 11000-100" in plan
    assert f"{PAYMENTS}: table tenders: row added: tender card, account 11000-200" in plan
    desk.said("deploy", "dev", "--by", "Ann")
    assert "11000-200" in stored(desk, "dev")
    desk.said("rollback", "dev", "--by", "Ann", "--reason", "wrong account")
    assert stored(desk, "dev") == first


def test_what_is_promoted_is_what_was_tried_whatever_lies_in_the_folder_now(desk: Desk) -> None:
    looking_up(desk)
    desk.said("deploy", "qa", "--by", "Ann")
    desk.edit(TABLE, "11000-100", "99999-999")
    desk.said("save", "--by", "Ann", "-m", "not tried")
    desk.said("deploy", "production", "--from", "qa", "--by", "Ann")
    desk.said("approve", "1", "--by", "Ben")
    assert stored(desk, "production") == stored(desk, "qa")
    assert "99999-999" not in stored(desk, "production")


def test_a_table_that_a_flow_needs_cannot_go_away(desk: Desk) -> None:
    looking_up(desk)
    (desk.folder / TABLE).unlink()
    told = desk.refused("save", "--by", "Ann", "-m", "no table")
    assert "account: no table 'tenders'" in told
    assert "it lies in tables/tenders.csv of the workspace" in told


def test_files_outside_a_hub_are_checked_with_what_lies_beside_them(desk: Desk) -> None:
    looking_up(desk)
    assert f"{PAYMENTS} may run" in desk.said("validate", str(desk.folder / FLOW))
