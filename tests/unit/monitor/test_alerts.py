"""Alerts come once, stay while bad, and are over when good for a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from counterfoil.monitor.alerts import CALM, Alert, Key, Phase, Told, differences, judge
from counterfoil.monitor.readings import Reading
from counterfoil.monitor.rules import RULES, Limits, Rule
from counterfoil.monitor.snapshot import Snapshot
from tests.unit.monitor.samples import NOW, snapshot

MINUTE = timedelta(minutes=1)
KEY = Key("production", "heat", "01")


def rule(*values: int, hold: timedelta = timedelta(0), raise_at: int = 10, clear_at: int = 4) -> Rule:
    """One whose measure is each value in turn, of company 01."""
    told = iter(values)

    def read(_now: Snapshot) -> list[Reading]:
        value = next(told)
        return [Reading(environment="production", subject="01", value=value, words=f"{value} degrees")]

    limits = Limits(raise_at=raise_at, clear_at=clear_at, hold=hold)
    return Rule(name="heat", title="Hot", measure="degrees", limits=limits, read=read)


def follow(one: Rule, times: list[datetime], known: list[Alert] | None = None) -> list[Alert]:
    """The alerts after judging at each of the times."""
    alerts = known or []
    for at in times:
        seen = replace(snapshot(), at=at)
        alerts = judge(seen, alerts, lambda rule, _environment: rule.limits, [one])
    return alerts


def minutes(*numbers: int) -> list[datetime]:
    return [NOW + number * MINUTE for number in numbers]


def test_bad_is_raised_at_once_where_nothing_must_hold() -> None:
    (alert,) = follow(rule(12), minutes(0))
    assert (alert.key, alert.phase, alert.value, alert.words) == (KEY, Phase.RAISED, 12, "12 degrees")
    assert alert.raised_at == NOW


def test_bad_must_hold_before_anybody_is_told() -> None:
    held = 5 * MINUTE
    (alert,) = follow(rule(12, 12, hold=held), minutes(0, 4))
    assert alert.phase is Phase.PENDING
    (alert,) = follow(rule(12, 12, hold=held), minutes(0, 5))
    assert (alert.phase, alert.since) == (Phase.RAISED, NOW)


def test_bad_for_a_moment_is_nothing() -> None:
    assert follow(rule(12, 8, hold=5 * MINUTE), minutes(0, 1)) == []
    assert follow(rule(12, 1, hold=5 * MINUTE), minutes(0, 1)) == []


def test_between_the_limits_an_alert_stays_and_none_begins() -> None:
    (alert,) = follow(rule(12, 6), minutes(0, 60))
    assert (alert.phase, alert.value) == (Phase.RAISED, 6)
    assert follow(rule(9), minutes(0)) == []


def test_good_for_a_while_is_over_and_bad_again_is_a_new_alert() -> None:
    calm = CALM // MINUTE
    (alert,) = follow(rule(12, 4, 4), minutes(0, 1, calm))
    assert alert.phase is Phase.RAISED
    (alert,) = follow(rule(4), minutes(calm + 1), [alert])
    assert (alert.phase, alert.resolved_at) == (Phase.RESOLVED, NOW + CALM + MINUTE)
    told = replace(alert, told=Told.RESOLVED)
    (again,) = follow(rule(11), minutes(60), [told])
    assert (again.phase, again.raised_at, again.told) == (Phase.RAISED, NOW + 60 * MINUTE, Told.NOTHING)


def test_what_flaps_is_one_alert() -> None:
    values = [12, 1] * 30
    (alert,) = follow(rule(*values), minutes(*range(60)))
    assert (alert.phase, alert.raised_at) == (Phase.RAISED, NOW)


def test_what_is_no_longer_there_is_good() -> None:
    silent = replace(rule(), read=lambda _now: [])
    (alert,) = follow(rule(12), minutes(0))
    (alert,) = follow(silent, minutes(1), [alert])
    assert alert.phase is Phase.RAISED
    (alert,) = follow(silent, minutes(7), [alert])
    assert alert.phase is Phase.RESOLVED


def test_a_rule_switched_off_or_gone_ends_its_alert_at_once() -> None:
    (alert,) = follow(rule(12), minutes(0))
    off = replace(rule(12), limits=Limits(raise_at=10, clear_at=4, enabled=False))
    (ended,) = follow(off, minutes(1), [alert])
    assert ended.phase is Phase.RESOLVED
    (ended,) = judge(replace(snapshot(), at=NOW), [alert], lambda rule, _: rule.limits, [])
    assert ended.phase is Phase.RESOLVED


def test_few_is_bad_where_the_rule_says_so() -> None:
    room = rule(9, raise_at=10, clear_at=15)
    (alert,) = follow(room, minutes(0))
    assert alert.phase is Phase.RAISED
    assert follow(rule(11, raise_at=10, clear_at=15), minutes(0)) == []
    (alert,) = follow(rule(12, raise_at=10, clear_at=15), minutes(60), [alert])
    assert alert.good_since is None
    (alert,) = follow(rule(15, raise_at=10, clear_at=15), minutes(61), [alert])
    assert alert.good_since is not None


def test_only_what_changed_is_written() -> None:
    (alert,) = follow(rule(12), minutes(0))
    other = replace(alert, key=Key("qa", "heat", "02"))
    assert differences([alert, other], [alert]) == ([], [other.key])
    assert differences([alert], [replace(alert, value=13)])[0][0].value == 13


def test_every_rule_has_its_limits_the_right_way_round_and_room_between() -> None:
    for one in RULES:
        assert one.limits.raise_at != one.limits.clear_at
        assert one.limits.is_bad(one.limits.raise_at)
        assert one.limits.is_good(one.limits.clear_at)
        assert not one.limits.is_bad(one.limits.clear_at)
