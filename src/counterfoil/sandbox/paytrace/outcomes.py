"""What the gateway answers to a request, before any wire shapes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from counterfoil.sandbox.paytrace.rows import CustomerRow, TransactionRow


class Reason(StrEnum):
    """Why a request is refused before anything happens."""

    BODY = "body"
    AMOUNT = "amount"
    PERMISSION = "permission"
    CARD_NUMBER = "card_number"
    EXPIRATION_MONTH = "expiration_month"
    EXPIRATION_YEAR = "expiration_year"
    TRANSACTION_ID = "transaction_id"
    CUSTOMER_UNKNOWN = "customer_unknown"
    CUSTOMER_ID_MISSING = "customer_id_missing"
    CUSTOMER_ID_TAKEN = "customer_id_taken"
    NOT_SETTLED = "not_settled"
    DUPLICATE = "duplicate"
    DATE_RANGE = "date_range"
    ORDER = "order"
    HOSTED_FIELDS = "hosted_fields"
    CSC = "csc"
    INVOICE_REQUIRED = "invoice_required"
    ADDRESS_REQUIRED = "address_required"
    ZIP_REQUIRED = "zip_required"
    SALE_CEILING = "sale_ceiling"
    REFUND_CEILING = "refund_ceiling"
    DAILY_LIMIT = "daily_limit"
    SWIPE = "swipe"
    EMAIL = "email"
    BATCH = "batch"
    RECURRENCE_UNKNOWN = "recurrence_unknown"
    RECURRENCE_FIELD = "recurrence_field"
    LEVEL_THREE = "level_three"
    WRONG_LOG_IN = "wrong_log_in"
    ACCOUNT_NUMBER = "account_number"
    ROUTING_NUMBER = "routing_number"
    CHECK_UNKNOWN = "check_unknown"
    CHECK_GONE = "check_gone"
    IDEMPOTENCY_KEY = "idempotency_key"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing wrong with a request; the subject is what its text names."""

    reason: Reason
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing happened and nothing was recorded."""

    refusals: tuple[Refusal, ...]

    @classmethod
    def all_of(cls, *parts: object) -> Refused:
        """Everything that those parts of a request refuse which are refusals."""
        refused = (part.refusals for part in parts if isinstance(part, Refused))
        return cls(tuple(refusal for refusals in refused for refusal in refusals))

    @classmethod
    def of(cls, reason: Reason, subject: str = "") -> Refused:
        return cls((Refusal(reason, subject),))


class Verdict(StrEnum):
    """How the card's bank and the merchant's own rules judged a charge."""

    APPROVED = "approved"
    DECLINED = "declined"
    AUTO_VOIDED = "auto_voided"


@dataclass(frozen=True, slots=True)
class Charged:
    """A sale or an authorisation was judged and recorded."""

    verdict: Verdict
    row: TransactionRow


@dataclass(frozen=True, slots=True)
class Done:
    """A follow-up was done; the row is the one that the answer names."""

    row: TransactionRow


@dataclass(frozen=True, slots=True)
class NotDone:
    """A follow-up on a known transaction that its state does not allow."""

    transaction_id: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A customer profile as it stands after the request."""

    row: CustomerRow


ChargeOutcome = Charged | Refused
FollowUpOutcome = Done | NotDone | Refused
CustomerOutcome = Stored | Refused
