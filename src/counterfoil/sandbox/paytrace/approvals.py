"""How a charge is judged: the words of the card's bank, from what was asked alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from counterfoil.sandbox.paytrace.outcomes import Verdict
from counterfoil.sandbox.paytrace.rows import Address, Approval, Caller, Details, Kind, StoredCard
from counterfoil.sandbox.paytrace.settings import AutoVoid
from counterfoil.sandbox.paytrace.triggers import Trigger

# The vendor's sample address; it answers a full match, every other one was recorded to answer none.
_MATCHING_STREET = "8320 e. west st"
_MATCHING_ZIP = "85284"

_EXPIRED = "  EXPIRED CARD - Expired card"
_DO_NOT_HONOR = "    DECLINE - Do not honor"
_MATCH = "EXACT MATCH - Approved and completed"
_NO_MATCH = "  NO  MATCH - Approved and completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A sale or an authorisation as asked for."""

    kind: Kind
    amount_cents: int
    details: Details
    caller: Caller
    recurrence_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What else decides over a charge: its amount's trigger, the account's automatic voids, the day."""

    trigger: Trigger | None
    auto_void: frozenset[AutoVoid]
    code: str
    today: date


@dataclass(frozen=True, slots=True)
class Presented:
    """How a card came: keyed with its address, or out of the vault, where nothing is compared."""

    card: StoredCard
    billing: Address
    csc_response: str
    is_keyed: bool
    has_csc: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict with the bank's words."""

    verdict: Verdict
    approval: Approval


def decide(presented: Presented, terms: Terms) -> Decision:
    """Judges a charge; an expired card is declined whatever the amount."""
    match _trigger(presented, terms):
        case Trigger.EXPIRED_CARD:
            return Decision(Verdict.DECLINED, _declined(presented, _EXPIRED))
        case Trigger.DO_NOT_HONOR:
            return Decision(Verdict.DECLINED, _declined(presented, _DO_NOT_HONOR))
        case Trigger.AUTO_VOID:
            return Decision(Verdict.AUTO_VOIDED, _approved(presented, terms.code))
        case Trigger.ANSWER_HELD | Trigger.ERROR_BEFORE | Trigger.ERROR_AFTER | None:
            approval = _approved(presented, terms.code)
            is_void = presented.is_keyed and _fails(approval, terms.auto_void)
            return Decision(Verdict.AUTO_VOIDED if is_void else Verdict.APPROVED, approval)
        case other:
            assert_never(other)


def _trigger(presented: Presented, terms: Terms) -> Trigger | None:
    is_expired = (presented.card.year, presented.card.month) < (terms.today.year, terms.today.month)
    return Trigger.EXPIRED_CARD if is_expired else terms.trigger


def _fails(approval: Approval, auto_void: frozenset[AutoVoid]) -> bool:
    """Whether a check that voids found no match; cards in the vault are never checked."""
    is_bad_address = AutoVoid.AVS in auto_void and approval.avs == "No Match"
    return is_bad_address or (AutoVoid.CSC in auto_void and approval.csc != "Match")


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
