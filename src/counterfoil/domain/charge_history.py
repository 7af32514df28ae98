"""The charges that were begun for one invoice before, and what they leave to be decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money

NUMBERS_MAX = 20
"""Charges that one invoice may ever have; then a person collects it."""


class ChargeState(Enum):
    """How far a charge is."""

    NOT_SENT = "not_sent"
    """Never sent, or for certain never made; it may be sent as it is."""
    OPEN = "open"
    """It may have been made: what became of it is asked for."""
    MADE = "made"
    TAKEN_BACK = "taken_back"
    """It was made and voided."""
    DECLINED = "declined"
    """Refused for certain."""
    SET_ASIDE = "set_aside"
    """Begun, never sent, and closed because something else was to be charged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCharge:
    """One charge of an invoice."""

    number: int
    state: ChargeState
    on: date
    """When it was sent; of one that was not, when it was begun."""
    amount: Money | None = None
    reference: str = ""
    """Of the method."""
    transaction: TransactionId | None = None
    why: str = ""


def why_charged(charges: Sequence[PastCharge], today: date, pause: timedelta) -> Iterator[str]:
    """Why earlier charges leave nothing to be charged today; `pause` lies between a refusal and the next."""
    for each in charges:
        match each.state:
            case ChargeState.OPEN:
                yield f"it is not known yet what became of the charge of {each.on}"
            case ChargeState.MADE:
                yield f"it was charged on {each.on} as {each.transaction}: a person collects the rest"
            case ChargeState.TAKEN_BACK:
                yield f"its charge of {each.on} was voided: a person collects it"
            case ChargeState.DECLINED if today < each.on + pause:
                yield f"it was refused on {each.on} ({each.why}) and is charged again on {each.on + pause}"
            case _:
                continue


def declines(charges: Sequence[PastCharge]) -> list[PastCharge]:
    return [each for each in charges if each.state is ChargeState.DECLINED]


def waiting(charges: Sequence[PastCharge]) -> list[PastCharge]:
    """Those that may still be sent as they are."""
    return [each for each in charges if each.state is ChargeState.NOT_SENT]


def next_number(charges: Sequence[PastCharge]) -> int:
    return max((each.number for each in charges), default=0) + 1
