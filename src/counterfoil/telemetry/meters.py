"""What a process counts of itself, kept by prometheus-client; and the page that a scraper reads."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
    start_http_server,
)
from prometheus_client.process_collector import ProcessCollector

from counterfoil.telemetry.metrics import REQUEST_SECONDS, REQUESTS, TURN_SECONDS, TURNS, Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180)


class TurnNote:
    """How a turn ended; `error` until somebody says so."""

    outcome = "error"


class Meters:
    """The counters of one process; safe to use from several threads."""

    def __init__(self) -> None:
        # One more series for each counter, of which nobody asks.
        disable_created_metrics()  # type: ignore[no-untyped-call] # untyped there
        self.registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self.registry)
        self._turns = self._counter(TURNS)
        self._turn_seconds = self._histogram(TURN_SECONDS)
        self._requests = self._counter(REQUESTS)
        self._request_seconds = self._histogram(REQUEST_SECONDS)

    @contextmanager
    def turn(self, flow: str) -> Iterator[TurnNote]:
        """Counts and times a turn of a run of the flow."""
        note, begun = TurnNote(), time.monotonic()
        try:
            yield note
        finally:
            self._turns.labels(flow, note.outcome).inc()
            self._turn_seconds.labels(flow).observe(time.monotonic() - begun)

    def answered(self, area: str, status: int, seconds: float) -> None:
        self._requests.labels(area, str(status)).inc()
        self._request_seconds.labels(area).observe(seconds)

    def page(self) -> bytes:
        """Everything that is registered, as a scraper reads it (`CONTENT_TYPE`)."""
        return generate_latest(self.registry)

    def serve(self, port: int) -> threading.Thread:
        """Answers scrapers on the loopback address; for a process that serves nothing else.

        Raises:
            OSError: the port is taken.
        """
        _server, thread = start_http_server(port, addr="127.0.0.1", registry=self.registry)
        return thread

    def _counter(self, metric: Metric) -> Counter:
        return Counter(metric.name, metric.help, metric.labels, registry=self.registry)

    def _histogram(self, metric: Metric) -> Histogram:
        return Histogram(metric.name, metric.help, metric.labels, registry=self.registry, buckets=_BUCKETS)
