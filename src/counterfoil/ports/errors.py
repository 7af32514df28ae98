"""The error tree; each branch answers what the operator does.

CounterfoilError
├── TransientError       wait and try again: the other side is busy, away or slow
│   ├── OutcomeUnknownError   a write whose answer was lost: ask before anything is repeated
│   └── RestingError          the connection rests; nothing was sent, and what waits goes on by itself
├── DecisionError        ask a person
│   └── CompanyUndecidedError  which company's books?
├── ConfigurationError   mend the configuration, then re-drive
└── DefectError          report it: something here is wrong
    └── EncodingError         JSON from another part of this program that does not fit
"""

from __future__ import annotations

from counterfoil.domain.review import ReviewKind


class CounterfoilError(Exception):
    """Something that a step could not decide; the message says what to do."""


class TransientError(CounterfoilError):
    """Trying again later may succeed; nothing was written."""

    def __init__(
        self, message: str, *, retry_after_seconds: int | None = None, rests: str | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
        self.rests = rests
        """The connection that is not called for now; what waits for it goes on by itself."""


class OutcomeUnknownError(TransientError):
    """A write was sent and no answer came: neither done nor failed until somebody asks."""


class RestingError(TransientError):
    """No call is made through a connection for now: its breaker is open, or it made as many as it may."""


class DecisionError(CounterfoilError):
    """Only a person may decide how this goes on; the subclass says what they are asked."""

    kind = ReviewKind.DECISION
    title = "A decision is needed"


class CompanyUndecidedError(DecisionError):
    """No rule names the one company whose books a payment belongs to."""

    kind = ReviewKind.COMPANY
    title = "Which company?"


class ConfigurationError(CounterfoilError):
    """A setting, a secret, a permission or a profile must be mended first."""


class DefectError(CounterfoilError):
    """A promise between two parts of this program was broken."""


class EncodingError(DefectError):
    """JSON that is not what one part of this program promised another: another version, or damaged."""
