"""Payments that the gateway takes by itself, again and again, from a vault customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Protocol

from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.ports.gateway import AnyRecord
from counterfoil.ports.instructions import NotOffered, StoredPayer, Unknown


class Frequency(Enum):
    """How often."""

    YEARLY = "yearly"
    HALF_YEARLY = "half-yearly"
    EVERY_FOUR_MONTHS = "every four months"
    QUARTERLY = "quarterly"
    EVERY_TWO_MONTHS = "every two months"
    MONTHLY = "monthly"
    TWICE_A_MONTH = "on the 1st and the 15th"
    EVERY_TWO_WEEKS = "every two weeks"
    WEEKLY = "weekly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What is taken from whom, how often and from when."""

    payer: StoredPayer
    amount: Money
    every: Frequency
    starts_on: date
    times: int | None = None
    """None until somebody ends it."""
    tender: Tender = Tender.CARD
    receipt: bool = False
    """Whether the gateway sends the payer a receipt each time."""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSchedule:
    """A schedule as the gateway tells it; what it does not tell or we cannot read is None."""

    id: str
    payer: StoredPayer | None
    amount: Money | None
    every: Frequency | None
    next_on: date | None
    vendor_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """The gateway did it."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotScheduled:
    """The gateway sent it back with a reason; nothing was done."""

    why: str


ScheduleAnswer = Scheduled | NotScheduled | NotOffered | Unknown


class RecurringPayments(Protocol):
    """The schedules of one merchant account.

    Raises:
        TransientError: the gateway is away, slow or throttles; nothing was sent.
        ConfigurationError: the log-in is refused or lacks a permission.
    """

    def create(self, schedule: Schedule) -> ScheduleAnswer: ...

    def update(self, schedule_id: str, schedule: Schedule) -> ScheduleAnswer: ...

    def delete(self, schedule_id: str) -> ScheduleAnswer: ...

    def all(self) -> Sequence[StoredSchedule]: ...

    def last_approved(self, payer: StoredPayer) -> AnyRecord | None:
        """The latest payment that a schedule of the payer took, or None."""
        ...
