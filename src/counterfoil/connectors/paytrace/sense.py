"""Whether an instruction makes sense at all: what does not is a defect of ours and is never sent."""

from __future__ import annotations

from counterfoil.connectors.paytrace.mapping.amounts import CURRENCY
from counterfoil.domain.money import Money
from counterfoil.ports.errors import DefectError
from counterfoil.ports.instructions import (
    Capture,
    Charge,
    FundCheck,
    Instruction,
    OneTimeToken,
    Refund,
    StoredPayer,
    Void,
)

_INVOICE_LENGTH_MAX = 50


def check(instruction: Instruction) -> None:
    """Looks at amounts, currency and names before anything is sent.

    Raises:
        DefectError: it makes no sense.
    """
    match instruction:
        case Charge():
            _check_charge(instruction)
        case Capture(amount=amount) | FundCheck(amount=amount):
            if amount is not None:
                check_amount(amount)
        case Refund(amount=amount):
            check_amount(amount)
        case Void():
            pass


def check_amount(amount: Money) -> None:
    """Whether it can be paid at PayTrace.

    Raises:
        DefectError: another currency, nothing, or a fraction of a cent.
    """
    if amount.currency != CURRENCY:
        raise DefectError(f"PayTrace takes {CURRENCY} only, not {amount.currency}")
    if not amount.is_positive or not amount.is_whole_minor_units:
        raise DefectError(f"{amount} cannot be charged")


def _check_charge(charge: Charge) -> None:
    check_amount(charge.amount)
    if not 0 < len(charge.invoice_id) <= _INVOICE_LENGTH_MAX:
        raise DefectError("a charge needs an invoice id of at most 50 characters")
    if charge.surcharge is not None:
        check_amount(charge.surcharge)
        if charge.surcharge >= charge.amount:
            raise DefectError("a surcharge is a part of the amount")
    match charge.payer:
        case StoredPayer(reference=reference):
            if not reference:
                raise DefectError("a charge needs the reference of a stored customer")
        case OneTimeToken(token=token, key=key):
            if not (token and key):
                raise DefectError("a one-time token comes with its key")
