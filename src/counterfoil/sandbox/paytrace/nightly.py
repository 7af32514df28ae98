"""What the gateway does by itself at set times of its day, each time exactly once and in order of time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import msgspec
from starlette.types import ASGIApp, Receive, Scope, Send

from counterfoil.sandbox.paytrace.corrections import expire
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.recurrences import Recurrences
from counterfoil.sandbox.paytrace.shelf import Shelf

_KEY = "done"
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyJob:
    """Something that happens every day at a local time; it is told the moment that it stands for."""

    at: time
    run: Callable[[datetime], object]


class DoneRow(msgspec.Struct, frozen=True, kw_only=True):
    """Up to when everything due was done."""

    until: datetime


class Nightly:
    """Catches up before each request, so that nobody can tell it from a clock that rings.

    What came due while the sandbox was not running, or while its clock was put forward, is done as of its own
    moment, one after the other.
    """

    def __init__(self, gateway: Gateway, jobs: Sequence[DailyJob]) -> None:
        self._gateway = gateway
        self._jobs = tuple(jobs)
        self._shelf = Shelf(gateway.ledger.documents, "nightly", DoneRow)
        self._next_due: datetime | None = None

    def next_due(self) -> datetime:
        """When something happens by itself next."""
        return self._due_after(self._gateway.now())

    def catch_up(self) -> None:
        now = self._gateway.now()
        if self._next_due is not None and now < self._next_due:
            return
        with self._gateway.ledger.changes():
            done = self._shelf.get(_KEY)
            until = now if done is None else done.until
            while (due := self._due_after(until)) <= now:
                self._run(due)
                until = due
            self._shelf.put(_KEY, DoneRow(until=max(until, now)))
            self._next_due = due

    def _run(self, due: datetime) -> None:
        zone = self._gateway.settings.zone
        for job in self._jobs:
            if next_time(job.at, due - timedelta(seconds=1), zone) == due:
                job.run(due)

    def _due_after(self, moment: datetime) -> datetime:
        zone = self._gateway.settings.zone
        return min((next_time(job.at, moment, zone) for job in self._jobs), default=_NEVER)


def next_time(at: time, moment: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after the given one when local clocks show the time; once a day, also in autumn."""
    day = moment.astimezone(zone).date()
    due = datetime.combine(day, at, zone).astimezone(UTC)
    return due if due > moment else datetime.combine(day + timedelta(days=1), at, zone).astimezone(UTC)


class CatchUp:
    """Lets what came due happen before any request is served."""

    def __init__(self, app: ASGIApp, nightlies: Sequence[Nightly]) -> None:
        self._app = app
        self._nightlies = tuple(nightlies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for nightly in self._nightlies:
                nightly.catch_up()
        await self._app(scope, receive, send)


def daily_jobs(gateway: Gateway) -> list[DailyJob]:
    """The day of one merchant account."""
    jobs = [
        DailyJob(at=time(0), run=partial(expire, gateway)),
        DailyJob(at=gateway.settings.recurring_time, run=Recurrences(gateway).run),
    ]
    if gateway.settings.batch_time is not None:
        jobs.append(DailyJob(at=gateway.settings.batch_time, run=gateway.settle))
    return jobs
