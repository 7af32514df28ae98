"""The page on retries and breakers tells the figures that the program goes by."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.bootstrap.breaker_desk import BURST_PART
from counterfoil.connectors.http_json.connector import LIMITS
from counterfoil.connectors.sagepro.remote import NETWORK
from counterfoil.http.client import OutboundLimits
from counterfoil.runtime import breaker, calls, recovery, redrive, worker
from counterfoil.runtime.retry import RetryPolicy

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "retries-and-breakers.md").read_text("utf-8")
POLICY = RetryPolicy()


def limits(name: str, each: OutboundLimits) -> str:
    return f"| {name} | {each.connect_seconds} s | {each.read_seconds} s | {each.total_seconds} s |"


@pytest.mark.parametrize(
    "line",
    [
        f"| waits between tries | {POLICY.first_seconds}, 4, 8, 16, 32, then {POLICY.cap_seconds} seconds |",
        f"| after so many failed tries in a row it is parked between tries | {POLICY.tries_max} |",
        f"| a parked run is tried again after | {POLICY.parked_seconds // 60} minutes |",
        f"| attempts in a row that end their worker before a run is set aside | {worker.STRIKES_MAX} |",
        f"| failed calls in a row that open a breaker | {breaker.FAILURES_MAX} |",
        f"| pause before the first probe | {breaker.PAUSE_SECONDS_FIRST} second |",
        f"| each further pause is twice as long, at most | {breaker.PAUSE_SECONDS_MAX} seconds |",
        f"| a probe without an end is taken for lost after | {breaker.PROBE_SECONDS} seconds |",
        f"| runs that go on at once when it closes | {redrive.RUNS_FIRST} |",
        f"| every {recovery.SWEEP_SECONDS} seconds twice as many, at most | {redrive.RUNS_MAX} |",
        f"| pause after a 429 that does not say how long | {calls.THROTTLED_SECONDS} seconds |",
        limits("PayTrace", OutboundLimits()),
        limits("agent on another machine", NETWORK),
        limits("`http_json`", LIMITS),
    ],
)
def test_the_page_tells_the_figure(line: str) -> None:
    assert line in PAGE


def test_those_of_ten_seconds_may_be_made_at_once() -> None:
    assert BURST_PART * 10 == 60
