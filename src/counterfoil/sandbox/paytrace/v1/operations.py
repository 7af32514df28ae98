"""The operations of the v1 wire: a body in, an answer out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import assert_never

from counterfoil.sandbox.paytrace.cards import mask
from counterfoil.sandbox.paytrace.gateway import Charge, Gateway
from counterfoil.sandbox.paytrace.outcomes import (
    ChargeOutcome,
    CustomerOutcome,
    Done,
    FollowUpOutcome,
    NotDone,
    Reason,
    Refused,
    Stored,
    Verdict,
)
from counterfoil.sandbox.paytrace.rows import Caller, Kind
from counterfoil.sandbox.paytrace.stamps import day_bounds, parse_date
from counterfoil.sandbox.paytrace.triggers import Trigger
from counterfoil.sandbox.paytrace.v1 import answers
from counterfoil.sandbox.paytrace.v1.answers import FollowUpWords, Payload
from counterfoil.sandbox.paytrace.v1.bodies import Body
from counterfoil.sandbox.paytrace.v1.exports import TYPE_FILTERS, customer_record, transaction_record
from counterfoil.sandbox.paytrace.vault import Vault


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; a held answer is kept back although everything is done."""

    status: int
    payload: Payload | None
    is_held: bool = False


SERVER_ERROR = Answer(500, None)

Operation = Callable[[Gateway, Body, Caller], Answer]


def refused_answer(gateway: Gateway, refused: Refused) -> Answer:
    return Answer(400, answers.errors_payload(refused, gateway.settings.error_codes))


def charge_keyed(kind: Kind) -> Operation:
    """A keyed sale or authorisation; everything wrong with the request is told at once."""

    def operation(gateway: Gateway, body: Body, caller: Caller) -> Answer:
        cents, card = body.amount(is_zero_allowed=kind is Kind.AUTHORIZATION), body.card()
        if isinstance(cents, Refused):
            card_refusals = card if isinstance(card, tuple) else ()
            return refused_answer(gateway, Refused(cents.refusals + card_refusals))
        if isinstance(card, tuple):
            return refused_answer(gateway, Refused(card))
        if is_failing_before(gateway, cents):
            return SERVER_ERROR
        charge = Charge(kind=kind, amount_cents=cents, details=body.details(), caller=caller)
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
        charge = Charge(kind=kind, amount_cents=cents, details=body.details(), caller=caller)
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


def capture(gateway: Gateway, body: Body, _: Caller) -> Answer:
    return _follow_up(
        gateway, body, answers.CAPTURE, lambda cents: gateway.capture(body.transaction_id(), cents)
    )


def refund_for_transaction(gateway: Gateway, body: Body, caller: Caller) -> Answer:
    return _follow_up(
        gateway, body, answers.REFUND, lambda cents: gateway.refund(body.transaction_id(), cents, caller)
    )


def void(gateway: Gateway, body: Body, _: Caller) -> Answer:
    return _answer_follow_up(gateway, answers.VOID, gateway.void(body.transaction_id()))


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


def export_by_id(gateway: Gateway, body: Body, _: Caller) -> Answer:
    row = gateway.ledger.transaction(body.transaction_id())
    if row is None:
        return refused_answer(gateway, Refused.of(Reason.TRANSACTION_ID))
    return Answer(200, answers.completed_payload("transactions", [transaction_record(row, gateway.settings)]))


def export_by_date_range(gateway: Gateway, body: Body, _: Caller) -> Answer:
    """Transactions made on the days, both included, in the account's zone."""
    first, last = parse_date(body.raw("start_date")), parse_date(body.raw("end_date"))
    if first is None or last is None or first > last:
        return refused_answer(gateway, Refused.of(Reason.DATE_RANGE))
    rows = gateway.ledger.created_between(*day_bounds(first, last, gateway.settings.zone))
    type_word, customer_id = body.raw("transaction_type").upper(), body.text("customer_id")
    is_of_type = TYPE_FILTERS.get(type_word)
    records = (
        transaction_record(row, gateway.settings)
        for row in rows
        if (is_of_type(row) if is_of_type else not type_word)
        and (not customer_id or row.details.customer_id == customer_id)
        and (not body.has("transaction_id") or row.transaction_id == body.transaction_id())
    )
    return Answer(200, answers.completed_payload("transactions", records))


def customer_create(gateway: Gateway, body: Body, _: Caller) -> Answer:
    card = body.card()
    if isinstance(card, tuple):
        return refused_answer(gateway, Refused(card))
    outcome = Vault(gateway).create(body.text("customer_id"), card, body.profile())
    answer = _answer_profile(gateway, outcome, answers.PROFILE_CREATED, has_card=True)
    if isinstance(outcome, Refused) and answer.payload is not None:
        masked = {"masked_card_number": mask(card.number[-4:], "x")}
        return Answer(answer.status, answer.payload | masked)
    return answer


def customer_create_from_transaction(gateway: Gateway, body: Body, _: Caller) -> Answer:
    outcome = Vault(gateway).create_from_transaction(
        body.text("customer_id"), body.transaction_id(), body.profile()
    )
    return _answer_profile(gateway, outcome, answers.PROFILE_CREATED, has_card=False)


def customer_update(gateway: Gateway, body: Body, _: Caller) -> Answer:
    card = body.card() if body.has("credit_card") else None
    if isinstance(card, tuple):
        return refused_answer(gateway, Refused(card))
    outcome = Vault(gateway).update(body.text("customer_id"), body.text("new_id"), card, body.profile())
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
    "/v1/transactions/sale/keyed": charge_keyed(Kind.SALE),
    "/v1/transactions/sale/by_customer": charge_customer(Kind.SALE),
    "/v1/transactions/authorization/keyed": charge_keyed(Kind.AUTHORIZATION),
    "/v1/transactions/authorization/by_customer": charge_customer(Kind.AUTHORIZATION),
    "/v1/transactions/authorization/capture": capture,
    "/v1/transactions/refund/for_transaction": refund_for_transaction,
    "/v1/transactions/void": void,
    "/v1/transactions/settle": settle,
    "/v1/transactions/export/by_id": export_by_id,
    "/v1/transactions/export/by_date_range": export_by_date_range,
    "/v1/customer/create": customer_create,
    "/v1/customer/create_from_transaction": customer_create_from_transaction,
    "/v1/customer/update": customer_update,
    "/v1/customer/delete": customer_delete,
    "/v1/customer/export": customer_export,
}
