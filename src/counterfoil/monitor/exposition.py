"""A snapshot as Prometheus reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from typing_extensions import override

from counterfoil.monitor.alerts import Alert, standing
from counterfoil.monitor.snapshot import CLOSED, Snapshot
from counterfoil.store.figures.recent import Ended, Tried
from counterfoil.telemetry import metrics
from counterfoil.telemetry.metrics import Metric

Sample = tuple[tuple[str, ...], int | float | Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The last snapshot, when somebody looks at it; none where the database does not answer."""

    snapshot: Snapshot | None
    now: datetime
    version: str
    alerts: tuple[Alert, ...] = ()


class SnapshotCollector(Collector):
    """Shows what was seen last; asking costs nothing, however often a scraper does."""

    def __init__(self, seen: Callable[[], Seen]) -> None:
        self._seen = seen

    @override
    def collect(self) -> Iterator[GaugeMetricFamily]:
        seen = self._seen()
        yield _family(metrics.BUILD, [((seen.version,), 1)])
        yield _family(metrics.DATABASE_UP, [((), int(seen.snapshot is not None))])
        if seen.snapshot is None:
            return
        age = (seen.now - seen.snapshot.at).total_seconds()
        yield _family(metrics.FIGURES_AGE, [((), age)])
        for metric, samples in figures(seen.snapshot).items():
            yield _family(metric, samples)
        counts = Counter((one.key.environment, one.key.rule) for one in standing(seen.alerts))
        yield _family(metrics.ALERTS, counts.items())


def figures(snapshot: Snapshot) -> dict[Metric, list[Sample]]:
    """Each metric's values by their labels."""
    return _queue(snapshot) | _money(snapshot) | _ended(snapshot) | _waiting(snapshot)


def _queue(snapshot: Snapshot) -> dict[Metric, list[Sample]]:
    runs = snapshot.open_work.runs
    return {
        metrics.RUNS: [((one.environment, one.company, one.status), one.runs) for one in runs],
        metrics.QUEUE_AGE: [
            ((one.environment, one.company), _age(snapshot, one.due_at))
            for one in runs
            if one.due_at is not None
        ],
        metrics.LANE: [((one.environment, one.company), one.waiting) for one in snapshot.agents],
        metrics.WORKERS: [((), len(snapshot.workers))],
    }


def _money(snapshot: Snapshot) -> dict[Metric, list[Sample]]:
    unposted = snapshot.open_work.unposted
    oldest: dict[tuple[str, str], datetime] = {}
    for one in unposted:
        place = (one.environment, one.company)
        oldest[place] = min(one.oldest_at, oldest.get(place, one.oldest_at))
    return {
        metrics.OLDEST_UNPOSTED: [(place, _age(snapshot, at)) for place, at in oldest.items()],
        metrics.PAYMENTS_UNPOSTED: [
            ((one.environment, one.company, one.currency), one.payments) for one in unposted
        ],
        metrics.MONEY_UNPOSTED: [
            ((one.environment, one.company, one.currency), one.amount) for one in unposted
        ],
    }


def _ended(snapshot: Snapshot) -> dict[Metric, list[Sample]]:
    ended = snapshot.recent.ended
    return {
        metrics.PAYMENTS_ENDED: [sample for one in ended for sample in _counts(one)],
        metrics.POSTED_ALONE: [
            ((one.environment, one.company), one.posted_alone / (one.posted + one.held))
            for one in ended
            if one.posted + one.held
        ],
        metrics.PAYMENT_TO_POSTING: [sample for one in ended if one.posted for sample in _quantiles(one)],
        metrics.DECLINES: [sample for one in snapshot.recent.tried for sample in _declines(snapshot, one)],
    }


def _counts(one: Ended) -> Iterable[Sample]:
    yield (one.environment, one.company, "posted"), one.posted
    yield (one.environment, one.company, "held"), one.held


def _quantiles(one: Ended) -> Iterable[Sample]:
    yield (one.environment, one.company, "0.5"), one.seconds_middle
    yield (one.environment, one.company, "0.95"), one.seconds_most


def _declines(snapshot: Snapshot, one: Tried) -> Iterable[Sample]:
    name = snapshot.place_of(one.connection)[1]
    if one.hour:
        yield (name, "hour"), one.hour_declined / one.hour
    if one.week:
        yield (name, "week"), one.week_declined / one.week


def _waiting(snapshot: Snapshot) -> dict[Metric, list[Sample]]:
    work = snapshot.open_work
    kinds: dict[str, int] = {}
    for one in work.tasks:
        kinds[one.kind] = kinds.get(one.kind, 0) + one.count
    return {
        metrics.HINTS: [((snapshot.place_of(one.of)[1],), one.count) for one in work.hints],
        metrics.HINTS_AGE: [
            ((snapshot.place_of(one.of)[1],), _age(snapshot, one.oldest_at)) for one in work.hints
        ],
        metrics.REVIEW_TASKS: [((kind,), count) for kind, count in kinds.items()],
        metrics.EFFECTS_UNSETTLED: [
            ((snapshot.place_of(one.of)[1], one.kind), one.count) for one in work.effects
        ],
        metrics.BREAKER_OPEN: [
            ((one.environment, one.name), int(one.state != CLOSED)) for one in snapshot.signs.breakers
        ],
        metrics.BREAKER_WAITING: [
            ((one.environment, one.name), one.waiting) for one in snapshot.signs.breakers
        ],
        metrics.POLL_AGE: [
            ((one.environment, one.connection, one.poll), _age(snapshot, one.read_at))
            for one in snapshot.signs.polls
        ],
    }


def _age(snapshot: Snapshot, since: datetime) -> float:
    """Seconds; what lies ahead, such as the next try of a run, has no age."""
    return max((snapshot.at - since).total_seconds(), 0)


def _family(metric: Metric, samples: Iterable[Sample]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
    for labels, value in samples:
        family.add_metric(labels, float(value))
    return family
