"""Nodes that wait and ask, before anything runs."""

from __future__ import annotations

import pytest

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.diff import diff_flows
from counterfoil.flows.errors import FlowError
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue
from tests.unit.flows.samples import PATIENT_FLOW as FLOW


def told(old: str, new: str) -> str:
    assert old in FLOW
    with pytest.raises(FlowError) as caught:
        read_flow(FLOW.replace(old, new, 1), shipped_catalogue())
    return str(caught.value)


def test_a_flow_may_wait_and_ask_and_decide_by_who_answered() -> None:
    assert read_flow(FLOW, shipped_catalogue()).nodes["ask"].deed.words == "ask"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("for: 3 days", "for: 3 weeks", "line 8: nodes.later.wait.for: '3 weeks' is no length of time"),
        ("for: 3 days", "for: 0 days", "'0 days' is no length of time"),
        ("for: 3 days", "for: 367 days", "at most 366 days"),
        ("for: 3 days", "for: 3 days, until: 08:00", "either 'for'"),
        ("for: 3 days", "for: 3 days, zone: UTC", "a zone belongs to 'until'"),
        ('"08:00"', '"25:00"', "'25:00' is no time of day"),
        ("America/New_York", "America/NewYork", "did you mean 'America/New_York'?"),
        ("over: morning", "over: morning, then: done", "wait never ends as 'then'"),
        ("refuse: Leave it", "late: Leave it", "'late' cannot name a choice"),
        ("late: review", "later: review", "never ends as 'later'"),
        (", refuse: done", "", "no route for 'refuse'"),
        ("due: 2 days", "due: soon", "'soon' is no length of time"),
        ("answer.by", "answer.bye", "no 'answer.bye' in conditions"),
        ("{payment.amount}", "{payment.amuont}", "ask: {payment.amuont}: 'payment' has no 'amuont'"),
        ('title: "Post {payment.amount}?"', f"title: {'x' * 201}", "one line of at most 200 characters"),
    ],
)
def test_what_is_wrong_is_told(old: str, new: str, message: str) -> None:
    assert message in told(old, new)


def test_a_changed_wait_or_choice_is_told_in_its_words() -> None:
    other = FLOW.replace("3 days", "5 days").replace("Leave it", "Leave it alone")
    assert list(diff_flows(parse_flow(FLOW), parse_flow(other))) == [
        "node ask: choices refuse: Leave it -> Leave it alone",
        "node later: length: for 3 days -> for 5 days",
    ]


def test_the_same_length_in_other_words_is_the_same_version() -> None:
    assert parse_flow(FLOW.replace("3 days", "72 hours")).version == parse_flow(FLOW).version
