"""Spans nest, go on in other processes, and say nothing of payments or people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from counterfoil.telemetry import tracing
from counterfoil.telemetry.open_tracing import OpenTracing
from counterfoil.telemetry.tracing import HEADER, Attribute, Span, is_wanted, parent, span, trace_header


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    """Traces are on, and their spans are kept here."""
    kept = InMemorySpanExporter()
    opened = OpenTracing(SimpleSpanProcessor(kept), "1.2")
    back = tracing.use(opened)
    yield kept
    back()
    opened.close()


def by_name(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {one.name: one for one in exporter.get_finished_spans()}


def test_a_row_and_a_request_carry_the_trace_from_intake_to_the_agent(exporter: InMemorySpanExporter) -> None:
    with span(Span.INTAKE, {Attribute.SOURCE: "poll"}):
        row = parent()
    with span(Span.RUN, {Attribute.FLOW: "payment_to_receipt"}, parent=row), span(Span.STEP):
        sent = trace_header()
    with span(Span.POSTING, {Attribute.FACTS: 1}, parent=sent[HEADER]):
        pass
    found = by_name(exporter)
    assert len({one.context.trace_id for one in found.values() if one.context}) == 1
    for below, above in (("run", "intake"), ("step", "run"), ("posting", "step")):
        inner, outer = found[below].parent, found[above].context
        assert inner is not None
        assert outer is not None
        assert inner.span_id == outer.span_id
    assert dict(found["run"].attributes or {}) == {"counterfoil.flow": "payment_to_receipt"}
    assert found["run"].resource.attributes["service.version"] == "1.2"


def test_of_an_error_its_kind_is_told_and_never_its_words(exporter: InMemorySpanExporter) -> None:
    def call() -> None:
        with span(Span.CALL, {Attribute.HOST: "h" * 500}) as opened:
            opened.say(Attribute.STATUS, 200)
            raise ValueError("Miller 4111111111111111")

    with pytest.raises(ValueError, match="Miller"):
        call()
    (one,) = exporter.get_finished_spans()
    assert dict(one.attributes or {}) == {
        "server.address": "h" * 64,
        "http.response.status_code": 200,
        "error.type": "ValueError",
    }
    assert one.events == ()
    assert "Miller" not in one.to_json()


def test_a_header_that_names_no_trace_begins_one(exporter: InMemorySpanExporter) -> None:
    with span(Span.POSTING, parent="no trace"):
        pass
    assert by_name(exporter)["posting"].parent is None


def test_without_a_collector_nothing_is_opened() -> None:
    with span(Span.RUN, {Attribute.FLOW: "f"}) as opened:
        opened.say(Attribute.OUTCOME, "done")
        assert (parent(), trace_header()) == ("", {})
    assert not is_wanted({})
    assert is_wanted({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"})
    assert not is_wanted({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://h", "OTEL_SDK_DISABLED": "true"})


def test_spans_may_say_parts_of_the_product_alone() -> None:
    """What is added here is seen by whoever runs the collector: think twice."""
    assert {one.value.rpartition(".")[2] for one in Attribute} == {
        *("flow", "environment", "company", "run", "attempt", "node", "outcome", "source", "facts"),
        *("address", "method", "status_code"),
    }
