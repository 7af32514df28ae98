"""Nodes that tell people something, carried out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from typing_extensions import override

from counterfoil.flows.definition import parse_flow
from counterfoil.ports.engine import Finished, Parked
from counterfoil.ports.errors import ConfigurationError, CounterfoilError, TransientError
from counterfoil.ports.notifier import Notice, Notifier
from counterfoil.runtime.flow_testing.running import run_test
from counterfoil.runtime.interpreter import Interpreter
from counterfoil.runtime.memory.own_events import MemoryOwnEvents
from counterfoil.runtime.nodes.means import Means
from tests.support.hub import NOW, Hub
from tests.support.memory_erp import MemoryErp
from tests.support.memory_store import Killed
from tests.support.samples import a_payment, an_invoice
from tests.unit.flows.test_notify import FLOW

NOTICE = Notice(
    channel="clerk", title="Payment 105968 waits", text="Ann {payment.status} paid 120.00 USD (USD)"
)


class Channel(Notifier):
    """Fails so before it takes something."""

    def __init__(self, *errors: BaseException) -> None:
        self.errors = list(errors)
        self.taken: list[tuple[str, Notice]] = []

    @override
    def send(self, environment: str, notice: Notice) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append((environment, notice))


def telling_hub(channel: Channel) -> Hub:
    hub = Hub(MemoryErp(an_invoice()))
    hub.version = parse_flow(FLOW).version
    hub.store.flows[hub.version] = FLOW
    means = Means(operations=hub.operations, events=MemoryOwnEvents(), notifier=channel)
    hub.interpreter = Interpreter(hub.store, means, hub.clock)
    hub.accept(a_payment(payer_name="Ann {payment.status}"))
    return hub


def test_a_notice_is_sent_once_with_its_values_as_plain_text() -> None:
    channel = Channel()
    hub = telling_hub(channel)
    assert [hub.carry(), hub.carry()] == [Finished(), Finished()]
    assert channel.taken == [("dev", NOTICE)]
    assert hub.summary()["notice"] == "clerk: Payment 105968 waits"


def test_a_channel_that_fails_is_tried_and_then_an_outcome() -> None:
    channel = Channel(*[TransientError("it is away")] * 3)
    hub = telling_hub(channel)
    for minutes in (1, 3):
        until = NOW + timedelta(minutes=minutes)
        assert hub.carry() == Parked(until=until, why="it is away")
        hub.clock.advance(until - hub.clock.now())
    assert hub.carry() == Finished()
    assert hub.summary()["result"] == "held"
    assert hub.summary()["notice"] == "clerk: not sent: it is away"
    assert channel.taken == []


def test_a_channel_that_comes_back_takes_the_notice() -> None:
    channel = Channel(TransientError("it is away"))
    hub = telling_hub(channel)
    parked = hub.carry()
    assert isinstance(parked, Parked)
    assert isinstance(parked.until, datetime)
    hub.clock.advance(parked.until - hub.clock.now())
    assert hub.carry() == Finished()
    assert hub.summary()["result"] == "done"
    assert len(channel.taken) == 1


@pytest.mark.parametrize("error", [ConfigurationError("there is no channel clerk in dev")])
def test_a_channel_that_is_not_there_holds_nothing_up(error: CounterfoilError) -> None:
    hub = telling_hub(Channel(error))
    assert hub.carry() == Finished()
    assert hub.summary()["notice"] == "clerk: not sent: there is no channel clerk in dev"


@pytest.mark.parametrize("commit", range(4))
@pytest.mark.parametrize("before", [True, False])
def test_a_kill_at_any_commit_repeats_a_notice_once_at_most(commit: int, *, before: bool) -> None:
    channel = Channel()
    hub = telling_hub(channel)
    hub.store.kill_at_commit, hub.store.kill_before = commit, before
    try:
        hub.carry()
    except Killed:
        hub.store.kill_at_commit = None
        assert hub.carry() == Finished()
    assert channel.taken in ([("dev", NOTICE)], [("dev", NOTICE)] * 2)
    assert hub.summary()["result"] == "done"


TEST = """\
title: A clerk is told
events:
  - kind: payment.captured
    payment: {transaction: "7", amount: 120.00 USD, payer_name: Ann}
    expect:
      end: done
      notices:
        - {channel: clerk, title: Payment 7 waits, text: Ann paid 120.00 USD (USD)}
"""


def test_a_flow_test_sends_nothing_and_shows_what_would_be_sent() -> None:
    assert run_test(FLOW, TEST).findings == ()
    (finding,) = run_test(FLOW, TEST.replace("Payment 7", "Payment 8")).findings
    assert "expected Payment 8 waits, but it is Payment 7 waits" in finding.text
    (finding,) = run_test(FLOW, TEST.partition("      notices:")[0]).findings
    assert "notices: nothing is expected, but channel: clerk" in finding.text
