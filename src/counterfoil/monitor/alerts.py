"""How alerts come and go: raised once, kept while bad, resolved when good for a while; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from counterfoil.monitor.readings import Reading
from counterfoil.monitor.rules import RULES, Limits, Rule
from counterfoil.monitor.snapshot import Snapshot

CALM = timedelta(minutes=5)
"""For how long a measure must be good before its alert is over; one that flaps is one alert."""


class Phase(Enum):
    """Where an alert stands."""

    PENDING = "pending"
    """Bad, but not for long enough to tell anybody."""
    RAISED = "raised"
    RESOLVED = "resolved"


class Told(Enum):
    """What people were told last."""

    NOTHING = "nothing"
    RAISED = "raised"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What an alert is about; there is one alert for each."""

    environment: str
    rule: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One rule broken by one subject."""

    key: Key
    phase: Phase
    value: int
    words: str
    since: datetime
    raised_at: datetime | None = None
    good_since: datetime | None = None
    resolved_at: datetime | None = None
    told: Told = Told.NOTHING
    told_at: datetime | None = None


LimitsOf = Callable[[Rule, str], Limits]
"""The limits of a rule in an environment."""


def read_rules(snapshot: Snapshot, rules: Iterable[Rule] = RULES) -> dict[Key, tuple[Rule, Reading]]:
    """Every reading of every rule."""
    return {
        Key(reading.environment, rule.name, reading.subject): (rule, reading)
        for rule in rules
        for reading in rule.read(snapshot)
    }


def judge(
    snapshot: Snapshot, known: Sequence[Alert], limits_of: LimitsOf, rules: Sequence[Rule] = RULES
) -> list[Alert]:
    """The alerts as they are now; one that was pending and is bad no more is not among them.

    What is no longer there to be read, such as an empty queue, is good.
    """
    read = read_rules(snapshot, rules)
    by_name = {rule.name: rule for rule in rules}
    before = {alert.key: alert for alert in known}
    after = [
        _judge_one(rule, reading, before.get(key), limits_of(rule, key.environment), snapshot.at)
        for key, (rule, reading) in read.items()
    ]
    gone = [
        _gone(alert, key.rule in by_name, snapshot.at) for key, alert in before.items() if key not in read
    ]
    return [alert for alert in (*after, *gone) if alert is not None]


def _judge_one(
    rule: Rule, reading: Reading, alert: Alert | None, limits: Limits, now: datetime
) -> Alert | None:
    if not limits.enabled:
        return _good(alert, now, calm=timedelta(0)) if alert else None
    if limits.is_bad(reading.value):
        return _bad(_begun(rule, reading, alert, now), reading, limits, now)
    if alert is None or limits.is_good(reading.value):
        return _good(alert, now) if alert else None
    return _between(alert, reading)


def _begun(rule: Rule, reading: Reading, alert: Alert | None, now: datetime) -> Alert:
    if alert is not None and alert.phase is not Phase.RESOLVED:
        return alert
    key = Key(reading.environment, rule.name, reading.subject)
    return Alert(key=key, phase=Phase.PENDING, value=reading.value, words=reading.words, since=now)


def _bad(alert: Alert, reading: Reading, limits: Limits, now: datetime) -> Alert:
    alert = replace(alert, value=reading.value, words=reading.words, good_since=None)
    if alert.phase is Phase.PENDING and now - alert.since >= limits.hold:
        return replace(alert, phase=Phase.RAISED, raised_at=now)
    return alert


def _between(alert: Alert, reading: Reading) -> Alert | None:
    match alert.phase:
        case Phase.PENDING:
            return None
        case Phase.RAISED:
            return replace(alert, value=reading.value, words=reading.words, good_since=None)
        case Phase.RESOLVED:
            return alert


def _good(alert: Alert, now: datetime, calm: timedelta = CALM) -> Alert | None:
    match alert.phase:
        case Phase.PENDING:
            return None
        case Phase.RAISED:
            since = alert.good_since or now
            if now - since < calm:
                return replace(alert, good_since=since)
            return replace(alert, phase=Phase.RESOLVED, good_since=since, resolved_at=now)
        case Phase.RESOLVED:
            return alert


def _gone(alert: Alert, is_known: bool, now: datetime) -> Alert | None:
    """A rule that a newer release has no more holds nobody up."""
    return _good(alert, now) if is_known else _good(alert, now, calm=timedelta(0))


def standing(alerts: Iterable[Alert]) -> list[Alert]:
    """Those that are raised."""
    return [alert for alert in alerts if alert.phase is Phase.RAISED]


def differences(before: Iterable[Alert], after: Iterable[Alert]) -> tuple[list[Alert], list[Key]]:
    """What of the alerts has to be written, and which are to be forgotten."""
    known: Mapping[Key, Alert] = {alert.key: alert for alert in before}
    now = {alert.key: alert for alert in after}
    changed = [alert for key, alert in now.items() if known.get(key) != alert]
    return changed, [key for key in known if key not in now]
