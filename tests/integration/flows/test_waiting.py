"""A run that waits for time and for a person, over restarts and deployments, on the hub's database."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from counterfoil.flows.definition import parse_flow
from counterfoil.ports.notifier import Notice
from counterfoil.ports.run_store import Answer
from counterfoil.runtime.interpreter import Interpreter
from counterfoil.runtime.memory.notices import MemoryNotices
from counterfoil.runtime.memory.own_events import MemoryOwnEvents
from counterfoil.runtime.nodes.means import Means
from counterfoil.runtime.worker import Worker
from counterfoil.store import schema
from counterfoil.store.questions import Questions
from counterfoil.store.recorded_runs import RecordedRuns
from tests.integration.store.samples import START, Hub, event

NAME = "payment_to_receipt"
FLOW = f"""\
flow: {NAME}
title: A payment waits
trigger: {{ event: payment.* }}
order_key: lineage
start: later
nodes:
  later: {{ wait: {{ for: 3 days }}, then: {{ over: ask }} }}
  ask:
    ask: {{ title: "Post it?", choices: {{ release: Post it, refuse: Leave it }}, due: 2 days }}
    then: {{ release: tell, refuse: done, late: review }}
  tell:
    notify: {{ to: clerk, title: "It goes on", text: "{{answer.by}} chose {{answer.choice}}." }}
    with: {{ answer: ask }}
    then: {{ sent: done, failed: review }}
"""
OTHER = FLOW.replace("3 days", "30 days")
NOTHING: sa.Select[tuple[str]] = sa.select(sa.literal("none").label("run"))


def deploy(hub: Hub, text: str) -> str:
    version = parse_flow(text).version
    with hub.database.transaction() as connection:
        connection.execute(
            sa.insert(schema.flow_version).values(hash=version, name=NAME, body=text, created_at=START)
        )
        connection.execute(
            sa.update(schema.deployment).where(schema.deployment.c.flow == NAME).values(hash=version)
        )
    return version


class Process:
    """A worker's process; nothing of it outlives a restart but the database."""

    def __init__(self, hub: Hub) -> None:
        self.notices = MemoryNotices()
        means = Means(operations={}, events=MemoryOwnEvents(), notifier=self.notices)
        interpreter = Interpreter(hub.runs, means, hub.clock)
        self.worker = Worker(hub.queue, interpreter.carry, name="worker")


@pytest.fixture
def run(hub: Hub) -> str:
    deploy(hub, FLOW)
    return hub.accept(event(1, order_key="a"))[0]


def turned(hub: Hub, run: str) -> MemoryNotices:
    """What a new process tells people in one turn."""
    process = Process(hub)
    assert process.worker.turn(run) is None
    return process.notices


def due(hub: Hub, run: str) -> timedelta | None:
    """Counted from the start of the test."""
    query = sa.select(schema.run.c.due_at).where(schema.run.c.id == run)
    with hub.database.autocommit() as connection:
        at = connection.execute(query).scalar_one()
    return None if at is None else at - START


def swept(hub: Hub) -> list[str]:
    """The runs that a sweep gives a job."""
    hub.jobs.taken.clear()
    hub.queue.sweep(NOTHING, timedelta(days=100))
    return hub.jobs.runs()


def test_a_run_waits_and_asks_over_restarts_and_deployments_and_goes_on_by_itself(hub: Hub, run: str) -> None:
    turned(hub, run)
    (younger,) = hub.accept(event(2, order_key="a"))
    turned(hub, younger)
    deploy(hub, OTHER)
    assert due(hub, run) == timedelta(days=3)
    hub.pass_time(days=2)
    assert swept(hub) == []
    assert hub.queue.redrive(run), "a person may wake it too early"
    turned(hub, run)
    assert (hub.status(run), due(hub, run)) == ("parked", timedelta(days=3))
    hub.pass_time(days=1)
    assert swept(hub) == [run]
    assert turned(hub, run).sent == []
    assert due(hub, run) == timedelta(days=5)

    (task,) = Questions(hub.database, hub.queue, hub.clock).open()
    hub.jobs.taken.clear()
    Questions(hub.database, hub.queue, hub.clock).answer(task.id, choice="release", by="Ann", note="")
    assert hub.jobs.runs() == [run]
    notice = Notice(channel="clerk", title="It goes on", text="Ann chose release.")
    assert turned(hub, run).sent == [notice]
    assert (hub.status(run), hub.status(younger)) == ("done", "waiting")
    answers = RecordedRuns(hub.database, hub.runs).read(run).answers
    assert answers == {"ask#1": Answer(choice="release", by="Ann", note="")}


def test_a_question_that_is_late_goes_on_by_itself(hub: Hub, run: str) -> None:
    turned(hub, run)
    hub.pass_time(days=3)
    assert swept(hub) == [run]
    turned(hub, run)
    hub.pass_time(days=2)
    assert swept(hub) == [run]
    assert turned(hub, run).sent == []
    assert hub.status(run) == "held"
