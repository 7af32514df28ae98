"""Every metric by name: what it counts, in which unit, by which labels (docs/reference/metrics.md)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How a metric's values are to be read."""

    GAUGE = "gauge"
    COUNTER = "counter"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric; the unit is the last word of its name."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    help: str


_BOOKS = ("environment", "company")

BUILD = Metric("counterfoil_build", Kind.GAUGE, ("version",), "1, with the program's version as label.")
DATABASE_UP = Metric(
    "counterfoil_database_up", Kind.GAUGE, (), "1 where the last reading of the figures worked, else 0."
)
FIGURES_AGE = Metric(
    "counterfoil_figures_age_seconds", Kind.GAUGE, (), "How long ago the figures were read from the database."
)
RUNS = Metric(
    "counterfoil_runs", Kind.GAUGE, (*_BOOKS, "status"), "Unfinished runs: waiting, running, parked or dead."
)
QUEUE_AGE = Metric(
    "counterfoil_queue_age_seconds", Kind.GAUGE, _BOOKS, "How long the run that is due first has been due."
)
LANE = Metric(
    "counterfoil_lane_postings", Kind.GAUGE, _BOOKS, "Postings that wait in the lane of a company's agent."
)
OLDEST_UNPOSTED = Metric(
    "counterfoil_oldest_unposted_seconds",
    Kind.GAUGE,
    _BOOKS,
    "How long ago the oldest payment was received that is not in the books.",
)
PAYMENTS_UNPOSTED = Metric(
    "counterfoil_payments_unposted",
    Kind.GAUGE,
    (*_BOOKS, "currency"),
    "Payments received that are not in the books.",
)
MONEY_UNPOSTED = Metric(
    "counterfoil_money_unposted",
    Kind.GAUGE,
    (*_BOOKS, "currency"),
    "Money received that is not in the books: money in minus money posted.",
)
HINTS = Metric("counterfoil_hints_waiting", Kind.GAUGE, ("connection",), "Pushes that are not confirmed yet.")
HINTS_AGE = Metric(
    "counterfoil_hints_age_seconds", Kind.GAUGE, ("connection",), "Age of the oldest push not confirmed yet."
)
REVIEW_TASKS = Metric(
    "counterfoil_review_tasks_open", Kind.GAUGE, ("kind",), "Decisions that wait for a person, by kind."
)
EFFECTS_UNSETTLED = Metric(
    "counterfoil_effects_unsettled",
    Kind.GAUGE,
    ("connection", "state"),
    "Writes at the gateway whose outcome is not known: sending, unknown or question.",
)
BREAKER_OPEN = Metric(
    "counterfoil_breaker_open",
    Kind.GAUGE,
    ("environment", "connection"),
    "1 while a connection's breaker lets no calls through, else 0.",
)
BREAKER_WAITING = Metric(
    "counterfoil_breaker_waiting",
    Kind.GAUGE,
    ("environment", "connection"),
    "Runs that wait until a connection's breaker closes.",
)
POLL_AGE = Metric(
    "counterfoil_poll_age_seconds",
    Kind.GAUGE,
    ("environment", "connection", "poll"),
    "How long ago a poll last read everything that there was.",
)
WORKERS = Metric("counterfoil_workers", Kind.GAUGE, (), "Workers with a sign of life in the last 30 seconds.")
POSTED_ALONE = Metric(
    "counterfoil_posted_alone_ratio",
    Kind.GAUGE,
    _BOOKS,
    "Of the payments that ended in the last 24 hours, the share posted without a person.",
)
PAYMENTS_ENDED = Metric(
    "counterfoil_payments_ended",
    Kind.GAUGE,
    (*_BOOKS, "how"),
    "Payments that ended in the last 24 hours: posted, or held for a person.",
)
PAYMENT_TO_POSTING = Metric(
    "counterfoil_payment_to_posting_seconds",
    Kind.GAUGE,
    (*_BOOKS, "quantile"),
    "From payment to posting, of what was posted in the last 24 hours.",
)
DECLINES = Metric(
    "counterfoil_declined_ratio",
    Kind.GAUGE,
    ("connection", "window"),
    "The share of declined payments, of the last hour and of the week before it.",
)
ALERTS = Metric("counterfoil_alerts", Kind.GAUGE, ("environment", "rule"), "Alerts that stand, by rule.")
TURNS = Metric(
    "counterfoil_turns_total",
    Kind.COUNTER,
    ("flow", "outcome"),
    "Turns of runs that this process carried: done, parked, again, dead or error.",
)
TURN_SECONDS = Metric("counterfoil_turn_seconds", Kind.HISTOGRAM, ("flow",), "How long a turn took.")
REQUESTS = Metric(
    "counterfoil_requests_total",
    Kind.COUNTER,
    ("area", "status"),
    "Requests that this hub answered: hooks, cards, api or pages.",
)
REQUEST_SECONDS = Metric("counterfoil_request_seconds", Kind.HISTOGRAM, ("area",), "How long an answer took.")

METRICS = (
    *(BUILD, DATABASE_UP, FIGURES_AGE),
    *(RUNS, QUEUE_AGE, LANE, WORKERS),
    *(OLDEST_UNPOSTED, PAYMENTS_UNPOSTED, MONEY_UNPOSTED),
    *(PAYMENTS_ENDED, POSTED_ALONE, PAYMENT_TO_POSTING, DECLINES),
    *(HINTS, HINTS_AGE, POLL_AGE, REVIEW_TASKS, EFFECTS_UNSETTLED),
    *(BREAKER_OPEN, BREAKER_WAITING),
    *(ALERTS, TURNS, TURN_SECONDS, REQUESTS, REQUEST_SECONDS),
)
"""All of them, as the reference shows them."""
