"""How a charge is judged: the words of the card's bank, from what was asked alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from counterfoil.sandbox.paytrace.outcomes import Verdict
from counterfoil.sandbox.paytrace.rows import Address, Approval, StoredCard
from counterfoil.sandbox.paytrace.triggers import Trigger

# The vendor's sample address; it answers a full match, every other one was recorded to answer none.
_MATCHING_STREET = "8320 e. west st"
_MATCHING_ZIP = "85284"

_EXPIRED = "  EXPIRED CARD - Expired card"
_DO_NOT_HONOR = "    DECLINE - Do not honor"
_MATCH = "EXACT MATCH - Approved and completed"
_NO_MATCH = "  NO  MATCH - Approved and completed"


@dataclass(frozen=True, slots=True)
class Presented:
    """How a card came: keyed with its address, or out of the vault, where nothing is compared."""

    card: StoredCard
    billing: Address
    csc_response: str
    is_keyed: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict with the bank's words."""

    verdict: Verdict
    approval: Approval


def decide(presented: Presented, trigger: Trigger | None, code: str, today: date) -> Decision:
    """Judges a charge; an expired card is declined whatever the amount."""
    if (presented.card.year, presented.card.month) < (today.year, today.month):
        trigger = Trigger.EXPIRED_CARD
    match trigger:
        case Trigger.EXPIRED_CARD:
            return Decision(Verdict.DECLINED, _declined(presented, _EXPIRED))
        case Trigger.DO_NOT_HONOR:
            return Decision(Verdict.DECLINED, _declined(presented, _DO_NOT_HONOR))
        case Trigger.AUTO_VOID:
            return Decision(Verdict.AUTO_VOIDED, _approved(presented, code))
        case Trigger.ANSWER_HELD | Trigger.ERROR_BEFORE | Trigger.ERROR_AFTER | None:
            return Decision(Verdict.APPROVED, _approved(presented, code))
        case _:
            assert_never(trigger)


def _approved(presented: Presented, code: str) -> Approval:
    if not presented.is_keyed:
        return Approval(code=code, message=f"APPROVAL {code} - Approved and completed", avs="0", csc="")
    avs = _avs(presented.billing)
    message = _NO_MATCH if avs == "No Match" else _MATCH
    return Approval(code=code, message=message, avs=avs, csc=presented.csc_response)


def _declined(presented: Presented, message: str) -> Approval:
    avs = _avs(presented.billing) if presented.is_keyed else "0"
    return Approval(code="", message=message, avs=avs, csc="")


def _avs(billing: Address) -> str:
    street = billing.street_address.strip().lower()
    matches = street.startswith(_MATCHING_STREET) and billing.zip.strip() == _MATCHING_ZIP
    return "Full Exact Match" if matches else "No Match"
