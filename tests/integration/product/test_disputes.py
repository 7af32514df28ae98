"""Disputes of a processor's file at a hub at work: posted where the connection says so, else shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.bootstrap.demo_connections import ENVIRONMENT, GATEWAY
from counterfoil.bootstrap.promotion import Source, deploy, make_plan
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli import app
from counterfoil.flows.library import DISPUTE_TO_BOOKS
from counterfoil.sandbox.sagepro.chart import CHARGEBACKS, WRITE_OFFS
from tests.support.earlier_flows import DISPUTE_TO_CLERK
from tests.support.product import Ground, RunningHere, hub_here, new_ground

MAPPING = """
date_format: "%Y-%m-%d"
columns: {case: Case, stage: Status, date: Date, amount: Amount, transaction: Sale, paid_amount: Paid}
stages: {opened: [CB], won: [Won], lost: [Lost], fee: [Fee]}
"""
HEAD = "Case,Status,Date,Amount,Sale,Paid\n"
FEE = "15.00"
DAY = f"{datetime.now().astimezone():%Y-%m-%d}"  # noqa: TID251 - the sandbox goes by the machine's clock


@dataclass
class Clerk:
    """Whoever has the processor's file, at the command line beside the hub."""

    folder: Path

    def imports(self, *lines: str) -> str:
        mapping, file = self.folder / "m.yaml", self.folder / "cb.csv"
        mapping.write_text(MAPPING, "utf-8")
        file.write_text(HEAD + "".join(line + "\n" for line in lines), "utf-8")
        return self.says(
            "disputes", "import", str(file), "--mapping", str(mapping), "--connection", "PayTrace sandbox"
        )

    def says(self, *words: str) -> str:
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture(scope="module")
def hub() -> Iterator[RunningHere]:
    """A hub of its own, whose connection posts disputes."""
    with new_ground(unpaid=4) as ground:
        allow_disputes(ground)
        with hub_here(ground) as running:
            yield running


@pytest.fixture
def clerk(hub: RunningHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clerk:
    monkeypatch.setenv("COUNTERFOIL_DATA", str(hub.ground.settings.data))
    return Clerk(tmp_path)


def allow_disputes(ground: Ground) -> None:
    profile = ground.settings.data / "profile-01.yaml"
    accounts = f"accounts:\n  chargeback_fees: {CHARGEBACKS}\n  bad_debt: {WRITE_OFFS}\n"
    profile.write_text(profile.read_text("utf-8").replace("accounts:\n", accounts), "utf-8")
    with Workspace(ground.settings) as workspace:
        row = workspace.connections.find(GATEWAY)
        assert row is not None
        changed = replace(row, settings={**row.settings, "disputes": "post"})
        workspace.connections.put(changed, workspace.connections.secrets(GATEWAY))


def paid(hub: RunningHere) -> tuple[str, str, Decimal]:
    """A settled payment of a whole invoice: its transaction, the invoice and the amount."""
    pick = hub.ground.unpaid()
    transaction = hub.pay(pick.number, pick.open)
    hub.wait(transaction)
    return transaction, pick.number, pick.open


def test_a_dispute_is_posted_through_its_stages(hub: RunningHere, clerk: Clerk) -> None:
    transaction, invoice, amount = paid(hub)
    lines = [f"C1,CB,{DAY},{amount},{transaction},", f"C1,Fee,{DAY},{FEE},,"]
    clerk.imports(*lines)
    assert hub.wait(transaction, "chargeback.opened")["status"] == "done"
    assert hub.wait(transaction, "chargeback.fee")["status"] == "done"
    assert hub.ground.invoice_balance(invoice) == amount
    ended = f"C1,Won,{DAY},{amount},,"
    clerk.imports(*lines, ended)
    assert hub.wait(transaction, "chargeback.won")["status"] == "done"
    assert hub.ground.invoice_balance(invoice) == 0
    assert "0 new stored, 3 known before" in clerk.imports(ended, *lines)
    assert hub.ground.cash_rows("C1") == 2
    assert hub.ground.postings("dispute-C1") == 3
    assert hub.ground.broken_rules() == []


def test_a_dispute_that_is_lost_is_given_up(hub: RunningHere, clerk: Clerk) -> None:
    transaction, invoice, amount = paid(hub)
    clerk.imports(f"C2,CB,{DAY},{amount},{transaction},", f"C2,Lost,{DAY},{amount},,")
    assert hub.wait(transaction, "chargeback.lost")["status"] == "done"
    assert hub.ground.invoice_balance(invoice) == 0
    assert hub.ground.received("C2") == -amount
    assert hub.ground.broken_rules() == []


def test_a_part_without_the_whole_is_a_persons(hub: RunningHere, clerk: Clerk) -> None:
    transaction, invoice, _ = paid(hub)
    clerk.imports(f"C3,CB,{DAY},1.00,{transaction},")
    run = hub.wait(transaction, "chargeback.opened")
    assert run["status"] == "held"
    assert hub.ground.invoice_balance(invoice) == 0
    assert hub.ground.postings("dispute-C3") == 0


def test_a_plan_tells_what_the_flow_would_make_of_disputes_that_were_shown(
    hub: RunningHere, clerk: Clerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flows = str(tmp_path / "flows")
    monkeypatch.setenv("COUNTERFOIL_FLOWS", flows)
    clerk.says("flows", "init", flows, "--by", "Ann")
    replace_flow(hub, DISPUTE_TO_CLERK)
    transaction, invoice, amount = paid(hub)
    clerk.imports(f"C4,CB,{DAY},{amount},{transaction},")
    assert hub.wait(transaction, "chargeback.opened")["status"] == "held"
    said = clerk.says("flows", "plan", ENVIRONMENT, "--events", "1")
    assert f"chargeback.opened {transaction}\n        now   a person is asked" in said
    assert "answer: posted, fact: chargeback" in said
    assert hub.ground.postings("dispute-C4") == 0
    clerk.says("flows", "use", DISPUTE_TO_BOOKS, "--environment", ENVIRONMENT, "--by", "Ann")
    clerk.imports(f"C4,Won,{DAY},{amount},,")
    run = hub.wait(transaction, "chargeback.won")
    assert run["status"] == "held", "whoever was asked about the opening has the case in hand"
    assert hub.ground.invoice_balance(invoice) == 0


def replace_flow(hub: RunningHere, text: str) -> None:
    """Puts an earlier flow in the place of the one for disputes."""
    deployments = hub.workspace.deployments
    live = deployments.live(ENVIRONMENT)
    texts = deployments.texts(live.values())
    kept = {name: texts[version] for name, version in live.items() if name != DISPUTE_TO_BOOKS}
    source = Source(texts={**kept, "dispute_to_clerk": text}, commit="", message="as before")
    deploy(hub.workspace, make_plan(hub.workspace, ENVIRONMENT, source), by="Ann")
