"""Sales and authorisations of the v1 wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.cards import Card
from counterfoil.sandbox.paytrace.door import SERVER_ERROR, Answer, Operation
from counterfoil.sandbox.paytrace.e2ee import KeyPair
from counterfoil.sandbox.paytrace.gateway import Charge, Gateway
from counterfoil.sandbox.paytrace.hosted_fields import HostedFields
from counterfoil.sandbox.paytrace.outcomes import Charged, ChargeOutcome, Reason, Refusal, Refused, Verdict
from counterfoil.sandbox.paytrace.rows import Caller, Kind
from counterfoil.sandbox.paytrace.triggers import Trigger
from counterfoil.sandbox.paytrace.v1 import answers
from counterfoil.sandbox.paytrace.v1.errors import refused_answer
from counterfoil.sandbox.paytrace.v1.requests import card_of, details_of, profile_of, swipe_of
from counterfoil.sandbox.paytrace.vault import Vault

Pay = Callable[[Charge], ChargeOutcome]
Payer = Callable[[Gateway, Body], Pay | Refused]


def charging(kind: Kind, payer: Payer) -> Operation:
    """A sale or authorisation; everything wrong with the request is told at once."""

    def operation(gateway: Gateway, body: Body, caller: Caller) -> Answer:
        cents, pay = body.amount(is_zero_allowed=kind is Kind.AUTHORIZATION), payer(gateway, body)
        if isinstance(cents, Refused) or isinstance(pay, Refused):
            return refused_answer(gateway, Refused.all_of(cents, pay))
        if is_failing_before(gateway, cents):
            return SERVER_ERROR
        charge = Charge(kind=kind, amount_cents=cents, details=details_of(body), caller=caller)
        return charged_answer(gateway, pay(charge))

    return operation


def by_card(read: Callable[[Body, KeyPair], Card | tuple[Refusal, ...]]) -> Payer:
    """Pays with the card that the request carries."""

    def payer(gateway: Gateway, body: Body) -> Pay | Refused:
        card = read(body, gateway.key_pair)
        return Refused(card) if isinstance(card, tuple) else partial(gateway.charge_card, card=card)

    return payer


def by_customer(gateway: Gateway, _: Body) -> Pay:
    """Pays with the card in the vault."""
    return gateway.charge_customer


def by_hosted_fields(gateway: Gateway, body: Body) -> Pay:
    """Pays with the card behind a one-time token, which is spent by the try."""

    def pay(charge: Charge) -> ChargeOutcome:
        card = HostedFields(gateway).redeem(body.raw("hpf_token"), body.raw("enc_key"))
        if isinstance(card, Refused):
            return card
        return gateway.charge_sealed(charge, card.card, card.csc_response)

    return pay


def by_hosted_fields_into_vault(gateway: Gateway, body: Body) -> Pay:
    """The same, and the card goes into the vault once it is charged."""
    customer_id, pay = body.text("customer_id"), by_hosted_fields(gateway, body)

    def pay_and_keep(charge: Charge) -> ChargeOutcome:
        if not customer_id:
            return Refused.of(Reason.CUSTOMER_ID_MISSING)
        if gateway.ledger.customer(customer_id) is not None:
            return Refused.of(Reason.CUSTOMER_ID_TAKEN)
        outcome = pay(charge)
        if isinstance(outcome, Charged) and outcome.verdict is Verdict.APPROVED:
            Vault(gateway).create(customer_id, replace(profile_of(body), card=outcome.row.card))
        return outcome

    return pay_and_keep


def is_failing_before(gateway: Gateway, cents: int) -> bool:
    """Whether the amount makes the gateway fail before it does anything."""
    return gateway.settings.triggers_by_cents.get(cents) is Trigger.ERROR_BEFORE


def charged_answer(gateway: Gateway, outcome: ChargeOutcome) -> Answer:
    """The answer to a charge, with what its amount sets off once the money is taken."""
    if isinstance(outcome, Refused):
        return refused_answer(gateway, outcome)
    trigger = gateway.settings.triggers_by_cents.get(outcome.row.amount_cents)
    if trigger is Trigger.ERROR_AFTER:
        return SERVER_ERROR
    status = gateway.settings.decline_status if outcome.verdict is Verdict.DECLINED else 200
    payload = answers.charge_payload(outcome.verdict, outcome.row)
    return Answer(status, payload, is_held=trigger is Trigger.ANSWER_HELD)


_PAYERS: Mapping[str, Payer] = {
    "keyed": by_card(card_of),
    "swiped": by_card(swipe_of),
    "by_customer": by_customer,
    "pt_protect": by_hosted_fields,
    "pt_protect_customer": by_hosted_fields_into_vault,
}

OPERATIONS: Mapping[str, Operation] = {
    f"/v1/transactions/{kind.value}/{way}": charging(kind, payer)
    for kind in (Kind.SALE, Kind.AUTHORIZATION)
    for way, payer in _PAYERS.items()
}
