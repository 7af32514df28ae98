"""What only a person may decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

LISTED_MAX = 10


class ReviewKind(Enum):
    """What a person is asked to decide."""

    UNIDENTIFIED_RECEIPT = "unidentified_receipt"
    CUSTOMER_DISAGREEMENT = "customer_disagreement"
    CURRENCY = "currency"
    AMOUNT = "amount"
    REFUND = "refund"
    TAKEN_BACK = "taken_back"
    CHANGED_AFTER_POSTING = "changed_after_posting"
    SUSPECTED_DUPLICATE = "suspected_duplicate"
    UNKNOWN_REFERENCE = "unknown_reference"
    AMBIGUOUS_REFERENCE = "ambiguous_reference"
    BOOKS_CHANGED = "books_changed"
    COMPANY = "company"
    CONFLICT = "conflict"
    REFUSED = "refused"
    DISPUTE = "dispute"
    DISPUTED_PAYMENT = "disputed_payment"
    SETTLEMENT = "settlement"
    DIFFERENCE = "difference"
    DUE_INVOICE = "due_invoice"
    PAY_LINK = "pay_link"
    PAYER = "payer"
    HAND_KEYED = "hand_keyed"
    LARGE_REFUND = "large_refund"
    LOCKED_PERIOD = "locked_period"
    DECISION = "decision"


ENDS_A_WAIT = frozenset({ReviewKind.HAND_KEYED})
"""What a run waits for a person's word on; asked as soon as the run waits."""

_ABOUT_WAITING_MONEY = frozenset(
    {
        ReviewKind.UNIDENTIFIED_RECEIPT,
        ReviewKind.CUSTOMER_DISAGREEMENT,
        ReviewKind.CURRENCY,
        ReviewKind.AMOUNT,
        ReviewKind.SUSPECTED_DUPLICATE,
        ReviewKind.UNKNOWN_REFERENCE,
        ReviewKind.AMBIGUOUS_REFERENCE,
    }
)
_OUTDATED = {ReviewKind.TAKEN_BACK: _ABOUT_WAITING_MONEY}


def outdated_by(kind: ReviewKind) -> frozenset[ReviewKind]:
    """Which earlier questions about a payment need no answer once this one is asked.

    Money that was taken back is one question: whether it stands in the books and is to be reversed. What it
    was to pay is none any more.
    """
    return _OUTDATED.get(kind, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What only a person may decide, in words for a clerk."""

    kind: ReviewKind
    title: str
    why: str


def listed(parts: Sequence[str]) -> str:
    """The first of many, as a person reads them, and how many more there are."""
    more = len(parts) - LISTED_MAX
    return "; ".join(parts[:LISTED_MAX]) + (f"; and {more} more" if more > 0 else "")
