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
    DECISION = "decision"


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
