"""Runs of a hub at work become flow tests that pass at once."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.bootstrap.demo_connections import ENVIRONMENT
from counterfoil.bootstrap.flow_recording import record
from counterfoil.cli import app
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, read_library_flow
from counterfoil.runtime.flow_testing.running import run_test
from tests.support.product import RunningHere


def recorded(product: RunningHere, transaction: str) -> str:
    """The test of a transaction's run, which passes on the flow that ships."""
    text = record(product.workspace, transaction).text
    assert run_test(read_library_flow(PAYMENT_TO_RECEIPT), text).findings == ()
    return text


def test_a_payment_that_paid_its_invoice(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    transaction = product.pay(pick.number, pick.open)
    product.wait(transaction)
    text = recorded(product, transaction)
    assert "post: posted" in text
    assert f"amount: {pick.open} USD" in text
    assert pick.customer not in text, "the customer is masked"
    assert product.ground.postings(transaction) == 1


def test_a_payment_that_left_money_on_account(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    transaction = product.pay(pick.number, pick.open + Decimal(25))
    product.wait(transaction)
    text = recorded(product, transaction)
    assert "on_account: 25.00 USD" in text


def test_money_of_nobody(product: RunningHere) -> None:
    transaction = product.pay("no such", Decimal("17.50"))
    product.wait(transaction)
    assert "kind: unidentified_receipt" in recorded(product, transaction)


def test_the_command_writes_it_into_the_workspace_once(
    product: RunningHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pick = product.ground.unpaid()
    transaction = product.pay(pick.number, pick.open)
    product.wait(transaction)
    flows = tmp_path / "flows"
    monkeypatch.setenv("COUNTERFOIL_DATA", str(product.ground.settings.data))
    monkeypatch.setenv("COUNTERFOIL_FLOWS", str(flows))
    assert said("init", str(flows), "--by", "Ann")[0] == 0
    code, output = said("record", transaction)
    path = f"tests/{PAYMENT_TO_RECEIPT}/recorded_{transaction}_captured.yaml"
    assert (code, output) == (0, f"recorded in {path}\n")
    assert said("test", str(flows / path))[0] == 0
    assert said("save", "--by", "Ann", "-m", "recorded")[0] == 0
    assert said("record", transaction)[0] == 1, "nothing is overwritten"
    assert said("record", "999999999")[0] == 1
    assert said("record", transaction, "--name", "../../x")[0] == 1


def test_a_plan_tells_what_events_that_came_would_have_come_to_and_posts_nothing(
    product: RunningHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pick = product.ground.unpaid()
    transaction = product.pay(pick.number, pick.open)
    product.wait(transaction)
    flows = tmp_path / "flows"
    monkeypatch.setenv("COUNTERFOIL_DATA", str(product.ground.settings.data))
    monkeypatch.setenv("COUNTERFOIL_FLOWS", str(flows))
    assert said("init", str(flows), "--by", "Ann")[0] == 0
    flow = flows / "flows" / f"{PAYMENT_TO_RECEIPT}.yaml"
    text = flow.read_text("utf-8")
    flow.write_text(text.replace("      posted: record", "      posted: review"), "utf-8")
    shutil.rmtree(flows / "tests")
    assert said("save", "--by", "Ann", "-m", "each receipt is looked at")[0] == 0
    code, output = said("plan", ENVIRONMENT, "--events", "1")
    assert code == 0
    assert "1 of" in output
    assert f"payment.captured {transaction}\n        now   answer: posted, fact: receipt" in output
    assert "a person is asked" in output
    assert "tried" not in said("plan", ENVIRONMENT, "--days", "0")[1]
    product.assert_posted_once(transaction, pick.open)


def said(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["flows", *words])
    assert "Traceback" not in result.output
    return result.exit_code, result.output
