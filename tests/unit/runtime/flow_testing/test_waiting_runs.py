"""Runs that waited for time and people become tests, and are carried again by other versions."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.document import read_document
from counterfoil.flows.library import PAYMENT_TO_RECEIPT
from counterfoil.ports.engine import Finished, Parked
from counterfoil.ports.run_store import Answer
from counterfoil.runtime.flow_testing.afterwards import Passing, read_afterwards, tell_afterwards
from counterfoil.runtime.flow_testing.looking_ahead import look_ahead
from counterfoil.runtime.flow_testing.reading import items
from counterfoil.runtime.flow_testing.replaying import Version
from tests.support.flow_recordings import memory_of, record, recorded_of
from tests.support.flows import Flows
from tests.support.memory_erp import MemoryErp
from tests.support.samples import a_payment, an_invoice
from tests.unit.runtime.test_waiting_nodes import HEAD, POST

WAITING = """\
  first: { wait: { until: "08:00", zone: America/New_York }, then: { over: ask } }
  ask:
    ask: { title: "Post it now?", choices: { release: Post it, refuse: Leave it }, due: 2 days }
    then: { release: match, refuse: done, late: review }
"""
TEXT = HEAD + WAITING + POST


def waited(*answers: Answer) -> tuple[Flows, str]:
    """A run that was carried to its end, answered so."""
    flows = Flows(MemoryErp(an_invoice()))
    version = parse_flow(TEXT).version
    flows.store.flows[version] = TEXT
    flows.versions[PAYMENT_TO_RECEIPT] = version
    run = flows.tell(a_payment(invoice_reference="1001"))
    left = list(answers)
    while not isinstance(outcome := flows.carry(run), Finished):
        assert isinstance(outcome, Parked)
        if flows.store.open_question(run) and left:
            flows.store.answer_open(run, left.pop(0))
        else:
            assert isinstance(outcome.until, datetime)
            flows.clock.advance(outcome.until - flows.clock.now())
    return flows, run


def test_a_run_that_waited_and_was_answered_becomes_a_test_that_says_so() -> None:
    flows, run = waited(Answer(choice="release", by="Ann Lee", note="called Mr Smith"))
    test = record(flows, run)
    assert "{after: 1 hours}" in test
    assert "{answer: release}" in test
    assert "post: posted" in test
    assert not {"Lee", "Smith"} & set(test.replace(",", " ").split())


def test_a_question_that_nobody_answered_becomes_a_test_in_which_nobody_does() -> None:
    flows, run = waited()
    test = record(flows, run)
    assert "{after: 2 days}" in test
    assert "ask: late" in test


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("release: match", "release: done", "a person is asked: Post it now?"),
        ("due: 2 days", "due: 3 days", ""),
        ("title: A payment waits", "title: Another", ""),
    ],
)
def test_a_plan_lets_time_pass_and_answers_as_people_did(old: str, new: str, says: str) -> None:
    flows, run = waited(Answer(choice="release", by="Ann", note=""))
    other = TEXT.replace(old, new)
    before, after = (Version(flow=parse_flow(text), text=text) for text in (TEXT, other))
    effect = look_ahead(recorded_of(flows, run), before, after, flows.site, memory_of(flows))
    if not says:
        assert effect is None
    else:
        assert effect is not None
        assert says in effect.after
        assert "posted" not in effect.after
        assert "120.00 USD" in effect.before


@pytest.mark.parametrize("seconds", [1, 59, 60, 90, 3600, 86399, 86400, 99_999, 100_001, 31_000_000])
def test_a_time_is_told_so_that_it_is_read_back_and_never_shorter(seconds: int) -> None:
    told = tell_afterwards(Passing(time=timedelta(seconds=seconds)))
    (part,) = items(read_document(f"[{{after: {told['after']}}}]"))
    (read,) = read_afterwards(part)
    assert isinstance(read, Passing)
    assert timedelta(0) <= read.time - timedelta(seconds=seconds) < timedelta(hours=1)
