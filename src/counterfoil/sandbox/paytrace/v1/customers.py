"""The vault on the v1 wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.cards import Card, mask
from counterfoil.sandbox.paytrace.checks.accounts import BankAccount
from counterfoil.sandbox.paytrace.door import Answer, Operation
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import CustomerOutcome, Reason, Refusal, Refused, Stored
from counterfoil.sandbox.paytrace.rows import Caller
from counterfoil.sandbox.paytrace.v1 import answers
from counterfoil.sandbox.paytrace.v1.errors import refused_answer
from counterfoil.sandbox.paytrace.v1.records import customer_record
from counterfoil.sandbox.paytrace.v1.requests import account_of, card_of, profile_of, transaction_id_of
from counterfoil.sandbox.paytrace.vault import Profile, Vault


def customer_create(gateway: Gateway, body: Body, _: Caller) -> Answer:
    """A profile with a card, with a bank account, or with both."""
    card = card_of(body, gateway.key_pair) if body.has("credit_card") or not body.has("check") else None
    profile = _profile(gateway, body, card)
    if isinstance(profile, Refused):
        return refused_answer(gateway, profile)
    outcome = Vault(gateway).create(body.text("customer_id"), profile)
    answer = answer_profile(gateway, outcome, answers.PROFILE_CREATED, has_card=True)
    if isinstance(outcome, Refused) and answer.payload is not None and isinstance(card, Card):
        masked = {"masked_card_number": mask(card.number[-4:], "x")}
        return Answer(answer.status, answer.payload | masked)
    return answer


def customer_create_from_transaction(gateway: Gateway, body: Body, _: Caller) -> Answer:
    outcome = Vault(gateway).create_from_transaction(
        body.text("customer_id"), transaction_id_of(body), profile_of(body)
    )
    return answer_profile(gateway, outcome, answers.PROFILE_CREATED, has_card=False)


def customer_update(gateway: Gateway, body: Body, _: Caller) -> Answer:
    card = card_of(body, gateway.key_pair) if body.has("credit_card") else None
    profile = _profile(gateway, body, card)
    if isinstance(profile, Refused):
        return refused_answer(gateway, profile)
    outcome = Vault(gateway).update(body.text("customer_id"), body.text("new_id"), profile)
    return answer_profile(gateway, outcome, answers.PROFILE_UPDATED, has_card=True)


def customer_delete(gateway: Gateway, body: Body, _: Caller) -> Answer:
    outcome = Vault(gateway).delete(body.text("customer_id"))
    return answer_profile(gateway, outcome, answers.PROFILE_DELETED, has_card=False)


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


def _profile(gateway: Gateway, body: Body, card: Card | tuple[Refusal, ...] | None) -> Profile | Refused:
    """What the request says of the customer, with the card and the account as they may be kept."""
    account = account_of(body) if body.has("check") else None
    wrong = [*(card if isinstance(card, tuple) else ()), *(account if isinstance(account, tuple) else ())]
    if wrong:
        return Refused(tuple(wrong))
    seal = gateway.ledger.seal
    return replace(
        profile_of(body),
        card=seal.seal(card) if isinstance(card, Card) else None,
        account=account.sealed(seal) if isinstance(account, BankAccount) else None,
    )


def answer_profile(
    gateway: Gateway, outcome: CustomerOutcome, code_and_verb: tuple[int, str], *, has_card: bool
) -> Answer:
    match outcome:
        case Stored(row):
            payload = answers.profile_payload(row, code_and_verb)
            return Answer(200, payload | (answers.masked_card(row) if has_card else {}))
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
