"""A run goes on with the trace of its event, by its row, whichever process carries it."""

from __future__ import annotations

from dataclasses import replace

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import format_trace_id

from counterfoil.ports.engine import Parked
from counterfoil.runtime.worker import Worker
from counterfoil.store.inbox import NewEvent
from counterfoil.telemetry import tracing
from counterfoil.telemetry.open_tracing import OpenTracing
from counterfoil.telemetry.tracing import Span, parent, span
from tests.integration.store.samples import Hub, event


def traced(told: NewEvent) -> NewEvent:
    return replace(told, trace=parent())


def trace_of(one: ReadableSpan) -> str:
    return "" if one.context is None else format_trace_id(one.context.trace_id)


def test_a_turn_is_a_span_below_the_intake_of_its_event(hub: Hub) -> None:
    kept = InMemorySpanExporter()
    opened = OpenTracing(SimpleSpanProcessor(kept), "0")
    back = tracing.use(opened)
    try:
        with span(Span.INTAKE):
            told = traced(event(1))
            (run,) = hub.accept(told)
        worker = Worker(hub.queue, lambda _run: Parked(until=None, why="waits"), name="w1")
        assert worker.turn(run) is None
    finally:
        back()
        opened.close()
    # A hub that other tests of this process share makes spans meanwhile, of traces of its own.
    ours = [one for one in kept.get_finished_spans() if trace_of(one) == told.trace.split("-")[1]]
    turn, intake = sorted(ours, key=lambda one: one.name, reverse=True)
    assert (turn.name, intake.name) == ("run", "intake")
    assert turn.parent is not None
    assert intake.context is not None
    assert turn.parent.span_id == intake.context.span_id
    assert dict(turn.attributes or {}) == {
        "counterfoil.flow": "payment_to_receipt",
        "counterfoil.run": run,
        "counterfoil.attempt": 1,
        "counterfoil.outcome": "parked",
    }


def test_without_traces_a_row_names_none(hub: Hub) -> None:
    (run,) = hub.accept(event(1))
    begun = hub.queue.begin(run, "w1")
    assert getattr(begun, "trace", None) == ""
