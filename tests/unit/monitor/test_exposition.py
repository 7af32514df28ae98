from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from prometheus_client import CollectorRegistry, generate_latest

from counterfoil.monitor.exposition import Seen, SnapshotCollector, figures
from counterfoil.monitor.snapshot import AgentSign, Snapshot
from counterfoil.telemetry import metrics
from counterfoil.telemetry.metrics import METRICS, Kind
from tests.unit.monitor.samples import (
    NOTHING,
    NOW,
    QUIET,
    ago,
    breaker,
    counted,
    ended,
    poll,
    runs,
    snapshot,
    tried,
    unposted,
    worker,
)

BUSY = snapshot(
    work=replace(
        QUIET,
        runs=(runs("waiting", 7, due_at=ago(seconds=90)), runs("dead", 2)),
        unposted=(unposted("100.10", minutes=30), unposted("5.00", "CAD", minutes=50)),
        hints=(counted("c1", "waiting", 3),),
        tasks=(counted("qa", "refund", 1), counted("production", "refund", 2)),
        effects=(counted("c1", "unknown", 1),),
    ),
    recent=replace(NOTHING, ended=(ended(18, 15, 2),), tried=(tried(10, 5, 0, 0),)),
    polls=(poll(ago(minutes=4)),),
    workers=(worker(seconds=3), worker(minutes=5)),
    breakers=(breaker("open", minutes=3),),
    agents=(AgentSign(environment="production", company="01", state="works", waiting=4),),
)


def page(seen: Snapshot | None) -> list[str]:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(
        SnapshotCollector(lambda: Seen(snapshot=seen, now=NOW + timedelta(seconds=20), version="1.2"))
    )
    return [line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#")]


def test_what_was_seen_is_shown_with_its_labels() -> None:
    company = 'company="01",environment="production"'
    assert f"counterfoil_queue_age_seconds{{{company}}} 90.0" in page(BUSY)
    assert f"counterfoil_oldest_unposted_seconds{{{company}}} 3000.0" in page(BUSY)
    assert "counterfoil_figures_age_seconds 20.0" in page(BUSY)
    assert "counterfoil_workers 1.0" in page(BUSY)
    assert 'counterfoil_money_unposted{company="01",currency="USD",environment="production"} 100.1' in page(
        BUSY
    )
    assert 'counterfoil_money_unposted{company="01",currency="CAD",environment="production"} 5.0' in page(
        BUSY
    )
    assert 'counterfoil_review_tasks_open{kind="refund"} 3.0' in page(BUSY)
    assert f"counterfoil_posted_alone_ratio{{{company}}} 0.75" in page(BUSY)
    assert 'counterfoil_declined_ratio{connection="shop",window="hour"} 0.5' in page(BUSY)
    assert 'counterfoil_breaker_open{connection="shop",environment="production"} 1.0' in page(BUSY)
    assert 'counterfoil_build{version="1.2"} 1.0' in page(BUSY)


def test_without_a_database_no_old_figure_is_shown() -> None:
    assert page(None) == ['counterfoil_build{version="1.2"} 1.0', "counterfoil_database_up 0.0"]


def test_every_gauge_is_told_and_nothing_is_divided_by_nothing() -> None:
    told = {metrics.BUILD, metrics.DATABASE_UP, metrics.FIGURES_AGE, metrics.ALERTS, *figures(BUSY)}
    assert told == {metric for metric in METRICS if metric.kind is Kind.GAUGE}
    assert all(not samples or metric is metrics.WORKERS for metric, samples in figures(snapshot()).items())


def test_a_run_that_is_due_later_has_no_age() -> None:
    later = snapshot(work=replace(QUIET, runs=(runs("waiting", 1, due_at=NOW + timedelta(hours=1)),)))
    assert figures(later)[metrics.QUEUE_AGE] == [(("production", "01"), 0)]
