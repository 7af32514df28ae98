"""What the v1 wire does with a transaction that is there: capture, void, refund, settle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import assert_never

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Answer, Operation
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Done, FollowUpOutcome, NotDone, Refused
from counterfoil.sandbox.paytrace.rows import Caller
from counterfoil.sandbox.paytrace.v1 import answers
from counterfoil.sandbox.paytrace.v1.answers import FollowUpWords
from counterfoil.sandbox.paytrace.v1.requests import transaction_id_of


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
}
