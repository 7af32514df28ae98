"""A snapshot to start from; tests replace what they are about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from counterfoil.monitor.snapshot import AgentSign, Snapshot
from counterfoil.store.figures.open_work import Counted, OpenRuns, OpenWork, Unposted
from counterfoil.store.figures.recent import Ended, Recent, Tried
from counterfoil.store.figures.signs import BreakerSign, PollSign, Signs, WorkerSign

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
QUIET = OpenWork(runs=(), unposted=(), hints=(), tasks=(), effects=())
NOTHING = Recent(ended=(), flows=(), tried=())


def ago(**span: int) -> datetime:
    return NOW - timedelta(**span)


def worker(**silent: int) -> WorkerSign:
    return WorkerSign(id="w1", host="h", pid=1, started_at=ago(days=1), heartbeat_at=ago(**silent))


def runs(status: str, count: int, *, due_at: datetime | None = None) -> OpenRuns:
    return OpenRuns(
        environment="production",
        company="01",
        status=status,
        runs=count,
        oldest_at=ago(hours=2),
        due_at=due_at,
    )


def unposted(amount: str, currency: str = "USD", *, minutes: int = 30) -> Unposted:
    return Unposted(
        environment="production",
        company="01",
        currency=currency,
        amount=Decimal(amount),
        payments=2,
        oldest_at=ago(minutes=minutes),
    )


def poll(read_at: datetime) -> PollSign:
    pace = timedelta(minutes=5)
    return PollSign(environment="production", connection="shop", poll="poll", read_at=read_at, pace=pace)


def tried(hour: int, hour_declined: int, week: int, week_declined: int) -> Tried:
    return Tried(
        connection="shop", hour=hour, hour_declined=hour_declined, week=week, week_declined=week_declined
    )


def ended(posted: int, alone: int, held: int) -> Ended:
    return Ended(
        environment="production",
        company="01",
        posted=posted,
        posted_alone=alone,
        held=held,
        seconds_middle=40,
        seconds_most=600,
    )


def snapshot(
    *,
    work: OpenWork = QUIET,
    recent: Recent = NOTHING,
    polls: tuple[PollSign, ...] = (),
    workers: tuple[WorkerSign, ...] = (),
    agents: tuple[AgentSign, ...] = (),
    breakers: tuple[BreakerSign, ...] = (),
) -> Snapshot:
    return Snapshot(
        at=NOW,
        open_work=work,
        recent=recent,
        signs=Signs(
            workers=workers,
            polls=polls,
            breakers=breakers,
            places={"c1": ("production", "c1"), "shop": ("production", "shop")},
        ),
        agents=agents,
    )


def breaker(state: str, **since: int) -> BreakerSign:
    return BreakerSign(environment="production", name="shop", state=state, since=ago(**since), waiting=7)


def counted(of: str, kind: str, count: int) -> Counted:
    return Counted(of=of, kind=kind, count=count, oldest_at=ago(minutes=5))
