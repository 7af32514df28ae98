"""What is tried at a connection, and what the times that PayTrace tells say of clock and zone; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import Enum

from counterfoil.ports.errors import ConfigurationError, CounterfoilError

_SKEW_MAX = timedelta(seconds=60)
"""A relay's signature counts for 300 s, and windows of the poll are cut by our clock."""
_FRESH = timedelta(minutes=15)
_AHEAD_MAX = timedelta(minutes=5)


class Verdict(Enum):
    """How one trial ended."""

    WORKS = "works"
    FAILS = "fails"
    NOT_ALLOWED = "not allowed"
    """The user lacks a right that only some of the work needs."""
    UNKNOWN = "unknown"
    """It cannot be told from here; the detail says what would tell it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was tried at the connection, and what to do where it does not work."""

    name: str
    verdict: Verdict
    detail: str

    @property
    def works(self) -> bool:
        return self.verdict is Verdict.WORKS


def attempt(name: str, act: Callable[[], object]) -> Check:
    """Tries something; every error of ours is a finding, not a failure of who asks."""
    try:
        act()
    except CounterfoilError as error:
        return Check(name=name, verdict=Verdict.FAILS, detail=str(error))
    return Check(name=name, verdict=Verdict.WORKS, detail="works")


MONEY_UNTRIED = Check(
    name="charge, capture, void, refund",
    verdict=Verdict.UNKNOWN,
    detail="cannot be tried without moving money: see the user's rights at PayTrace",
)


def try_right(name: str, act: Callable[[], object]) -> Check:
    """Tries what only some of the work needs: a user without the right is a finding and no fault."""
    try:
        act()
    except ConfigurationError as error:
        return Check(name=name, verdict=Verdict.NOT_ALLOWED, detail=str(error))
    except CounterfoilError as error:
        return Check(name=name, verdict=Verdict.UNKNOWN, detail=str(error))
    return Check(name=name, verdict=Verdict.WORKS, detail="works")


def judge_clock(told_at: datetime | None, now: datetime) -> Check:
    """This machine's clock against the `Date` of an answer that has just come."""
    name = "clock"
    if told_at is None:
        return Check(name=name, verdict=Verdict.UNKNOWN, detail="PayTrace's answer tells no time")
    ahead = now - told_at
    seconds = int(abs(ahead).total_seconds())
    if abs(ahead) <= _SKEW_MAX:
        return Check(name=name, verdict=Verdict.WORKS, detail=f"{seconds} s from PayTrace's")
    way = "ahead of" if ahead > timedelta(0) else "behind"
    detail = f"this machine's clock is {seconds} s {way} PayTrace's: let it follow a time server"
    return Check(name=name, verdict=Verdict.FAILS, detail=detail)


def judge_zone(newest: datetime | None, now: datetime, zone: tzinfo) -> Check:
    """Whether the newest record's time, read in the connection's zone, can be true.

    PayTrace writes times without a zone. A record from the future proves a wrong zone and a fresh one a
    right one; an old record says nothing, because nobody may have paid since.
    """
    name = "zone"
    if newest is None:
        detail = f"no record of today to judge {zone} by: make a payment, then check again"
        return Check(name=name, verdict=Verdict.UNKNOWN, detail=detail)
    age = now - newest
    if age < -_AHEAD_MAX:
        hours = -(-int(-age.total_seconds()) // 3600)
        detail = (
            f"in {zone} the newest record would be made {hours} h from now: PayTrace writes its times in a"
            " zone further east; set it with --zone"
        )
        return Check(name=name, verdict=Verdict.FAILS, detail=detail)
    if age <= _FRESH:
        minutes = max(int(age.total_seconds()), 0) // 60
        detail = f"the newest record is {minutes} min old in {zone}"
        return Check(name=name, verdict=Verdict.WORKS, detail=detail)
    detail = f"the newest record is of {newest:%Y-%m-%d %H:%M} UTC if {zone} is right: pay, then check again"
    return Check(name=name, verdict=Verdict.UNKNOWN, detail=detail)
