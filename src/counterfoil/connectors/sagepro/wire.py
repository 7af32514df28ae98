"""What the agent and its client agree on: paths, bounds, and how our errors travel as problem documents."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from counterfoil.ports.errors import (
    ConfigurationError,
    CounterfoilError,
    EncodingError,
    OutcomeUnknownError,
    TransientError,
)

HEALTH = "/health"
REFERENCES = "/references"
CUSTOMERS = "/customers"
INVOICES = "/invoices"
ORDERS = "/orders"
OPEN_ITEMS = "/open-items"
RECEIPTS = "/receipts"
ITEMS = "/items"
STOCK = "/stock"
POSTINGS = "/postings"
PREVIEWS = "/previews"
CHANGES = "/changes"
PAUSE = "/pause"
RESUME = "/resume"

MODE = "mode"
"""Beside the facts of a posting: what the caller takes the company's books for, ``live`` or ``test``."""

FACTS_MAX = 100
BODY_BYTES_MAX = 1 << 20


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One of our errors on the wire. No 5xx among them: those mean that the agent itself failed."""

    name: str
    status: HTTPStatus
    error: type[CounterfoilError]


PROBLEMS = (
    ProblemKind("urn:counterfoil:outcome-unknown", HTTPStatus.LOCKED, OutcomeUnknownError),
    ProblemKind("urn:counterfoil:transient", HTTPStatus.LOCKED, TransientError),
    ProblemKind("urn:counterfoil:configuration", HTTPStatus.FAILED_DEPENDENCY, ConfigurationError),
    ProblemKind("urn:counterfoil:encoding", HTTPStatus.BAD_REQUEST, EncodingError),
)


def problem_of(error: CounterfoilError) -> ProblemKind | None:
    """How the error travels; None for a defect, which is the agent's own failure."""
    return next((kind for kind in PROBLEMS if isinstance(error, kind.error)), None)


def error_of(name: object, detail: str) -> CounterfoilError | None:
    """The error that a problem document tells of."""
    return next((kind.error(detail) for kind in PROBLEMS if kind.name == name), None)
