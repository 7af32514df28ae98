"""What each rule reads from a snapshot, at its own limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.monitor.alerts import Phase, judge
from counterfoil.monitor.rules import BY_NAME, RULES
from counterfoil.monitor.snapshot import AgentSign, ClockSign, DiskSign, EndSign, Snapshot
from counterfoil.store.audit_trail import Check
from tests.unit.monitor.samples import (
    NOTHING,
    NOW,
    QUIET,
    ago,
    breaker,
    counted,
    poll,
    runs,
    snapshot,
    tried,
    unposted,
    worker,
)

FINE = snapshot(workers=(worker(seconds=1),))
AGENT = AgentSign(environment="production", company="01", state="works")


def disk(percent: int) -> DiskSign:
    return DiskSign(name="data folder", free_bytes=percent * 2**30, all_bytes=100 * 2**30)


def end(days: int) -> EndSign:
    at = NOW + timedelta(days=days, hours=1)
    return EndSign(environment="production", subject="agent 01", what="the credentials", at=at)


def look(breaks: int) -> Check:
    return Check(checked_at=NOW, places=9, breaks=breaks, words="place 3: act 3 is gone" if breaks else "")


BAD: dict[str, Snapshot] = {
    "worker_missing": snapshot(workers=(worker(minutes=2),)),
    "backlog_age": replace(
        FINE, open_work=replace(QUIET, runs=(runs("waiting", 400, due_at=ago(minutes=11)),))
    ),
    "unposted_age": replace(FINE, open_work=replace(QUIET, unposted=(unposted("10.00", minutes=1500),))),
    "dead_letters": replace(FINE, open_work=replace(QUIET, runs=(runs("dead", 10_000),))),
    "reconciliation_difference": replace(
        FINE, open_work=replace(QUIET, tasks=(counted("production", "difference", 1),))
    ),
    "gateway_outcome_unknown": replace(
        FINE, open_work=replace(QUIET, effects=(counted("shop", "question", 1),))
    ),
    "decline_rate": replace(FINE, recent=replace(NOTHING, tried=(tried(40, 20, 1000, 100),))),
    "poll_stopped": replace(FINE, signs=replace(FINE.signs, polls=(poll(ago(minutes=36)),))),
    "breaker_open": snapshot(workers=(worker(seconds=1),), breakers=(breaker("open", minutes=16),)),
    "hints_waiting": replace(
        FINE,
        open_work=replace(QUIET, hints=(replace(counted("shop", "waiting", 3), oldest_at=ago(minutes=31)),)),
    ),
    "agent_away": replace(FINE, agents=(replace(AGENT, state="cannot be reached"),)),
    "books_held": replace(FINE, agents=(replace(AGENT, quarantined=1),)),
    "backup_age": replace(FINE, backup_at=ago(days=8)),
    "audit_trail": replace(FINE, audit=look(1)),
    "disk_space": replace(FINE, disks=(disk(9),)),
    "credentials_end": replace(FINE, ends=(end(13),)),
    "clock_skew": replace(FINE, clocks=(ClockSign(other="the database", ahead=timedelta(seconds=-61)),)),
}
FINE_TOO: dict[str, Snapshot] = {
    "backlog_age": replace(FINE, open_work=replace(QUIET, runs=(runs("waiting", 4, due_at=ago(minutes=9)),))),
    "unposted_age": replace(FINE, open_work=replace(QUIET, unposted=(unposted("10.00", minutes=1380),))),
    "gateway_outcome_unknown": replace(
        FINE, open_work=replace(QUIET, effects=(counted("shop", "sending", 1),))
    ),
    "decline_rate": replace(
        FINE, recent=replace(NOTHING, tried=(tried(19, 19, 1000, 0), tried(40, 20, 1000, 400)))
    ),
    "poll_stopped": replace(FINE, signs=replace(FINE.signs, polls=(poll(ago(minutes=34)),))),
    "breaker_open": snapshot(workers=(worker(seconds=1),), breakers=(breaker("closed", minutes=16),)),
    "agent_away": replace(FINE, agents=(replace(AGENT, state="paused"),)),
    "backup_age": replace(FINE, backup_at=ago(days=7)),
    "audit_trail": replace(FINE, audit=look(0)),
    "disk_space": replace(FINE, disks=(disk(11),)),
    "credentials_end": replace(FINE, ends=(end(15),)),
    "clock_skew": replace(FINE, clocks=(ClockSign(other="the database", ahead=timedelta(seconds=59)),)),
}


def broken(seen: Snapshot) -> Iterator[str]:
    """The rules that are raised when it stays so."""
    alerts = judge(seen, [], lambda rule, _environment: rule.limits)
    # Ages stand still, so that what is bad stays as bad as it is.
    later = replace(seen, at=seen.at, signs=seen.signs)
    for alert in judge(
        later, [replace(one, since=ago(hours=1)) for one in alerts], lambda rule, _: rule.limits
    ):
        if alert.phase is Phase.RAISED:
            yield alert.key.rule


def test_every_rule_is_tried() -> None:
    assert list(BAD) == [rule.name for rule in RULES]


def test_a_product_that_works_breaks_no_rule() -> None:
    assert list(broken(FINE)) == []


@pytest.mark.parametrize("name", BAD)
def test_what_is_bad_breaks_its_rule_alone(name: str) -> None:
    assert list(broken(BAD[name])) == [name]


@pytest.mark.parametrize("name", FINE_TOO)
def test_what_is_nearly_bad_breaks_none(name: str) -> None:
    assert list(broken(FINE_TOO[name])) == []


def test_ten_thousand_failures_of_a_company_are_one_reading() -> None:
    (reading,) = BY_NAME["dead_letters"].read(BAD["dead_letters"])
    assert (reading.value, reading.subject) == (10_000, "01")


def test_money_of_several_currencies_is_told_to_the_cent_in_one_reading() -> None:
    work = replace(QUIET, unposted=(unposted("100.10", minutes=90), unposted("7.05", "CAD", minutes=30)))
    (reading,) = BY_NAME["unposted_age"].read(replace(FINE, open_work=work))
    assert reading.value == 1
    assert reading.words == (
        "100.10 USD of 2 payments, 7.05 CAD of 2 payments not in the books,"
        " the oldest received 1 h 30 min ago"
    )
