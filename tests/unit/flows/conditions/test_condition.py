from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from counterfoil.flows.conditions.condition import Condition, ConditionError, UndecidedError
from counterfoil.flows.records import listed
from counterfoil.ports import encoding
from counterfoil.runtime.result_records import PAYMENT
from tests.support.samples import a_payment, usd

FIELDS = {"payment": dict(listed(PAYMENT))}


def holds(text: str, **changes: Any) -> bool:
    return Condition(text, FIELDS).holds({"payment": encoding.encode(a_payment("120.00", **changes))})


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('payment.amount.at_least(money("120 USD"))', True),
        ('payment.amount.at_most(money("120.00 USD"))', True),
        ('payment.amount.more_than(money("119.99 USD"))', True),
        ('payment.amount.more_than(money("120.00 USD"))', False),
        ('payment.amount.less_than(money("120.00 USD"))', False),
        ('payment.amount == money("120.0 USD")', True),
        ('payment.amount == money("120.00 EUR")', False),
        ('payment.tender == "card"', True),
        ('payment.tender in ["card", "ach"]', True),
        ('payment.status != "captured"', False),
        ('!(payment.tender == "ach") && payment.kind == "payment"', True),
        ('payment.invoice_reference.startsWith("SO-")', True),
        ('payment.invoice_reference.contains("77") || payment.tender == "ach"', True),
        ('payment.invoice_reference.endsWith("0")', False),
        ("size(payment.invoice_reference) >= 5", True),
        ('payment.order_reference == ""', True),
        ("payment.surcharge.is_known()", False),
        ('payment.surcharge.is_known() && payment.surcharge.more_than(money("1 USD"))', False),
    ],
)
def test_a_condition_compares_what_the_run_found(text: str, answer: bool) -> None:
    assert holds(text, invoice_reference="SO-77") is answer


def test_a_known_surcharge_is_compared() -> None:
    text = 'payment.surcharge.is_known() && payment.surcharge.more_than(money("1 USD"))'
    assert holds(text, surcharge=usd("3.60"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('payment.amount.at_least(money("100 EUR"))', "amounts of different currencies"),
        ('payment.surcharge.at_most(money("1 USD"))', "an amount that was not told"),
    ],
)
def test_what_nobody_can_compare_is_no_silent_no(text: str, why: str) -> None:
    with pytest.raises(UndecidedError, match=why):
        holds(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            'payment.amuont == money("1 USD")',
            "no 'payment.amuont' in conditions; did you mean 'payment.amount'",
        ),
        ('payment.amount.atleast(money("1 USD"))', "no 'atleast' in conditions; did you mean 'at_least'?"),
        ('payment.amount > money("1 USD")', "'>' does not go with money and money; amounts are compared by"),
        ("payment.amount.at_least(100)", "'at_least' does not go with money and count"),
        ('payment.amount == b"120 USD"', "'==' does not go with money and bytes"),
        ('payment.amount.at_least(b"120 USD")', "'at_least' does not go with money and bytes"),
        ('payment.amount.at_least(money("100"))', 'an amount is written as money("500.00 USD")'),
        ("payment.amount.at_least(money(payment.last_four))", "an amount is written as"),
        ('payment.amount.at_least(money("1_0 USD"))', "an amount is written as"),
        ('payment.last_four < "5"', "'<' does not go with text and text"),
        ('payment.status == "capturd"', "payment.status is never 'capturd'; did you mean 'captured'?"),
        ('payment.tender in ["card", "cash"]', "payment.tender is never 'cash'"),
        ("payment.amount", "a condition is true or false"),
        ("payment.tender == ", "it cannot be read from character"),
        ("1 + 1 == 2", "no '+' in conditions"),
        ("payment.tender ? true : false", "in conditions"),
        ('payment.vendor_status.matches("(a+)+$")', "no 'matches' in conditions"),
        ("[1, 2].all(each, each > 0)", "no 'each' in conditions"),
        ("[1, 2].map(each, each).size() == 2", "no 'each' in conditions"),
        ("has(payment.amount)", "no 'has' in conditions"),
        ('timestamp("2026-01-01T00:00:00Z") == timestamp("2026-01-01T00:00:00Z")', "no 'timestamp'"),
        ("type(payment.tender) == string", "in conditions"),
        ("dyn(payment.tender) == 1", "no 'dyn' in conditions"),
        ('payment.__class__ == "x"', "no 'payment.__class__' in conditions"),
        ('payment.constructor == "x"', "no 'payment.constructor' in conditions"),
        ('secret.password == "x"', "no 'secret.password' in conditions"),
        ('"x" == "x\n"', "one line of at most 500 characters"),
        ('payment.tender == "' + "x" * 500 + '"', "one line of at most 500 characters"),
        ("(" * 100 + "true" + ")" * 100, "nested too deep"),
        ("[" * 200 + "]" * 200 + " == []", "nested too deep"),
    ],
)
def test_what_is_no_condition_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(ConditionError, match=re.escape(told)):
        Condition(text, FIELDS)


@pytest.mark.parametrize("text", ["-" * 400 + "1 == 1", "!" * 400 + "true", "true" + " || true" * 61])
def test_a_long_condition_is_read_in_no_time(text: str) -> None:
    began = time.process_time()
    assert Condition(text, FIELDS).holds({"payment": {}})
    assert time.process_time() - began < 1


def test_many_threads_ask_one_condition() -> None:
    condition = Condition('payment.amount.at_least(money("50 USD"))', FIELDS)
    amounts = [f"{number}.00" for number in range(1, 101)] * 20
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda amount: condition.holds({"payment": encoding.encode(a_payment(amount))}), amounts)
        )
    assert answers == [float(amount) >= 50 for amount in amounts]
