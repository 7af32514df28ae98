"""What a person may correct of a payment before it is tried again, and what never.

Only what people typed and what says what the money is for: a wrong number there sends it to the wrong place,
or to none. Amount, currency, card, payer, status, days and the transaction itself are the gateway's record of
what happened; whoever finds one of them wrong mends it at the gateway, or enters in the books what is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from counterfoil.domain.payment import Payment

CORRECTABLE = ("invoice_reference", "order_reference")
"""Fields of a payment."""
TEXT_MAX = 60


class CorrectionError(ValueError):
    """Something that may not be corrected, or not so."""


def read_corrections(given: Mapping[str, str]) -> dict[str, str]:
    """Fields of a payment with the texts that are right; an empty text says that there is none.

    Raises:
        CorrectionError: a field that may not be corrected, or a text that is none of a document's number.
    """
    if not given:
        raise CorrectionError(f"say what is right: {' or '.join(CORRECTABLE)}")
    for name, text in given.items():
        if name not in CORRECTABLE:
            raise CorrectionError(
                f"{name} is the gateway's record and is not corrected; only {' and '.join(CORRECTABLE)} are"
            )
        if len(text) > TEXT_MAX or not text.isprintable():
            raise CorrectionError(f"{name} is one line of at most {TEXT_MAX} characters")
    return {name: text.strip() for name, text in given.items()}


def corrected(payment: Payment, corrections: Mapping[str, str]) -> Payment:
    """The payment as a person says it is."""
    return replace(
        payment,
        invoice_reference=corrections.get("invoice_reference", payment.invoice_reference),
        order_reference=corrections.get("order_reference", payment.order_reference),
    )


def told_corrections(payment: Payment, corrections: Mapping[str, str]) -> str:
    """What was changed, for people; `payment` is the gateway's record."""
    return ", ".join(
        f"{name} was {getattr(payment, name)!r} and is {text!r}" for name, text in corrections.items()
    )
