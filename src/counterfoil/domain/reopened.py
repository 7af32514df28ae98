"""Whether an invoice is open again after it was paid: then no machine collects it until a person says so."""

from __future__ import annotations

from collections.abc import Iterable

from counterfoil.domain.invoice import Invoice, ReceiptEntry


def is_reopened(invoice: Invoice, receipts: Iterable[ReceiptEntry]) -> bool:
    """Whether money of the invoice went back and nothing under the same reference brought it again.

    A refund, a returned payment, a chargeback and a reversal all stand on the invoice as a receipt with a
    negative amount, whoever entered it. A dispute that was won, or a refund that was taken back, ends with
    a positive one under the same reference. `receipts` are those of the invoice, oldest first.
    """
    last = {entry.reference: entry.amount for entry in receipts if not entry.amount.is_zero}
    return invoice.is_payable and any(amount.amount < 0 for amount in last.values())
