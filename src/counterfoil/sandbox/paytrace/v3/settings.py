"""What of the V3 wire no public source tells, and a sandbox merchant account may set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from counterfoil.sandbox.paytrace.rows import State


class TokenShape(StrEnum):
    """Where the answer of a V3 log-in carries its token; both were seen in independent clients."""

    DATA = "data"
    TOP = "top"
    BOTH = "both"


# The vocabulary is on no public page; an independent client takes the first two for paid.
STATUS_WORDS: Mapping[State, str] = {
    State.AUTHORIZED: "AUTHORIZED",
    State.PENDING: "CAPTURED",
    State.SETTLED: "SETTLED",
    State.VOIDED: "VOIDED",
    State.DECLINED: "DECLINED",
    State.EXPIRED: "EXPIRED",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class V3Settings:
    """The V3 wire of one merchant account."""

    token_shape: TokenShape = TokenShape.DATA
    token_life: timedelta = timedelta(hours=2)
    refresh_token_life: timedelta = timedelta(days=30)
    decline_status: int = 200
    not_found_status: int = 404
    status_words: Mapping[State, str] = field(default_factory=lambda: STATUS_WORDS)
    has_field_prefix: bool = False
    """Whether the fields of a 422 are written `body/amount` instead of `amount`."""
    has_plain_messages: bool = False
    """Whether a 422 carries its first error as plain text instead of the list of fields."""
    is_integrator_id_required: bool = False
    batch_items_max: int = 100
