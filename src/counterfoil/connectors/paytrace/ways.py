"""The calls of PayTrace that the connector makes: what each is for, and how surely it is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote


class Certainty(Enum):
    """Where the knowledge of a call comes from."""

    VERIFIED = "verified"
    """Documented by the vendor, or recorded by an independent client."""
    INFERRED = "inferred"
    """Seen in client code, or it follows from calls that are known."""
    ASSUMED = "assumed"
    """Not found anywhere; it must be seen at a real account before it is relied on."""


class Use(Enum):
    """What a call is for, in our words; the rows of the reference page."""

    LOG_IN = "log in"
    REFRESH = "renew the log-in"
    PING = "reach PayTrace"
    SALE_STORED = "sale, vault customer"
    SALE_TOKEN = "sale, one-time token"  # noqa: S105 - a name for people
    SALE_TOKEN_KEPT = "sale, one-time token, kept in the vault"  # noqa: S105 - a name for people
    HOLD_STORED = "authorisation, vault customer"
    HOLD_TOKEN = "authorisation, one-time token"  # noqa: S105 - a name for people
    CAPTURE = "capture, in full or in part"
    VOID = "void"
    REFUND = "refund of a transaction, in full or in part"
    LEVEL3_VISA = "purchase details, Visa"
    LEVEL3_MASTERCARD = "purchase details, MasterCard"
    CHECK_SALE = "bank payment, vault customer"
    CHECK_HOLD = "bank payment on hold, vault customer"
    CHECK_FUND = "bank payment on hold let go"
    CHECK_VOID = "bank payment void"
    CHECK_REFUND = "bank payment refund"
    CHECK_BY_KEY = "bank payment by idempotency key"
    CHECK_BY_ID = "bank payment by id"
    CHECKS_BY_DATE = "bank payments by date"
    EXPORT_BY_ID = "transaction by id"
    EXPORT_BY_DATE = "transactions by date"
    LIST_CAPTURABLE = "what can be captured, at this moment"
    LIST_VOIDABLE = "what can be voided, at this moment"
    LIST_REFUNDABLE = "what can be refunded, at this moment"
    BATCHES = "batches by date"
    BATCH_TRANSACTIONS = "transactions of a batch"
    VAULT_CREATE = "vault create, one-time token"
    VAULT_CREATE_FROM = "vault create, from a transaction"
    VAULT_CREATE_FROM_CHECK = "vault create, from a bank payment"
    VAULT_UPDATE = "vault update"
    VAULT_UPDATE_CARD = "vault update, another card"
    VAULT_DELETE = "vault delete"
    VAULT_FIND = "vault customer by reference"
    VAULT_EXPORT = "all vault customers"
    RECUR_CREATE = "recurring create"
    RECUR_UPDATE = "recurring update"
    RECUR_DELETE = "recurring delete"
    RECUR_EXPORT = "recurring export"
    RECUR_APPROVED = "last approved recurring payment"
    CLIENT_KEY = "client key for the hosted fields"
    PAY_LINK = "pay link by e-mail"
    RECEIPT = "e-mail receipt"
    CHECK_RECEIPT = "e-mail receipt of a bank payment"


@dataclass(frozen=True, slots=True)
class Way:
    """One call: method and path, and how surely both are known."""

    use: Use
    method: str
    path: str
    certainty: Certainty
    source: str
    """Who documents or recorded it; for what is assumed, what it follows."""

    def at(self, *parts: str) -> str:
        """The path with its gaps filled in."""
        path = self.path
        for part in parts:
            opened, rest = path.split("{", 1)
            path = opened + quote(part, safe="") + rest.split("}", 1)[1]
        return path


def posted(use: Use, path: str, certainty: Certainty, source: str) -> Way:
    """A call by POST, as nearly all are."""
    return Way(use, "POST", path, certainty, source)
