"""Carrying out instructions over V3: each is sent once, and a refusal is told from a doubt."""

from __future__ import annotations

from dataclasses import replace

from counterfoil.connectors.paytrace import sense
from counterfoil.connectors.paytrace.explaining import Find, explain
from counterfoil.connectors.paytrace.mapping import answers_v3
from counterfoil.connectors.paytrace.mapping.numbers import is_uuid
from counterfoil.connectors.paytrace.v3.client import V3Client
from counterfoil.connectors.paytrace.ways import Way
from counterfoil.connectors.paytrace.wire_v3 import charges, checks
from counterfoil.connectors.paytrace.wire_v3.answers import Body
from counterfoil.domain.money import Money
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

_NO_CHECK_FOLLOW_UP = (
    "V3 documents no call to hold, release, void or refund a bank payment: do it in the virtual terminal"
)
_CARDS_ONLY = "a one-time token is a card's; a bank account is charged through the vault"
_NOT_KEPT_WHILE_HELD = "V3 keeps a card while it charges it, not while it only holds an amount"
_NO_FUND = "only a bank payment on hold is let go; a card's authorisation is captured"
_NO_LEVEL3 = "the purchase details were not told: the path of V3 for them is not public"


class Orders:
    """Sends what the gateway is told to do."""

    def __init__(self, client: V3Client, find: Find, entry_class: str) -> None:
        self._client = client
        self._find = find
        self._entry_class = entry_class

    def carry_out(self, instruction: Instruction) -> Answer:
        sense.check(instruction)
        try:
            answer = self._sent(instruction)
        except OutcomeUnknownError as error:
            return Unknown(why=str(error))
        match (instruction, answer):
            case (Charge(level3=level3) | Capture(level3=level3), Carried()) if level3 is not None:
                return replace(answer, notes=(_NO_LEVEL3,))
            case _:
                return explain(instruction, answer, self._find)

    def _sent(self, instruction: Instruction) -> Answer:
        match instruction:
            case Charge(tender=Tender.ACH):
                return self._check(instruction)
            case Charge():
                return self._card(instruction)
            case _ if is_uuid(instruction.transaction):
                return NotOffered(why=_NO_CHECK_FOLLOW_UP)
            case _:
                return self._follow_up(instruction)

    def _card(self, charge: Charge) -> Answer:
        match charge:
            case Charge(payer=OneTimeToken(keep_as=str() as label), capture=False) if label:
                return NotOffered(why=_NOT_KEPT_WHILE_HELD)
            case _:
                way, parts, payload = charges.charge(charge, self._client.merchant)
                return answers_v3.read_charge(self._client.order(way, *parts, payload=payload))

    def _follow_up(self, instruction: FollowUp) -> Answer:
        match instruction:
            case FundCheck():
                return NotOffered(why=_NO_FUND)
            case Capture(amount=amount):
                return self._item(charges.CAPTURE, instruction, amount)
            case Refund(amount=amount):
                return self._item(charges.REFUND, instruction, amount)
            case Void():
                return self._item(charges.VOID, instruction, None)

    def _item(self, way: Way, instruction: FollowUp, amount: Money | None) -> Answer:
        payload = charges.items(self._client.merchant, instruction.transaction, amount)
        told = self._client.order(way, payload=payload)
        return answers_v3.read_item(instruction, told, instruction.transaction)

    def _check(self, charge: Charge) -> Answer:
        if not charge.capture:
            return NotOffered(why=_NO_CHECK_FOLLOW_UP)
        match charge.payer:
            case OneTimeToken():
                return NotOffered(why=_CARDS_ONLY)
            case StoredPayer() as payer:
                payload = checks.payment(charge, payer, self._client.merchant, self._entry_class)
                told = self._client.order(checks.PAYMENT, payload=payload)
                return (
                    self._looked_up(charge) if answers_v3.may_be_taken(told) else answers_v3.read_check(told)
                )

    def _looked_up(self, charge: Charge) -> Answer:
        """A 422 for the record's path comes also where the payment was taken: its key tells (verified)."""
        try:
            return answers_v3.read_check_by_key(find_check(self._client, charge.invoice_id), charge)
        except CounterfoilError as error:
            return Unknown(why=f"PayTrace refused the record's path, and cannot be asked for it: {error}")


def find_check(client: V3Client, key: str) -> Body | None:
    """The bank payment with the idempotency key, or None."""
    told = client.find(checks.BY_KEY, key, query={"merchant_id": str(client.merchant)})
    return told.one if told is not None and (told.many or told.one.get("transaction_id")) else None
