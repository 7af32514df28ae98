"""What the v1 wire does with a transaction that is there: capture, void, refund, settle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import assert_never

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.corrections import adjust, note_receipt, refund_unreferenced
from counterfoil.sandbox.paytrace.door import Answer, Operation
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Done, FollowUpOutcome, NotDone, Reason, Refused
from counterfoil.sandbox.paytrace.rows import Caller, StoredCard
from counterfoil.sandbox.paytrace.v1 import answers
from counterfoil.sandbox.paytrace.v1.answers import FollowUpWords
from counterfoil.sandbox.paytrace.v1.requests import card_of, details_of, transaction_id_of


def capture(gateway: Gateway, body: Body, _: Caller) -> Answer:
    return _follow_up(
        gateway, body, answers.CAPTURE, lambda cents: gateway.capture(transaction_id_of(body), cents)
    )


def refund_for_transaction(gateway: Gateway, body: Body, caller: Caller) -> Answer:
    return _follow_up(
        gateway, body, answers.REFUND, lambda cents: gateway.refund(transaction_id_of(body), cents, caller)
    )


def void(gateway: Gateway, body: Body, _: Caller) -> Answer:
    return _answer_follow_up(gateway, answers.VOID, gateway.void(transaction_id_of(body)))


def adjust_amount(gateway: Gateway, body: Body, _: Caller) -> Answer:
    """Lowers the amount of what is not settled; the path is assumed."""
    cents = body.amount(is_zero_allowed=False)
    adjusted = cents if isinstance(cents, Refused) else adjust(gateway, transaction_id_of(body), cents)
    return _answer_follow_up(gateway, answers.ADJUST, adjusted)


def email_receipt(gateway: Gateway, body: Body, _: Caller) -> Answer:
    outcome = note_receipt(gateway, transaction_id_of(body), body.text("email").strip())
    return _answer_follow_up(gateway, answers.RECEIPT, outcome)


def refund_keyed(gateway: Gateway, body: Body, caller: Caller) -> Answer:
    """A refund to a keyed card without a sale."""
    card = card_of(body, gateway.key_pair)
    sealed = Refused(card) if isinstance(card, tuple) else gateway.ledger.seal.seal(card)
    return _refund_to(gateway, body, caller, sealed)


def refund_to_customer(gateway: Gateway, body: Body, caller: Caller) -> Answer:
    """The same to the card of a customer in the vault."""
    customer_id = body.text("customer_id")
    customer = gateway.ledger.customer(customer_id)
    if customer is None or customer.card is None:
        return _refund_to(gateway, body, caller, Refused.of(Reason.CUSTOMER_UNKNOWN, customer_id))
    return _refund_to(gateway, body, caller, customer.card)


def _refund_to(gateway: Gateway, body: Body, caller: Caller, card: StoredCard | Refused) -> Answer:
    cents = body.amount(is_zero_allowed=False)
    if isinstance(cents, Refused) or isinstance(card, Refused):
        return refused_follow_up(gateway, Refused.all_of(cents, card))
    outcome = refund_unreferenced(gateway, card, cents, details=details_of(body), caller=caller)
    return _answer_follow_up(gateway, answers.REFUND, outcome)


def refused_follow_up(gateway: Gateway, refused: Refused) -> Answer:
    """A refusal as refunds and captures answer it."""
    return _answer_follow_up(gateway, answers.REFUND, refused)


def _follow_up(
    gateway: Gateway, body: Body, words: FollowUpWords, act: Callable[[int | None], FollowUpOutcome]
) -> Answer:
    cents = body.optional_amount()
    outcome = cents if isinstance(cents, Refused) else act(cents)
    return _answer_follow_up(gateway, words, outcome)


def _answer_follow_up(gateway: Gateway, words: FollowUpWords, outcome: FollowUpOutcome) -> Answer:
    match outcome:
        case Done(row):
            return Answer(200, answers.follow_up_payload(words, row.transaction_id, is_done=True))
        case NotDone(transaction_id):
            payload = answers.follow_up_payload(words, transaction_id, is_done=False)
            return Answer(gateway.settings.decline_status, payload)
        case Refused():
            return Answer(400, answers.follow_up_errors(words, outcome, gateway.settings.error_codes))
        case _:
            assert_never(outcome)


def settle(gateway: Gateway, _body: Body, _: Caller) -> Answer:
    return Answer(200, answers.settled_payload(gateway.settle()))


OPERATIONS: Mapping[str, Operation] = {
    "/v1/transactions/authorization/capture": capture,
    "/v1/transactions/refund/for_transaction": refund_for_transaction,
    "/v1/transactions/void": void,
    "/v1/transactions/settle": settle,
    "/v1/transactions/refund/keyed": refund_keyed,
    "/v1/transactions/refund/to_customer": refund_to_customer,
    "/v1/transactions/adjust_amount": adjust_amount,
    "/v1/transactions/email_receipt": email_receipt,
}
