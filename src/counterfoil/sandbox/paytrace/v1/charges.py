"""Sales and authorisations of the v1 wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.cards import Card
from counterfoil.sandbox.paytrace.door import SERVER_ERROR, Answer, Operation
from counterfoil.sandbox.paytrace.gateway import Charge, Gateway
from counterfoil.sandbox.paytrace.outcomes import ChargeOutcome, Refusal, Refused, Verdict
from counterfoil.sandbox.paytrace.rows import Caller, Kind
from counterfoil.sandbox.paytrace.triggers import Trigger
from counterfoil.sandbox.paytrace.v1 import answers
from counterfoil.sandbox.paytrace.v1.errors import refused_answer
from counterfoil.sandbox.paytrace.v1.requests import card_of, details_of, swipe_of


def charge_card(kind: Kind, read: Callable[[Body], Card | tuple[Refusal, ...]]) -> Operation:
    """A sale or authorisation on a card that is there; everything wrong with the request is told at once."""

    def operation(gateway: Gateway, body: Body, caller: Caller) -> Answer:
        cents, found = body.amount(is_zero_allowed=kind is Kind.AUTHORIZATION), read(body)
        card = Refused(found) if isinstance(found, tuple) else found
        if isinstance(cents, Refused) or isinstance(card, Refused):
            return refused_answer(gateway, Refused.all_of(cents, card))
        if is_failing_before(gateway, cents):
            return SERVER_ERROR
        charge = Charge(kind=kind, amount_cents=cents, details=details_of(body), caller=caller)
        return charged_answer(gateway, gateway.charge_card(charge, card))

    return operation


def charge_customer(kind: Kind) -> Operation:
    """A sale or authorisation on a card in the vault."""

    def operation(gateway: Gateway, body: Body, caller: Caller) -> Answer:
        cents = body.amount(is_zero_allowed=kind is Kind.AUTHORIZATION)
        if isinstance(cents, Refused):
            return refused_answer(gateway, cents)
        if is_failing_before(gateway, cents):
            return SERVER_ERROR
        charge = Charge(kind=kind, amount_cents=cents, details=details_of(body), caller=caller)
        return charged_answer(gateway, gateway.charge_customer(charge))

    return operation


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


OPERATIONS: Mapping[str, Operation] = {
    "/v1/transactions/sale/keyed": charge_card(Kind.SALE, card_of),
    "/v1/transactions/sale/swiped": charge_card(Kind.SALE, swipe_of),
    "/v1/transactions/authorization/swiped": charge_card(Kind.AUTHORIZATION, swipe_of),
    "/v1/transactions/sale/by_customer": charge_customer(Kind.SALE),
    "/v1/transactions/authorization/keyed": charge_card(Kind.AUTHORIZATION, card_of),
    "/v1/transactions/authorization/by_customer": charge_customer(Kind.AUTHORIZATION),
}
