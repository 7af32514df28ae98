"""What a person should be told: each rule a measure, with where it is bad and where good again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from counterfoil.monitor import readings
from counterfoil.monitor.readings import Reading
from counterfoil.monitor.snapshot import Snapshot

NOW = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a measure is bad, when it is good again, and for how long it must be bad before somebody is told.

    Between the two it stays what it was. Where `raise_at` lies below `clear_at`, few is bad.
    """

    raise_at: int
    clear_at: int
    hold: timedelta = NOW
    enabled: bool = True

    def is_bad(self, value: int) -> bool:
        return value <= self.raise_at if self.raise_at < self.clear_at else value >= self.raise_at

    def is_good(self, value: int) -> bool:
        return value >= self.clear_at if self.raise_at < self.clear_at else value <= self.clear_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; `docs/howto/alerts.md` says what to do for each."""

    name: str
    title: str
    measure: str
    """What is measured, with its unit."""
    limits: Limits
    read: Callable[[Snapshot], Iterable[Reading]]


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


RULES = (
    Rule(
        name="worker_missing",
        title="No worker carries runs",
        measure="workers with a sign of life",
        limits=Limits(raise_at=0, clear_at=1, hold=_minutes(1)),
        read=readings.workers,
    ),
    Rule(
        name="backlog_age",
        title="The queue does not keep up",
        measure="minutes since the run that is due first became due",
        limits=Limits(raise_at=10, clear_at=2, hold=_minutes(2)),
        read=readings.backlog,
    ),
    Rule(
        name="unposted_age",
        title="Received money is not in the books",
        measure="hours since the oldest payment was received that is not in the books",
        limits=Limits(raise_at=24, clear_at=20),
        read=readings.unposted,
    ),
    Rule(
        name="dead_letters",
        title="Runs stopped for good",
        measure="dead letters of a company",
        limits=Limits(raise_at=1, clear_at=0),
        read=readings.dead_letters,
    ),
    Rule(
        name="reconciliation_difference",
        title="Gateway and books disagree",
        measure="open questions about differences and batches",
        limits=Limits(raise_at=1, clear_at=0),
        read=readings.differences,
    ),
    Rule(
        name="gateway_outcome_unknown",
        title="What became of a write at the gateway is not known",
        measure="writes that only a person can settle, or that are open for an hour",
        limits=Limits(raise_at=1, clear_at=0),
        read=readings.unknown_outcomes,
    ),
    Rule(
        name="decline_rate",
        title="More payments are declined than usual",
        measure="percentage points of the last hour above the week before, of 20 payments or more",
        limits=Limits(raise_at=25, clear_at=10, hold=_minutes(5)),
        read=readings.declines,
    ),
    Rule(
        name="poll_stopped",
        title="A poll brings nothing any more",
        measure="minutes since it should have read everything",
        limits=Limits(raise_at=30, clear_at=5),
        read=readings.polls,
    ),
    Rule(
        name="breaker_open",
        title="A connection has been away for long",
        measure="minutes since its breaker opened",
        limits=Limits(raise_at=15, clear_at=0),
        read=readings.breakers,
    ),
    Rule(
        name="hints_waiting",
        title="Pushes cannot be confirmed",
        measure="minutes since the oldest push came that is not confirmed",
        limits=Limits(raise_at=30, clear_at=5),
        read=readings.hints,
    ),
    Rule(
        name="agent_away",
        title="A company's agent does not answer",
        measure="agents of the company that do not answer",
        limits=Limits(raise_at=1, clear_at=0, hold=_minutes(5)),
        read=readings.agents_away,
    ),
    Rule(
        name="books_held",
        title="Nothing, or not everything, is posted until a person decides",
        measure="postings in quarantine, and a company held after a restore",
        limits=Limits(raise_at=1, clear_at=0),
        read=readings.books_held,
    ),
    Rule(
        name="backup_age",
        title="No backup for a week",
        measure="days since the last backup, where one was ever made",
        limits=Limits(raise_at=8, clear_at=2),
        read=readings.backups,
    ),
    Rule(
        name="audit_trail",
        title="The audit trail is not what was sealed",
        measure="places of the trail that are not what was sealed",
        limits=Limits(raise_at=1, clear_at=0),
        read=readings.audit_trail,
    ),
    Rule(
        name="disk_space",
        title="The disk is nearly full",
        measure="percent of the disk with the data folder that are free",
        limits=Limits(raise_at=10, clear_at=15),
        read=readings.disks,
    ),
    Rule(
        name="credentials_end",
        title="Certificates or credentials end soon",
        measure="days until they end",
        limits=Limits(raise_at=14, clear_at=15),
        read=readings.credentials,
    ),
    Rule(
        name="clock_skew",
        title="Clocks disagree",
        measure="seconds between this machine's clock and the database's or a gateway's",
        limits=Limits(raise_at=60, clear_at=30, hold=_minutes(2)),
        read=readings.clocks,
    ),
)
"""All of them; the one that explains most comes first."""

BY_NAME = {rule.name: rule for rule in RULES}
