"""What each rule measures: one reading for each subject, in whole units, with words for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from counterfoil.monitor.snapshot import Snapshot

EVERYWHERE = ""
"""The environment of what concerns all."""
TRIED_MIN = 20
"""Fewer payments in an hour say nothing about how many are declined."""
DISAGREEMENTS = ("difference", "settlement")
"""Kinds of review tasks that tell of a difference."""
UNSETTLED = timedelta(hours=1)
QUESTION = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How one subject stands."""

    environment: str
    subject: str
    """A company, a connection or whatever the rule is about; no name of a person."""
    value: int
    words: str


def workers(now: Snapshot) -> Iterator[Reading]:
    count = len(now.workers)
    words = f"{count} of {len(now.signs.workers)} workers gave a sign of life in the last 30 seconds"
    yield Reading(environment=EVERYWHERE, subject="", value=count, words=words)


def backlog(now: Snapshot) -> Iterator[Reading]:
    for one in now.open_work.runs:
        if one.due_at is not None:
            age = _since(now, one.due_at)
            yield Reading(
                environment=one.environment,
                subject=one.company,
                value=_minutes(age),
                words=f"{one.runs} runs wait, the first for {told(age)}",
            )


def unposted(now: Snapshot) -> Iterator[Reading]:
    """One reading for a company, whatever its currencies: the oldest money."""
    places = dict.fromkeys((one.environment, one.company) for one in now.open_work.unposted)
    for environment, company in places:
        found = [
            one for one in now.open_work.unposted if (one.environment, one.company) == (environment, company)
        ]
        age = _since(now, min(one.oldest_at for one in found))
        sums = ", ".join(f"{one.amount} {one.currency} of {one.payments} payments" for one in found)
        words = f"{sums} not in the books, the oldest received {told(age)} ago"
        yield Reading(environment=environment, subject=company, value=_hours(age), words=words)


def dead_letters(now: Snapshot) -> Iterator[Reading]:
    for one in now.open_work.runs:
        if one.status == "dead":
            words = f"{one.runs} runs stopped for good, the oldest of {one.oldest_at:%Y-%m-%d %H:%M}"
            yield Reading(environment=one.environment, subject=one.company, value=one.runs, words=words)


def differences(now: Snapshot) -> Iterator[Reading]:
    for one in now.open_work.tasks:
        if one.kind in DISAGREEMENTS:
            words = f"{one.count} open questions, the oldest since {one.oldest_at:%Y-%m-%d %H:%M}"
            yield Reading(environment=one.of, subject=one.kind, value=one.count, words=words)


def unknown_outcomes(now: Snapshot) -> Iterator[Reading]:
    for one in now.open_work.effects:
        age = _since(now, one.oldest_at)
        counts = one.count if one.kind == QUESTION or age > UNSETTLED else 0
        words = f"{one.count} writes in state {one.kind}, the oldest for {told(age)}"
        environment, name = now.place_of(one.of)
        yield Reading(environment=environment, subject=f"{name} {one.kind}", value=counts, words=words)


def declines(now: Snapshot) -> Iterator[Reading]:
    for one in now.recent.tried:
        if one.hour >= TRIED_MIN and one.week >= TRIED_MIN:
            hour, week = (
                _percent(*each) for each in ((one.hour_declined, one.hour), (one.week_declined, one.week))
            )
            words = (
                f"{hour} % of {one.hour} payments were declined in the last hour, {week} % in the week before"
            )
            environment, name = now.place_of(one.connection)
            yield Reading(
                environment=environment,
                subject=name,
                value=hour - week,
                words=words,
            )


def polls(now: Snapshot) -> Iterator[Reading]:
    for one in now.signs.polls:
        age = _since(now, one.read_at)
        late = max(age - one.pace, timedelta(0))
        yield Reading(
            environment=one.environment,
            subject=f"{one.connection} {one.poll}",
            value=_minutes(late),
            words=f"it last read everything {told(age)} ago",
        )


def breakers(now: Snapshot) -> Iterator[Reading]:
    for one in now.breakers:
        age = _since(now, one.since or now.at)
        yield Reading(
            environment=one.environment,
            subject=one.name,
            value=_minutes(age),
            words=f"its breaker is {one.state} for {told(age)}; {one.waiting} runs wait for it",
        )


def backups(now: Snapshot) -> Iterator[Reading]:
    """Whoever backs up by other means is told nothing."""
    if now.backup_at is not None:
        age = _since(now, now.backup_at)
        words = f"the last backup was written {told(age)} ago"
        yield Reading(environment=EVERYWHERE, subject="", value=age // timedelta(days=1), words=words)


def audit_trail(now: Snapshot) -> Iterator[Reading]:
    if now.audit is not None:
        words = now.audit.words or f"{now.audit.places} lines are as they were sealed"
        yield Reading(environment=EVERYWHERE, subject="", value=now.audit.breaks, words=words)


def hints(now: Snapshot) -> Iterator[Reading]:
    for one in now.open_work.hints:
        age = _since(now, one.oldest_at)
        words = f"{one.count} pushes are not confirmed, the oldest came {told(age)} ago"
        environment, name = now.place_of(one.of)
        yield Reading(environment=environment, subject=name, value=_minutes(age), words=words)


def agents_away(now: Snapshot) -> Iterator[Reading]:
    for one in now.agents:
        is_away = one.state not in {"works", "paused"}
        yield Reading(environment=one.environment, subject=one.company, value=int(is_away), words=one.state)


def books_held(now: Snapshot) -> Iterator[Reading]:
    for one in now.agents:
        words = one.held or f"{one.quarantined} postings are in quarantine"
        count = one.quarantined + bool(one.held)
        yield Reading(environment=one.environment, subject=one.company, value=count, words=words)


def disks(now: Snapshot) -> Iterator[Reading]:
    for one in now.disks:
        percent = one.free_bytes * 100 // one.all_bytes
        words = f"{one.free_bytes // 2**20} MiB of {one.all_bytes // 2**20} MiB are free"
        yield Reading(environment=EVERYWHERE, subject=one.name, value=percent, words=words)


def credentials(now: Snapshot) -> Iterator[Reading]:
    for one in now.ends:
        days = (one.at - now.at) // timedelta(days=1)
        words = f"{one.what} ended" if days < 0 else f"{one.what} end on {one.at:%Y-%m-%d}"
        yield Reading(environment=one.environment, subject=one.subject, value=days, words=words)


def clocks(now: Snapshot) -> Iterator[Reading]:
    for one in now.clocks:
        off = int(one.ahead.total_seconds())
        way = "ahead of" if off > 0 else "behind"
        words = f"this machine's clock is {abs(off)} seconds {way} that of {one.other}"
        yield Reading(environment=EVERYWHERE, subject=one.other, value=abs(off), words=words)


def told(span: timedelta) -> str:
    """A length of time in its two largest units."""
    minutes = int(span.total_seconds()) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def _since(now: Snapshot, at: datetime) -> timedelta:
    return max(now.at - at, timedelta(0))


def _minutes(span: timedelta) -> int:
    return span // timedelta(minutes=1)


def _hours(span: timedelta) -> int:
    return span // timedelta(hours=1)


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole)
