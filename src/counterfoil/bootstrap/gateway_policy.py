"""What a gateway connection's settings say of how its payments count and how late its records come."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from typing import TypeVar

from counterfoil.domain.declines import Declines
from counterfoil.domain.disputing import FEE_LIMIT, DisputePolicy
from counterfoil.domain.due_charges import DuePolicy
from counterfoil.domain.payer_names import PayerPolicy
from counterfoil.domain.refunding import RefundPolicy
from counterfoil.domain.settling import SettlementPolicy
from counterfoil.domain.taking_back import Returns
from counterfoil.ports.errors import ConfigurationError
from counterfoil.runtime.polling import EXPORT_LAG
from counterfoil.store.connections import ConnectionRow

AUTHORISATION_DAYS = "authorisation_days"
Word = TypeVar("Word", bound=Enum)
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
ACH_POSTS_AT = "ach_posts_at"
SETTLED, CAPTURED = "settled", "captured"
EXPORT_LAG_MINUTES = "export_lag_minutes"
REFUNDS_OF_INVOICES, REFUND_LIMIT = "refunds_of_invoices", "refund_limit"
ASK, REOPEN = "ask", "reopen"
RETURNS, DECLINES, PAYERS = "returns", "declines", "payers"
SETTLEMENTS = "settlements"
DUE_DAYS_BEFORE, DUE_DAYS_AFTER = "due_days_before", "due_days_after"
DUE_DAYS_BETWEEN, DUE_DECLINES = "due_days_between", "due_declines"
DUE_MINIMUM, DUE_LIMIT = "due_minimum", "due_limit"
DISPUTES, DISPUTE_FEE_LIMIT = "disputes", "dispute_fee_limit"
SETTINGS = (
    AUTHORISATION_DAYS,
    ACH_POSTS_AT,
    REFUNDS_OF_INVOICES,
    REFUND_LIMIT,
    RETURNS,
    DECLINES,
    PAYERS,
    SETTLEMENTS,
    DUE_DAYS_BEFORE,
    DUE_DAYS_AFTER,
    DUE_MINIMUM,
    DUE_LIMIT,
    DUE_DECLINES,
    DUE_DAYS_BETWEEN,
    DISPUTES,
    DISPUTE_FEE_LIMIT,
    EXPORT_LAG_MINUTES,
)
"""What people may say of a connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a number may be, and what it is where nothing is said."""

    least: int
    most: int
    default: int


LIFE_DAYS = Bounds(least=1, most=365, default=30)
LAG_MINUTES = Bounds(least=5, most=7 * 24 * 60, default=EXPORT_LAG // timedelta(minutes=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayPolicy:
    """Assumptions about a gateway that a site may know better."""

    authorisation_life: timedelta = timedelta(days=30)
    """After it an authorisation that was never captured counts as expired (assumed)."""
    ach_when_captured: bool = False
    """Whether bank payments are posted before they settled."""
    export_lag: timedelta = EXPORT_LAG
    """How late the gateway's records may come; before it nothing counts as not made."""
    refunds: RefundPolicy = field(default_factory=RefundPolicy)
    returns: Returns = Returns.ASK
    """What becomes of the receipt of a bank payment that came back."""
    declines: Declines = Declines.LEAVE
    """Whether declined payments are noted in the books."""
    payers: PayerPolicy = PayerPolicy.LEAVE
    """Whether names of stored payers follow their customers'."""
    settlements: SettlementPolicy = SettlementPolicy.ASK
    due: DuePolicy = field(default_factory=DuePolicy)
    disputes: DisputePolicy = DisputePolicy.ASK
    dispute_fee_limit: Decimal = FEE_LIMIT
    """A larger fee of a dispute is a person's to post."""


def read_policy(row: ConnectionRow) -> GatewayPolicy:
    """The connection's policy; what it does not say stays as assumed.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    return GatewayPolicy(
        authorisation_life=timedelta(days=_number(row, AUTHORISATION_DAYS, "days", LIFE_DAYS)),
        ach_when_captured=_one_of(row, ACH_POSTS_AT, SETTLED, CAPTURED) == CAPTURED,
        export_lag=timedelta(minutes=_number(row, EXPORT_LAG_MINUTES, "minutes", LAG_MINUTES)),
        refunds=_refunds(row),
        returns=_word(row, RETURNS, Returns.ASK),
        declines=_word(row, DECLINES, Declines.LEAVE),
        payers=_word(row, PAYERS, PayerPolicy.LEAVE),
        settlements=_word(row, SETTLEMENTS, SettlementPolicy.ASK),
        due=_due(row),
        disputes=_word(row, DISPUTES, DisputePolicy.ASK),
        dispute_fee_limit=_amount(row, DISPUTE_FEE_LIMIT, FEE_LIMIT),
    )


def _refunds(row: ConnectionRow) -> RefundPolicy:
    meaning = _one_of(row, REFUNDS_OF_INVOICES, ASK, REOPEN)
    limit = _amount(row, REFUND_LIMIT, RefundPolicy().limit)
    return RefundPolicy(reopens=meaning == REOPEN, limit=limit)


def _due(row: ConnectionRow) -> DuePolicy:
    usual = DuePolicy()
    days = {
        name: Bounds(least=least, most=365, default=default)
        for name, least, default in (
            (DUE_DAYS_BEFORE, 0, usual.days_before),
            (DUE_DAYS_AFTER, 0, usual.days_after),
            (DUE_DAYS_BETWEEN, 1, usual.days_between),
        )
    }
    return DuePolicy(
        days_before=_number(row, DUE_DAYS_BEFORE, "days", days[DUE_DAYS_BEFORE]),
        days_after=_number(row, DUE_DAYS_AFTER, "days", days[DUE_DAYS_AFTER]),
        days_between=_number(row, DUE_DAYS_BETWEEN, "days", days[DUE_DAYS_BETWEEN]),
        declines=_number(row, DUE_DECLINES, "refusals", Bounds(least=1, most=10, default=usual.declines)),
        minimum=_amount(row, DUE_MINIMUM, usual.minimum),
        limit=_amount(row, DUE_LIMIT, usual.limit),
    )


def _amount(row: ConnectionRow, name: str, usual: Decimal) -> Decimal:
    written = str(row.settings.get(name, usual))
    if not _AMOUNT.fullmatch(written):
        raise ConfigurationError(f"connection {row.name}: {name} is an amount such as 500 or 99.50")
    return Decimal(written)


def _word(row: ConnectionRow, name: str, usual: Word) -> Word:
    words = type(usual)
    try:
        return words(row.settings.get(name, usual.value))
    except ValueError as error:
        known = " or ".join(str(word.value) for word in words)
        raise ConfigurationError(f"connection {row.name}: {name} is {known}") from error


def _one_of(row: ConnectionRow, name: str, usual: str, other: str) -> str:
    word = str(row.settings.get(name, usual))
    if word not in {usual, other}:
        raise ConfigurationError(f"connection {row.name}: {name} is {usual} or {other}")
    return word


def _number(row: ConnectionRow, name: str, unit: str, bounds: Bounds) -> int:
    written = str(row.settings.get(name, bounds.default))
    number = int(written) if written.isascii() and written.isdigit() else -1
    if not bounds.least <= number <= bounds.most:
        raise ConfigurationError(
            f"connection {row.name}: {name} is a number of {unit} from {bounds.least} to {bounds.most}"
        )
    return number
