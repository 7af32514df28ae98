"""Traces from intake to table row, where an operator switched them on; else nothing is done.

OpenTelemetry is an extra (`counterfoil[tracing]`). It is switched on by its own standard variables: where
`OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` names a collector.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from enum import Enum

HEADER = "traceparent"
"""W3C Trace Context; what names a trace in a row and on the way to an agent."""
_SWITCHES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_OFF = "OTEL_SDK_DISABLED"
_TEXT_MAX = 64

Attributes = Mapping["Attribute", str | int]


class Span(Enum):
    """What is timed."""

    INTAKE = "intake"
    """A record or hint on its way into the store, up to its commit."""
    RUN = "run"
    """One turn of a run."""
    STEP = "step"
    """One node that reads or acts."""
    CALL = "call"
    """One request to another system."""
    POSTING = "posting"
    """What an agent does for one request to post: the wait for its lane, the rows, the journal."""


class Attribute(Enum):
    """What a span may say: parts of the product, never of a payment or a person."""

    FLOW = "counterfoil.flow"
    ENVIRONMENT = "counterfoil.environment"
    COMPANY = "counterfoil.company"
    RUN = "counterfoil.run"
    ATTEMPT = "counterfoil.attempt"
    NODE = "counterfoil.node"
    OUTCOME = "counterfoil.outcome"
    SOURCE = "counterfoil.source"
    FACTS = "counterfoil.facts"
    HOST = "server.address"
    METHOD = "http.request.method"
    STATUS = "http.response.status_code"


class Open:
    """A span that is open: more may be said of it until it ends."""

    def say(self, attribute: Attribute, value: str | int) -> None:
        """Nothing, where tracing is off."""


_NOTHING = Open()


class Tracing:
    """Opens spans; this one opens none."""

    def span(self, _name: Span, _attributes: Attributes, _parent: str) -> AbstractContextManager[Open]:
        return nullcontext(_NOTHING)

    def parent(self) -> str:
        """The name of the span that is open here, as another process continues it; empty: none."""
        return ""


_OFF_TRACING = Tracing()
_now: list[Tracing] = [_OFF_TRACING]


def span(
    name: Span, attributes: Attributes | None = None, *, parent: str = ""
) -> AbstractContextManager[Open]:
    """A span around a block; below `parent` where one is given, else below what is open here."""
    return _now[0].span(name, attributes or {}, parent)


def parent() -> str:
    """What a row or a request bears, so that whoever takes it goes on with this trace; empty: no trace."""
    return _now[0].parent()


def trace_header() -> dict[str, str]:
    """What a request to one of our own programs bears; nothing of it goes to others."""
    found = parent()
    return {HEADER: found} if found else {}


def is_wanted(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the environment names a collector."""
    is_off = environ.get(_OFF, "").lower() == "true"
    return not is_off and any(environ.get(name) for name in _SWITCHES)


def use(tracing: Tracing) -> Callable[[], None]:
    """Opens spans by this from now on; gives what puts the former back."""
    former, _now[0] = _now[0], tracing

    def back() -> None:
        _now[0] = former

    return back


def short(value: str | int) -> str | int:
    """Values of attributes are short: names, never texts."""
    return value if isinstance(value, int) else value[:_TEXT_MAX]
