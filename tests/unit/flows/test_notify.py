"""Nodes that tell people something, before anything runs."""

from __future__ import annotations

import pytest

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.diff import diff_flows
from counterfoil.flows.errors import FlowError
from counterfoil.flows.placeholders import VALUE_MAX, Template
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue

FLOW = """\
flow: telling
title: A clerk is told
trigger: { event: payment.* }
order_key: lineage
start: read
nodes:
  read: { do: payment.normalise, then: { payment: tell } }
  tell:
    notify:
      to: clerk
      title: "Payment {payment.transaction} waits"
      text: "{payment.payer_name} paid {payment.amount} ({payment.amount.currency})"
    with: { payment: read }
    then: { sent: done, failed: review }
"""


def told(old: str, new: str) -> str:
    assert old in FLOW
    with pytest.raises(FlowError) as caught:
        read_flow(FLOW.replace(old, new, 1), shipped_catalogue())
    return str(caught.value)


def test_a_flow_may_tell_people_and_says_how_often_it_tries() -> None:
    node = read_flow(FLOW, shipped_catalogue()).nodes["tell"]
    assert node.deed.words == "notify clerk"
    assert str(node.retry) == "tried 3 times, first after 0:01:00, at most after 0:10:00"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{payment.transaction}", "{payment.transactoin}", "did you mean 'transaction'?"),
        ("{payment.transaction}", "{paid.transaction}", "no 'paid' under 'with'"),
        ("{payment.transaction}", "{payment.transaction.amount}", "'transaction' has no 'amount'"),
        ("{payment.amount.currency}", "{payment.amount.cents}", "'amount' has no 'cents'"),
        ("{payment.transaction}", "{payment}", "is no place of a field such as {payment.amount}"),
        ("{payment.transaction}", "{payment.amount.a.b.c.d.e}", "is no place of a field"),
        ("{payment.transaction}", "{{payment.transaction}}", "a brace begins or ends the place of a field"),
        ("{payment.transaction}", "{payment.transaction", "a brace begins or ends the place of a field"),
        ("{payment.transaction}", "{ 7 * 7 }", "is no place of a field"),
        ("{payment.transaction}", "x" * 201, "at most 200 characters"),
        ("{payment.transaction}", "\\u202e", "printable characters alone"),
        ("{payment.transaction}", "a\\nb", "a title is one line"),
        ("to: clerk", "to: mailto://me", "is not a name"),
        ("    with: { payment: read }\n", "", "no 'payment' under 'with'"),
        ("failed: review", "late: review", "never ends as 'late'"),
    ],
)
def test_what_is_wrong_is_told(old: str, new: str, message: str) -> None:
    assert message in told(old, new)


def test_a_changed_text_is_told() -> None:
    other = FLOW.replace("waits", "is here").replace("to: clerk", "to: boss")
    assert list(diff_flows(parse_flow(FLOW), parse_flow(other))) == [
        "node tell: to: clerk -> boss",
        "node tell: title: Payment {payment.transaction} waits -> Payment {payment.transaction} is here",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Ann Lee", "Ann Lee"),
        (None, ""),
        (True, "true"),
        (False, "false"),
        ({"amount": "120.00", "currency": "USD"}, "120.00 USD"),
        ("{payment.amount} {{ 7 * 7 }} $x %s", "{payment.amount} {{ 7 * 7 }} $x %s"),
        ("two\nlines\x1b[31m\u202e", "two lines [31m "),
        ("x" * 300, "x" * (VALUE_MAX - 1) + "…"),
    ],
)
def test_a_value_is_put_in_as_it_is_on_one_line_and_cut(value: object, shown: str) -> None:
    assert Template("<{payment.it}>").filled({"payment": {"it": value}}, 1000) == f"<{shown}>"


def test_the_whole_is_cut_too() -> None:
    text = Template("{payment.it} " * 3)
    assert text.filled({"payment": {"it": "x" * 50}}, 60) == "x" * 50 + " " + "x" * 8 + "…"
