"""Carrying out instructions over v1: each is sent once, and a refusal is told from a doubt."""

from __future__ import annotations

from dataclasses import replace

from counterfoil.connectors.paytrace import sense
from counterfoil.connectors.paytrace.explaining import Find, explain
from counterfoil.connectors.paytrace.mapping.answers_v1 import codes_of, read_answer
from counterfoil.connectors.paytrace.mapping.numbers import check_number
from counterfoil.connectors.paytrace.v1.client import PaytraceClient
from counterfoil.connectors.paytrace.ways import Way
from counterfoil.connectors.paytrace.wire_v1 import charges, checks, level_three
from counterfoil.connectors.paytrace.wire_v1.answers import CallAnswer, Payload
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.level_three import Level3
from counterfoil.domain.payment import Tender
from counterfoil.ports.errors import CounterfoilError, OutcomeUnknownError
from counterfoil.ports.instructions import (
    Answer,
    Capture,
    Carried,
    Charge,
    FollowUp,
    FundCheck,
    Instruction,
    NotOffered,
    OneTimeToken,
    Refund,
    StoredPayer,
    Unknown,
    Void,
)

_KEEP_FIRST = "v1 keeps no card while it charges it: keep the card in the vault first, then charge that"
_CARDS_ONLY = "a one-time token is a card's; a bank account is charged through the vault"
_NO_CHECK = "only a bank payment on hold is let go; a card's authorisation is captured"
_NO_CAPTURE = "a bank payment on hold is let go, not captured"


class Orders:
    """Sends what the gateway is told to do."""

    def __init__(self, client: PaytraceClient, find: Find) -> None:
        self._client = client
        self._find = find

    def carry_out(self, instruction: Instruction) -> Answer:
        sense.check(instruction)
        outgoing = _outgoing(instruction)
        if isinstance(outgoing, NotOffered):
            return outgoing
        way, payload = outgoing
        try:
            answer = self._client.order(way, payload, CallAnswer)
        except OutcomeUnknownError as error:
            return Unknown(why=str(error))
        read = read_answer(answer, codes_of(instruction, is_check=_is_check(instruction)))
        match read:
            case Carried():
                return self._with_details(instruction, _as_named(instruction, read))
            case _:
                return explain(instruction, read, self._find)

    def _with_details(self, instruction: Instruction, carried: Carried) -> Carried:
        """Tells what was bought, after the fact; a failure is told beside the answer and changes nothing."""
        match instruction:
            case (
                Charge(tender=Tender.CARD, capture=True, level3=Level3() as level3)
                | Capture(level3=Level3() as level3)
            ):
                return replace(carried, notes=self._tell(carried.transaction, level3))
            case _:
                return carried

    def _tell(self, transaction: TransactionId, level3: Level3) -> tuple[str, ...]:
        details = level_three.details(transaction, level3)
        try:
            answer = self._client.order(level_three.way(level3.scheme), details, CallAnswer)
        except CounterfoilError as error:
            return (f"the purchase details were not taken: {error}",)
        return () if answer.success else (f"the purchase details were not taken: {answer.reasons}",)


def _outgoing(instruction: Instruction) -> tuple[Way, Payload] | NotOffered:
    match instruction:
        case Charge():
            return _charge(instruction)
        case _:
            number = check_number(instruction.transaction)
            return _of_check(instruction, number) if number else _of_card(instruction)


def _of_card(instruction: FollowUp) -> tuple[Way, Payload] | NotOffered:
    match instruction:
        case Capture():
            return charges.CAPTURE, charges.capture(instruction)
        case Void(transaction=transaction):
            return charges.VOID, {"transaction_id": transaction}
        case Refund():
            return charges.REFUND, charges.refund(instruction)
        case FundCheck():
            return NotOffered(why=_NO_CHECK)


def _of_check(instruction: FollowUp, number: str) -> tuple[Way, Payload] | NotOffered:
    match instruction:
        case Capture():
            return NotOffered(why=_NO_CAPTURE)
        case Void():
            return checks.VOID, checks.follow_up(number, None)
        case Refund(amount=amount):
            return checks.REFUND, checks.follow_up(number, amount)
        case FundCheck(amount=amount):
            return checks.FUND, checks.follow_up(number, amount)


def _charge(charge: Charge) -> tuple[Way, Payload] | NotOffered:
    match (charge.tender, charge.payer):
        case (Tender.CARD, OneTimeToken(keep_as=str() as label)) if label:
            return NotOffered(why=_KEEP_FIRST)
        case (Tender.CARD, _):
            return charges.charge(charge)
        case (_, StoredPayer() as payer):
            return checks.charge(charge, payer)
        case _:
            return NotOffered(why=_CARDS_ONLY)


def _as_named(instruction: Instruction, carried: Carried) -> Carried:
    """Charges and refunds are transactions of their own; all else concerns the one that was named."""
    match instruction:
        case Charge() | Refund():
            return carried
        case _:
            return replace(carried, transaction=instruction.transaction)


def _is_check(instruction: Instruction) -> bool:
    match instruction:
        case Charge(tender=tender):
            return tender is Tender.ACH
        case _:
            return check_number(instruction.transaction) is not None
