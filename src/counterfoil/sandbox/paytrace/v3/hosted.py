"""Client keys for hosted fields, and the public key for values that a client encrypts itself."""

from __future__ import annotations

from counterfoil.sandbox.paytrace.door import Answer
from counterfoil.sandbox.paytrace.hosted_fields import HostedFields
from counterfoil.sandbox.paytrace.v3.calls import Call, Endpoint


def payment_fields_token(call: Call) -> Answer:
    return call.ok({"clientKey": HostedFields(call.gateway).new_client_key()})


ENDPOINTS = (Endpoint("POST", "/v3/payment-fields/token", payment_fields_token),)
