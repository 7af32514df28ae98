"""Exported records as the vendor's sample has them, for the tests to vary."""

from __future__ import annotations

from counterfoil.domain.identifiers import MerchantId

MERCHANT = MerchantId("M1")


def a_record(**changes: object) -> dict[str, object]:
    """The sample record of the vendor's help page (2016), numbers and strings mixed as there."""
    record: dict[str, object] = {
        "transaction_id": 103506,
        "credit_card": {
            "masked_number": "************5454",
            "expiration_month": 12,
            "expiration_year": 20,
        },
        "transaction_type": "SALE",
        "description": "",
        "amount": 1.00,
        "invoice_id": "inv7983",
        "shipping_address": dict.fromkeys(("name", "street_address", "city", "county", "zip"), ""),
        "billing_address": {
            "name": " Mark Smith",
            "street_address": "8320 E. West St.",
            "city": "Spokane",
            "state": "WA",
            "zip": "85284",
        },
        "receipt_emailed_to": "",
        "tax_amount": "8.10",
        "customer_reference_id": "PO 77",
        "approval_code": "TAS679",
        "approval_message": "  NO  MATCH - Approved and completed",
        "avs_response": "No Match",
        "csc_response": "",
        "status_code": "GB571",
        "status_message": "GB571",
        "created": {"through": "API", "at": "4/10/2015 4:06:30 PM", "by": "user", "from_ip": "10.1.2.3"},
        "settled": "4/10/2015 8:13:45 PM",
        "customer_id": "",
    }
    return record | changes
