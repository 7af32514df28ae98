"""What is no received money is noted or held, and changes no books."""

from __future__ import annotations

from decimal import Decimal

from counterfoil.cli.demo.plan import DECLINED_AMOUNT
from tests.support.product import RunningHere


def tell(product: RunningHere, path: str, transaction: str, **more: str) -> str:
    answer = product.ground.shopper._post(path, {"transaction_id": transaction, **more})
    return str(answer["transaction_id"])


def test_a_decline_is_recorded_as_a_decline(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    transaction = product.pay(pick.number, DECLINED_AMOUNT)
    run = product.wait(transaction, "payment.failed")
    assert (run["status"], run["decision"]) == ("done", "no money: failed")
    assert product.ground.received(transaction) == 0
    assert product.ground.invoice_balance(pick.number) == pick.open


def test_an_authorisation_is_no_money_until_it_is_captured(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    transaction = product.ground.shopper.authorise("test", pick.open, pick.number)
    run = product.wait(transaction, "payment.authorised")
    assert (run["status"], run["rows"]) == ("done", [])
    assert product.ground.received(transaction) == 0
    product.ground.shopper.capture(transaction)
    assert product.wait(transaction)["status"] == "done"
    product.assert_posted_once(transaction, pick.open)


def test_an_authorisation_that_is_voided_before_its_capture_changes_nothing(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    transaction = product.ground.shopper.authorise("test", pick.open, pick.number)
    product.wait(transaction, "payment.authorised")
    tell(product, "/v1/transactions/void", transaction)
    run = product.wait(transaction, "payment.voided")
    assert (run["status"], run["decision"]) == ("done", "no money: voided")
    assert product.ground.postings(transaction) == 0
    assert product.ground.invoice_balance(pick.number) == pick.open


def test_a_void_of_a_posted_payment_is_held_for_a_person(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    transaction = product.pay(pick.number, pick.open)
    product.wait(transaction)
    tell(product, "/v1/transactions/void", transaction)
    run = product.wait(transaction, "payment.voided")
    assert run["status"] == "held"
    product.assert_posted_once(transaction, pick.open)
    [task] = [task for task in product.http.get("/api/review-tasks").json() if task["run"] == run["id"]]
    assert "taken back after it was posted" in task["title"]
    assert pick.customer in task["why"]


def test_a_refund_of_a_posted_payment_is_held_for_a_person(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    transaction = product.pay(pick.number, pick.open)
    product.wait(transaction)
    product.ground.shopper.settle()
    product.wait(transaction, "payment.settled")
    refund = tell(product, "/v1/transactions/refund/for_transaction", transaction, amount="1.00")
    run = product.wait(refund, "refund.captured")
    assert run["status"] == "held"
    [task] = [task for task in product.http.get("/api/review-tasks").json() if task["run"] == run["id"]]
    assert task["title"] == "Refund of 1.00 USD"
    product.assert_posted_once(transaction, pick.open)
    assert product.ground.received(refund) == Decimal(0)
    assert product.ground.broken_rules() == []
