"""How people know the fields of payments, batches and disputes."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.ports.record_forms import Words

PAYMENT_WORDS: Mapping[str, Words] = {
    "merchant": Words("The merchant account at the gateway", "123456", always=True),
    "transaction": Words("The gateway's number of it", "105968", always=True),
    "kind": Words("What it does with money"),
    "status": Words("Where it stands"),
    "tender": Words("What the customer paid with"),
    "amount": Words("The whole amount", "120.00 USD"),
    "surcharge": Words("The part that was added for paying by card", "3.60 USD"),
    "created_at": Words("When it was made"),
    "settled_at": Words("When it was paid out in a batch"),
    "invoice_reference": Words("The invoice number that was given", "0000012345"),
    "order_reference": Words("The order or purchase reference that was given", "PO-77"),
    "vault_customer": Words("The stored payer at the gateway", "CUST100"),
    "payer_name": Words("The payer's name", "Ann Lee"),
    "last_four": Words("The last four digits of card or account", "5439"),
    "vendor_status": Words("The gateway's own words for the status", "Approved"),
}
SETTLEMENT_WORDS: Mapping[str, Words] = {
    "number": Words("The gateway's number of the batch", "571", always=True),
    "payments_total": Words("What its payments come to", "1,240.00 USD"),
    "refunds_total": Words("What its refunds come to", "40.00 USD"),
}
DISPUTE_WORDS: Mapping[str, Words] = {
    "case": Words("The processor's number of the case", "CB-1", always=True),
    "stage": Words("What happened in the dispute"),
    "amount": Words("The chargeback's or the fee's amount", "120.00 USD"),
    "paid_amount": Words("The payment's amount, where it is another", "150.00 USD"),
    "last_four": Words("The last four digits of the card", "5439"),
    "reason": Words("The bank's reason, as it was told", "fraud"),
}
