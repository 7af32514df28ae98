"""From an instruction and its key to the effect that is stored of it; pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import assert_never

from counterfoil.domain.giving_back import GiveBack
from counterfoil.domain.money import Money
from counterfoil.domain.own_marks import mark_invoice_id
from counterfoil.ports.effects import Effect, EffectKind
from counterfoil.ports.instructions import Capture, Charge, FundCheck, Instruction, Refund, StoredPayer, Void


def marked(connection: str, key: str, instruction: Instruction) -> Instruction:
    """The instruction as it is sent: a charge under its own invoice id, the same at every try."""
    if not isinstance(instruction, Charge):
        return instruction
    return replace(instruction, invoice_id=mark_invoice_id(connection, key, instruction.invoice_id))


def effect_of(connection: str, key: str, wanted: Instruction | GiveBack, *, run: str | None = None) -> Effect:
    """What is stored before anything is sent; of a one-time token nothing is."""
    match wanted:
        case Charge():
            return _charge(connection, key, wanted, run)
        case GiveBack() | Refund():
            kind = EffectKind.GIVE_BACK if isinstance(wanted, GiveBack) else EffectKind.REFUND
        case Capture():
            kind = EffectKind.CAPTURE
        case Void():
            kind = EffectKind.VOID
        case FundCheck():
            kind = EffectKind.FUND
        case _:
            assert_never(wanted)
    amount = None if isinstance(wanted, Void) else wanted.amount
    return Effect(
        key=key,
        kind=kind,
        connection=connection,
        digest=_digest(kind, wanted.transaction, amount),
        amount=amount,
        invoice_id=wanted.invoice_id if isinstance(wanted, Refund) else "",
        transaction=wanted.transaction,
        run=run,
    )


def _charge(connection: str, key: str, charge: Charge, run: str | None) -> Effect:
    payer = charge.payer.reference if isinstance(charge.payer, StoredPayer) else ""
    told = (charge.invoice_id, charge.tender.value, "capture" if charge.capture else "authorise", payer)
    return Effect(
        key=key,
        kind=EffectKind.CHARGE,
        connection=connection,
        digest=_digest(EffectKind.CHARGE, charge.amount, charge.surcharge, charge.order_reference, *told),
        amount=charge.amount,
        invoice_id=mark_invoice_id(connection, key, charge.invoice_id),
        tender=charge.tender,
        payer=payer,
        run=run,
    )


def _digest(kind: EffectKind, *content: str | Money | None) -> str:
    text = json.dumps([kind.value, *(None if each is None else str(each) for each in content)])
    return hashlib.sha256(text.encode()).hexdigest()
