"""Hosted fields of the v1 wire: client keys, and customers made from one-time tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Answer, Operation
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.hosted_fields import HostedFields
from counterfoil.sandbox.paytrace.outcomes import CustomerOutcome, Refused
from counterfoil.sandbox.paytrace.rows import Caller
from counterfoil.sandbox.paytrace.v1 import answers
from counterfoil.sandbox.paytrace.v1.customers import answer_profile
from counterfoil.sandbox.paytrace.v1.requests import profile_of
from counterfoil.sandbox.paytrace.vault import Profile, Vault


def create_token(gateway: Gateway, _body: Body, _: Caller) -> Answer:
    """A client key for one page; nothing but the key is answered, as an independent client reads it."""
    return Answer(200, {"clientKey": HostedFields(gateway).new_client_key()})


def customer_create(gateway: Gateway, body: Body, _: Caller) -> Answer:
    profile = _profile(gateway, body)
    outcome: CustomerOutcome = (
        profile if isinstance(profile, Refused) else Vault(gateway).create(body.text("customer_id"), profile)
    )
    return answer_profile(gateway, outcome, answers.PROFILE_CREATED, has_card=True)


def customer_update(gateway: Gateway, body: Body, _: Caller) -> Answer:
    profile = _profile(gateway, body)
    outcome: CustomerOutcome = (
        profile
        if isinstance(profile, Refused)
        else Vault(gateway).update(body.text("customer_id"), body.text("new_id"), profile)
    )
    return answer_profile(gateway, outcome, answers.PROFILE_UPDATED, has_card=True)


def _profile(gateway: Gateway, body: Body) -> Profile | Refused:
    """What the request says, with the card behind its one-time token."""
    found = HostedFields(gateway).redeem(body.raw("hpf_token"), body.raw("enc_key"))
    return found if isinstance(found, Refused) else replace(profile_of(body), card=found.card)


OPERATIONS: Mapping[str, Operation] = {
    "/v1/payment_fields/token/create": create_token,
    "/v1/customer/pt_protect_create": customer_create,
    "/v1/customer/pt_protect_update": customer_update,
}
