"""Tracing by OpenTelemetry's SDK; loaded only where it is switched on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from opentelemetry import context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span as OpenSpan
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from typing_extensions import override

from counterfoil.telemetry.tracing import HEADER, Attribute, Attributes, Open, Span, Tracing, short

_SERVICE = "counterfoil"
_carrier = TraceContextTextMapPropagator()


class _Told(Open):
    def __init__(self, inner: OpenSpan) -> None:
        self._inner = inner

    @override
    def say(self, attribute: Attribute, value: str | int) -> None:
        self._inner.set_attribute(attribute.value, short(value))


def _kind_of_error(opened: OpenSpan) -> Callable[[type[BaseException] | None, object, object], bool]:
    def note(kind: type[BaseException] | None, _error: object, _trace: object) -> bool:
        if kind is not None:
            opened.set_attribute("error.type", kind.__name__)
        return False

    return note


class OpenTracing(Tracing):
    """Opens real spans.

    An error's text is left out of them, since it may hold what a payer wrote; its kind is told.
    """

    def __init__(self, processor: SpanProcessor, version: str) -> None:
        resource = Resource.create({"service.name": _SERVICE, "service.version": version})
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer(_SERVICE, version)

    @contextmanager
    @override
    def span(self, _name: Span, _attributes: Attributes, _parent: str) -> Iterator[Open]:
        above = _carrier.extract({HEADER: _parent}) if _parent else context.get_current()
        told = {name.value: short(value) for name, value in _attributes.items()}
        with (
            self._tracer.start_as_current_span(
                _name.value, above, attributes=told, record_exception=False, set_status_on_exception=False
            ) as opened,
            ExitStack() as ending,
        ):
            ending.push(_kind_of_error(opened))
            yield _Told(opened)

    @override
    def parent(self) -> str:
        found: dict[str, str] = {}
        _carrier.inject(found)
        return found.get(HEADER, "")

    def close(self) -> None:
        """Sends what is left."""
        self._provider.shutdown()


def exporting(version: str) -> OpenTracing:
    """Sends spans to the collector that OpenTelemetry's own variables name."""
    return OpenTracing(BatchSpanProcessor(OTLPSpanExporter()), version)
