"""Where the V3 wire had to guess; docs/reference/paytrace-sandbox-v3.md shows this table."""

from __future__ import annotations

from counterfoil.sandbox.paytrace.assumptions import Assumption

ASSUMPTIONS = (
    Assumption("Shape of a log-in's answer", "the token under `data`; both were seen", "v3.token_shape"),
    Assumption("Life of an access token", "2 hours", "v3.token_life"),
    Assumption(
        "Refresh token", "lives 30 days, is good once and replaced by each log-in", "v3.refresh_token_life"
    ),
    Assumption("Refused log-in, missing or dead token", "401 with a message as text"),
    Assumption("Token of one wire on the other", "taken"),
    Assumption("HTTP code of a decline", "200 with response_code 102", "v3.decline_status"),
    Assumption("What is not found", "404 by path, 422 by a field of the body", "v3.not_found_status"),
    Assumption("User of several accounts", "one password; `merchant_id` chooses, v1 knows the first"),
    Assumption("What the user may not do", "403 with a message as text"),
    Assumption("merchant_id of another account", "403 with a message as text"),
    Assumption("merchant_id left out where it is not required", "the user's first account"),
    Assumption("Names of fields in a 422", "as in the body, without prefix", "v3.has_field_prefix"),
    Assumption("Form of a 422", "the list of fields; or text alone", "v3.has_plain_messages"),
    Assumption("X-Integrator-Id", "may be left out; at most 12 characters", "v3.is_integrator_id_required"),
    Assumption("X-Permalinks", "`true` or `1` adds `permalinks`; at most 4 characters"),
    Assumption("Keyed authorisation", "at /v3/card/authorize/keyed, by analogy"),
    Assumption("Padding of encrypted values", "OAEP and PKCS #1 v1.5 are both taken"),
    Assumption("The key pair", "a new one at each start"),
    Assumption("Life of a client key", "2 hours, any number of cards", "hosted_fields.client_key_life"),
    Assumption(
        "Life of an hpf_token", "15 minutes, one use, spent by a decline too", "hosted_fields.token_life"
    ),
    Assumption("customer_label taken", "nothing is charged: 422"),
    Assumption(
        "Words of `status`", "AUTHORIZED, CAPTURED, SETTLED, VOIDED, DECLINED, EXPIRED", "v3.status_words"
    ),
    Assumption("Fields of a record", "those an independent client reads, the others by the v1 record"),
    Assumption("Times of card records", "ISO 8601 in UTC"),
    Assumption("Size of a batch call", "1 to 100 items", "v3.batch_items_max"),
    Assumption(
        "Result of a batch item",
        "`success` as verified, or `failed` with `errors`; HTTP 200 whatever the items",
    ),
    Assumption(
        "Id in the result of a refund", "the one asked for; the refund's own as `refund_transaction_id`"
    ),
    Assumption("Lists by what may be done", "newest first, with `total`, `limit` and `offset` beside `data`"),
    Assumption("limit above the ceiling", "422"),
    Assumption("Answer of a check", "HTTP 200, `transaction_id`, `transaction_status`, `data: []`"),
    Assumption("Check refused at once", "as a decline, with its status", "v3.decline_status"),
    Assumption("Account number in the clear", "422", "checks.takes_plain_accounts"),
    Assumption(
        "Repeated idempotency_key", "same amount and account: the first again", "checks.is_repeat_answered"
    ),
    Assumption(
        "Accepted, but answered 422 `path/record_id`",
        "at 1.50; the quirk is verified",
        "checks.misreported_cents",
    ),
    Assumption("transaction_type of checks", "1 payment, 2 refund; 3 and 4 find nothing"),
    Assumption("Times in filters", "UTC where they name no offset; both ends included"),
    Assumption("List of checks", "under `items` as read by an independent client, newest first"),
    Assumption("Deposits", "one for each business day, `YYYYMMDD-D0001`; pages of 10, at most 30"),
    Assumption("Receipt of a check", "its record; mails are noted, not sent"),
    Assumption("Refund authorisation", "data of a refund, code 106; also by customer/{customer_id}"),
    Assumption("Item of batch/transactions", "data of a payment with `status`; a decline is `failed`"),
    Assumption("Update of a customer", "PUT at the customer's path; the card by hosted fields"),
    Assumption("Answer of creating and updating a customer", "its record"),
    Assumption("Masked card", "twelve stars and the last four digits"),
    Assumption("Export by date lags behind", "not at all", "export_lag"),
    Assumption("Record of a batch", "the keys of v1 in ISO times"),
    Assumption("Changed password", "ends every token of the user, refresh tokens too"),
    Assumption("Hosted fields", "checked at the sandbox by 35, 43 and 148; 998 for a dead client key"),
    Assumption("Answer of an invoice", "`invoice_id` and `link`; the mail to `email` is noted, not sent"),
    Assumption("Kinds of an invoice", "SALE and AUTHORIZATION; the three with customers are refused"),
    Assumption("expire_at", "ISO date (to its end) or time; else 30 days or the account's setting"),
    Assumption("Days of checkout/setting", "1, 4, 14 or 30"),
    Assumption("Silent post of an invoice", "the form of the hosted checkout, ORDERID its number"),
    Assumption("Update and export of a recurring payment", "PUT /v3/recurrence, GET /v3/recurrence/export"),
    Assumption("Record of a recurring payment", "the customer, and `recurrence` with its `id` as text"),
)
