"""However often and by whatever way a payment is told of, it is posted once, and right."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from counterfoil.ports.erp import Posted
from tests.support.product import RunningHere
from tests.support.sagepro_books import receipt

REPEATS = 50


def test_the_same_payment_fifty_times_by_silent_post_is_posted_once(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    before = product.ground.customer_balance(pick.customer)
    transaction = product.pay(pick.number, pick.open)
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: product.silent_post(transaction), range(REPEATS)))
    assert statuses == [200] * REPEATS
    assert product.wait(transaction)["status"] == "done"
    product.client.wait_until_quiet(transaction)
    product.assert_posted_once(transaction, pick.open)
    assert product.ground.invoice_balance(pick.number) == 0
    assert product.ground.customer_balance(pick.customer) == before - pick.open
    assert product.ground.broken_rules() == []


def test_silent_post_relay_and_poll_together_make_one_posting(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    transaction = product.pay(pick.number, pick.open)
    ways = [product.silent_post, product.relay] * (REPEATS // 2)
    with ThreadPoolExecutor(16) as pool:
        statuses = set(pool.map(lambda way: way(transaction), ways))
    assert statuses == {200, 202}
    assert product.wait(transaction)["status"] == "done"
    product.wait_for_poll()
    assert product.silent_post(transaction) == 200
    product.wait_for_hints(transaction)
    product.client.wait_until_quiet(transaction)
    product.assert_posted_once(transaction, pick.open)
    assert product.ground.broken_rules() == []


def test_two_payments_of_one_customer_at_the_same_time_are_both_right(product: RunningHere) -> None:
    first, second = product.ground.cast.pair
    before = product.ground.customer_balance(first.customer)
    with ThreadPoolExecutor(2) as pool:
        transactions = list(pool.map(lambda pick: product.pay(pick.number, pick.open), (first, second)))
    for transaction, pick in zip(transactions, (first, second), strict=True):
        assert product.wait(transaction)["status"] == "done"
        product.assert_posted_once(transaction, pick.open)
        assert product.ground.invoice_balance(pick.number) == 0
    assert product.ground.customer_balance(first.customer) == before - first.open - second.open
    assert product.ground.broken_rules() == []


def test_two_receipts_of_one_customer_in_one_group_are_both_right(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    before = product.ground.customer_balance(pick.customer)
    part = pick.open / 2
    half = part.quantize(pick.open)
    rest = pick.open - half
    today = product.ground.clock.now().date()
    facts = [
        replace(receipt(pick.customer, {pick.number: str(half)}, transaction="G1"), received_on=today),
        replace(receipt(pick.customer, {pick.number: str(rest)}, transaction="G2"), received_on=today),
    ]
    answers = product.erp.post(facts)
    assert [type(answer) for answer in answers] == [Posted, Posted], answers
    assert product.ground.received("G1") == half
    assert product.ground.received("G2") == rest
    assert product.ground.invoice_balance(pick.number) == 0
    assert product.ground.customer_balance(pick.customer) == before - pick.open
    assert product.ground.broken_rules() == []
