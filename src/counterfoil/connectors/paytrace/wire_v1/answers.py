"""What v1 answers, and how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar

import msgspec

from counterfoil.http.exact_json import MalformedJsonError, decode_exact_object

# Codes of `response_code` (verified in a vendor library and, but for the refusals, in recorded answers).
APPROVED = 101
NOT_APPROVED = 102
APPROVED_THEN_VOIDED = 103
REFUNDED = 106
NOT_REFUNDED = 107
VOIDED = 109
NOT_VOIDED = 110
CAPTURED = 112
NOT_CAPTURED = 113
CHECK_PROCESSED = 120
CHECK_REFUNDED = 122
CHECK_MANAGED = 124
CHECK_NOT_PROCESSED = 125
TRIED = frozenset({104, 105, 108, 111, 114, 117, 121, 123})
"""Of test transactions, which move no money (verified in a vendor library)."""
RECEIPT_SENT = 149
RECURRENCES = frozenset({150, 151, 152})
CUSTOMERS = frozenset({160, 161, 162})
LEVEL3_ADDED = frozenset({170, 171})

# Codes of the `errors` map (verified).
ERROR_CUSTOMER_UNKNOWN = "30"
ERROR_TRANSACTION_UNKNOWN = "58"
ERROR_CUSTOMER_NOT_UNIQUE = "171"
ERROR_NOT_SETTLED = "817"
ERROR_PERMISSION = "981"
ERROR_LOG_IN = "998"

Payload = dict[str, object]
AnyStruct = TypeVar("AnyStruct", bound=msgspec.Struct)


class TokenAnswer(msgspec.Struct, frozen=True):
    """A granted token."""

    access_token: str
    expires_in: int = 7200
    """Seconds; 7200 is documented (2016) and stands in where it is not sent."""


class TokenProblem(msgspec.Struct, frozen=True):
    """Why no token was granted, or why one was not taken."""

    error: str
    error_description: str = ""


class CallAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What every call answers; `success` decides, the code alone does not (1 stands for both)."""

    success: bool
    response_code: int = 0
    status_message: str | None = None
    transaction_id: str | None = None
    check_transaction_id: str | None = None
    approval_message: str | None = None
    ach_message: str | None = None
    customer_id: str | None = None
    errors: dict[str, list[str] | str] | None = None

    @property
    def reasons(self) -> str:
        """All error texts in one line, or the status where there are none."""
        texts = (text if isinstance(text, str) else " ".join(text) for text in (self.errors or {}).values())
        return " ".join(texts).strip() or (self.status_message or "").strip()


def read(kind: type[AnyStruct], content: bytes) -> AnyStruct | None:
    """An answer of the given shape, or None for anything else."""
    try:
        return convert(kind, decode_exact_object(content))
    except (MalformedJsonError, msgspec.ValidationError):
        return None


def convert(kind: type[AnyStruct], body: Mapping[str, object]) -> AnyStruct:
    """A decoded object in the given shape; numbers may be strings of digits.

    Raises:
        msgspec.ValidationError: the shape is another.
    """
    return msgspec.convert(body, kind, strict=False)


def dollars(amount: Decimal) -> str:
    """The amount goes as a string of digits: it must arrive as it was decided."""
    return f"{amount:.2f}"
