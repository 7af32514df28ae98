"""The vault on the v1 wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.cards import mask
from counterfoil.sandbox.paytrace.door import Answer, Operation
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import CustomerOutcome, Reason, Refused, Stored
from counterfoil.sandbox.paytrace.rows import Caller
from counterfoil.sandbox.paytrace.v1 import answers
from counterfoil.sandbox.paytrace.v1.errors import refused_answer
from counterfoil.sandbox.paytrace.v1.records import customer_record
from counterfoil.sandbox.paytrace.v1.requests import card_of, profile_of, transaction_id_of
from counterfoil.sandbox.paytrace.vault import Vault


def customer_create(gateway: Gateway, body: Body, _: Caller) -> Answer:
    card = card_of(body)
    if isinstance(card, tuple):
        return refused_answer(gateway, Refused(card))
    outcome = Vault(gateway).create(body.text("customer_id"), card, profile_of(body))
    answer = _answer_profile(gateway, outcome, answers.PROFILE_CREATED, has_card=True)
    if isinstance(outcome, Refused) and answer.payload is not None:
        masked = {"masked_card_number": mask(card.number[-4:], "x")}
        return Answer(answer.status, answer.payload | masked)
    return answer


def customer_create_from_transaction(gateway: Gateway, body: Body, _: Caller) -> Answer:
    outcome = Vault(gateway).create_from_transaction(
        body.text("customer_id"), transaction_id_of(body), profile_of(body)
    )
    return _answer_profile(gateway, outcome, answers.PROFILE_CREATED, has_card=False)


def customer_update(gateway: Gateway, body: Body, _: Caller) -> Answer:
    card = card_of(body) if body.has("credit_card") else None
    if isinstance(card, tuple):
        return refused_answer(gateway, Refused(card))
    outcome = Vault(gateway).update(body.text("customer_id"), body.text("new_id"), card, profile_of(body))
    return _answer_profile(gateway, outcome, answers.PROFILE_UPDATED, has_card=True)


def customer_delete(gateway: Gateway, body: Body, _: Caller) -> Answer:
    outcome = Vault(gateway).delete(body.text("customer_id"))
    return _answer_profile(gateway, outcome, answers.PROFILE_DELETED, has_card=False)


def customer_export(gateway: Gateway, body: Body, _: Caller) -> Answer:
    """One profile, or all of them where the request names none."""
    customer_id = body.text("customer_id")
    if not customer_id:
        return Answer(
            200, answers.completed_payload("customers", map(customer_record, gateway.ledger.customers()))
        )
    row = gateway.ledger.customer(customer_id)
    if row is None:
        return refused_answer(gateway, Refused.of(Reason.CUSTOMER_UNKNOWN, customer_id))
    return Answer(200, answers.completed_payload("customers", [customer_record(row)]))


def _answer_profile(
    gateway: Gateway, outcome: CustomerOutcome, code_and_verb: tuple[int, str], *, has_card: bool
) -> Answer:
    match outcome:
        case Stored(row):
            return Answer(200, answers.profile_payload(row, code_and_verb, has_card=has_card))
        case Refused():
            return refused_answer(gateway, outcome)
        case _:
            assert_never(outcome)


OPERATIONS: Mapping[str, Operation] = {
    "/v1/customer/create": customer_create,
    "/v1/customer/create_from_transaction": customer_create_from_transaction,
    "/v1/customer/update": customer_update,
    "/v1/customer/delete": customer_delete,
    "/v1/customer/export": customer_export,
}
