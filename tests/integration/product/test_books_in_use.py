"""Other people work in the same books, or the agent is away: payments wait and are posted afterwards."""

from __future__ import annotations

from decimal import Decimal

from tests.support import clerk
from tests.support.product import RunningHere

CUSTOMERS, DOCUMENTS = "ARCUST01.DBF", "ARMAST01.DBF"


def test_what_is_paid_while_the_agent_is_paused_is_posted_when_it_goes_on(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    product.erp.pause()
    transaction = product.pay(pick.number, pick.open)
    waiting = product.wait_for_try(transaction)
    assert "paused; resume it" in waiting["why"]
    assert product.http.get("/ready").status_code == 503
    assert product.ground.received(transaction) == 0
    product.erp.resume()
    assert product.wait(transaction)["status"] == "done"
    product.assert_posted_once(transaction, pick.open)


def test_what_is_paid_while_a_clerk_holds_the_customer_waits_for_the_clerk(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    with clerk.holding(product.ground.tables / CUSTOMERS, "custno", pick.customer) as other:
        transaction = product.pay(pick.number, pick.open)
        waiting = product.wait_for_try(transaction)
        assert "locked by" in waiting["why"]
        assert product.ground.received(transaction) == 0
        other.let_go()
    assert product.wait(transaction)["status"] == "done"
    product.assert_posted_once(transaction, pick.open)
    assert product.ground.broken_rules() == []


def test_a_customer_changed_between_match_and_post_keeps_both_changes(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    path, before = product.ground.tables / CUSTOMERS, product.ground.customer_balance(pick.customer)
    with clerk.holding(path, "custno", pick.customer) as other:
        transaction = product.pay(pick.number, pick.open)
        product.wait_for_try(transaction)
        other.change(balance=before + 10)
        other.let_go()
    assert product.wait(transaction)["status"] == "done"
    product.assert_posted_once(transaction, pick.open)
    assert product.ground.customer_balance(pick.customer) == before + 10 - pick.open
    with clerk.holding(path, "custno", pick.customer) as other:
        other.change(balance=before - pick.open)
        other.let_go()
    assert product.ground.broken_rules() == []


def test_an_invoice_paid_in_part_between_match_and_post_is_matched_again(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    path, part = product.ground.tables / DOCUMENTS, Decimal(5)
    with clerk.holding(path, "invno", pick.number) as other:
        transaction = product.pay(pick.number, pick.open)
        product.wait_for_try(transaction)
        other.change(paidamt=part, balance=pick.open - part)
        other.let_go()
    run = product.wait(transaction)
    assert run["status"] == "done"
    assert (
        f"{pick.open - part:,.2f} USD to invoice {pick.number}, {part:.2f} USD on account" in run["decision"]
    )
    product.assert_posted_once(transaction, pick.open, rows=2)
    assert product.ground.invoice_balance(pick.number) == 0
    with clerk.holding(path, "invno", pick.number) as other:
        other.change(paidamt=pick.open - part, balance=part)
        other.let_go()
    assert product.ground.broken_rules() == []
