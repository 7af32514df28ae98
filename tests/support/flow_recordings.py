"""Runs carried in memory, as a hub's database tells them once they ended."""

from __future__ import annotations

from counterfoil.domain.payment import Payment
from counterfoil.flows.definition import parse_flow
from counterfoil.ports.recorded_runs import OtherEvent, RecordedRun
from counterfoil.runtime.flow_testing.recording import record_run
from counterfoil.runtime.flow_testing.replaying import Memory
from counterfoil.runtime.flow_testing.running import run_test
from tests.support.flows import Flows


def recorded_of(flows: Flows, run_id: str) -> RecordedRun:
    """A run that ended."""
    store = flows.store
    result, summary = store.closed[run_id]
    runs = list(store.runs)
    others = [
        OtherEvent(
            kind=other.event.kind,
            body=other.event.body,
            occurred_at=other.event.occurred_at,
            later=runs.index(other.id) > runs.index(run_id),
            held=other.id in store.closed and store.closed[other.id][0].value == "held",
        )
        for other in store.runs.values()
        if other.id != run_id and other.order_key == store.runs[run_id].order_key
    ]
    steps = {step: stored for (run, step), stored in store.results.items() if run == run_id}
    later = set(runs[runs.index(run_id) + 1 :])
    charged = _charged(flows, run_id)
    lineages = {store.runs[run_id].order_key, *(f"gateway/shop/{each}" for each in charged)}
    later_steps = [
        stored
        for (run, _), stored in store.results.items()
        if run in later and store.runs[run].order_key in lineages
    ]
    return RecordedRun(
        run=store.runs[run_id],
        status=result.value,
        summary=summary,
        steps=steps,
        answers={
            step: asked.answer
            for (run, step), asked in store.questions.items()
            if run == run_id and asked.answer is not None
        },
        others=others,
        later_steps=later_steps,
        charged=charged,
    )


def _charged(flows: Flows, run_id: str) -> list[str]:
    """By the run, or by those that it started for items."""
    store = flows.store
    return [
        str(told["transaction"])
        for name, (_, told) in store.closed.items()
        if told.get("decision") == "charged" and run_id in {name, store.runs[name].event.body.get("run")}
    ]


def told(flows: Flows, payment: Payment) -> str:
    run = flows.tell(payment)
    flows.carried(run, attempts=4)
    return run


def memory_of(flows: Flows) -> Memory:
    """What the hub remembers beside the run."""
    return Memory(
        known=flows.known,
        find_cross_reference=lambda kind, name: flows.store.find_cross_reference("shop", kind, name),
        cashiers=lambda _run: flows.cashier,
    )


def record(flows: Flows, run_id: str) -> str:
    """The recorded test, which passes on the flow that the run was carried by."""
    recorded = recorded_of(flows, run_id)
    text = flows.store.flows[recorded.run.flow_version]
    test = record_run(recorded, parse_flow(text), text, flows.site, memory_of(flows))
    assert run_test(text, test).findings == ()
    return test
