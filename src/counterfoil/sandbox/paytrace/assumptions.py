"""Where the sandbox had to guess what PayTrace does; docs/reference/paytrace-sandbox.md shows this table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumption:
    """One behaviour that no public source tells, and the setting that changes it, if any."""

    subject: str
    behaviour: str
    setting: str = ""


ASSUMPTIONS = (
    Assumption("HTTP code of a decline", "200; also of 107, 110 and 113", "decline_status"),
    Assumption("HTTP code of a refused log-in", "401 with invalid_grant"),
    Assumption("Answer of /v1/ping", "success: true alone"),
    Assumption("Amounts that set something off", "0.30 to 0.34; only 0.29 was seen", "triggers_by_cents"),
    Assumption("Wording of 103", "approved, then automatically voided; success: true"),
    Assumption("Expired card", "declined like 0.29 whatever the amount"),
    Assumption("Blocked duplicate", "errors 903 and HTTP 400", "error_codes"),
    Assumption("Bad amount", "errors 901", "error_codes"),
    Assumption("Customer created without an id", "errors 902", "error_codes"),
    Assumption("Bad export dates", "errors 904", "error_codes"),
    Assumption("Body that is no JSON object", "errors 905", "error_codes"),
    Assumption("Bad checkout order", "errors 906", "error_codes"),
    Assumption("Idempotency key used before", "errors 921 and HTTP 400", "error_codes"),
    Assumption(
        "Token of hosted fields that is spent, expired or unknown", "errors 920 and HTTP 400", "error_codes"
    ),
    Assumption("Missing permission", "errors 981, as recorded, and HTTP 400"),
    Assumption("Missing required fields", "errors 907, errors 908, errors 909, errors 148", "error_codes"),
    Assumption("Above a ceiling of the user", "errors 910, errors 911", "error_codes"),
    Assumption("Daily limit", "a number of sales and authorisations; errors 912", "daily_transactions_max"),
    Assumption("Bad swipe", "errors 913", "error_codes"),
    Assumption("Bad address for a receipt", "errors 914; no mail is sent", "error_codes"),
    Assumption("Bad batch number", "errors 915", "error_codes"),
    Assumption("Unknown recurring payment", "errors 916", "error_codes"),
    Assumption("Bad field of a recurring payment", "errors 917", "error_codes"),
    Assumption("Bad field of level 3", "errors 918", "error_codes"),
    Assumption("Wrong password when changing it", "errors 919; path /v1/user/update_password", "error_codes"),
    Assumption("Permissions", "one for each kind of call; only refunds without a sale are off", "users"),
    Assumption("Automatic void", "of keyed and swiped cards; any code but a match", "auto_void"),
    Assumption("Required fields", "of every sale and authorisation but recurring ones", "required_fields"),
    Assumption("Nightly batch", "9 p.m. in the account's zone", "batch_time"),
    Assumption(
        "Life of an authorisation",
        "10 days, then lapses at midnight; its record stays",
        "authorization_life",
    ),
    Assumption("Export by date lags behind", "not at all", "export_lag"),
    Assumption("Encrypted values", "both paddings; public key at /v1/e2ee/public-key.pem"),
    Assumption("Sale that also keeps the customer", "customer_id as for the vault; kept once approved"),
    Assumption("Fields of a batch", "those of the older name~value call"),
    Assumption("Batch without a number", "the pending one, else the last that was settled"),
    Assumption("Recurring payment that is declined", "counts and is not tried again before its next day"),
    Assumption("Recurring payment that is changed", "what is not sent stays; counted anew"),
    Assumption("Recurring payment of a bank account", "a check, at the hour of the others"),
    Assumption("Exports of recurring payments", "155; the fields of a create, or transaction records"),
    Assumption("Level 3", "before settlement, own scheme only, 170 for Visa and 171 for MasterCard"),
    Assumption("Fee of a chargeback", "25.00 each; PayTrace itself tells of neither", "chargeback_fee_cents"),
    Assumption("The processor's file", "CSV of this sandbox's own headings"),
    Assumption("include_bin of an export", "let be: first digits are not kept"),
    Assumption(
        "Customer who is renamed or deleted", "recurring payments of the old id are refused on their days"
    ),
    Assumption("Adjusting an amount", "down only, before settlement; path /v1/transactions/adjust_amount"),
    Assumption("Export of an unknown transaction", "errors 58 and HTTP 400"),
    Assumption("Export of an unknown customer", "errors 30 and HTTP 400"),
    Assumption("Export that finds nothing", "success with an empty list"),
    Assumption("Range of an export", "by the time of creation, both days included"),
    Assumption("Export of type SALE", "every sale, declined and voided ones too"),
    Assumption("Void of a transaction that is settled, voided or declined", "110"),
    Assumption("Second capture, or more than was authorised", "113; one capture, the rest lapses"),
    Assumption("Refund of more than is left", "107"),
    Assumption("Transaction id of a capture or void", "the transaction's own"),
    Assumption("Transaction id of a refund", "a new one; the record repeats the sale's invoice and customer"),
    Assumption("Exported type of a captured authorisation", "AUTHORIZATION", "captured_type"),
    Assumption("Exported words of N", "VOIDED, DECLINED; Authorization Only is documented"),
    Assumption("Exported sign of a refund", "positive"),
    Assumption("Zone of times", "US/Pacific", "zone"),
    Assumption("Settling", "175 at once, also when nothing is pending"),
    Assumption("Silent post", "sent for what is approved, 103 included; any port and http too"),
    Assumption("Opening a checkout order", "JSON at /checkout/orders, not the vendor's validate.pay"),
    Assumption("Life of an access token", "7200 seconds, as documented in 2016", "token_life"),
)
