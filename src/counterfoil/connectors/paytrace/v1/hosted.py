"""The hosted fields and receipts over v1; it has no pay link of its own."""

from __future__ import annotations

from typing_extensions import override

from counterfoil.connectors.paytrace.mapping.numbers import check_number
from counterfoil.connectors.paytrace.protect import script
from counterfoil.connectors.paytrace.v1.client import PaytraceClient
from counterfoil.connectors.paytrace.wire_v1 import hosted as wire
from counterfoil.connectors.paytrace.wire_v1.answers import RECEIPT_SENT, CallAnswer
from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.errors import OutcomeUnknownError
from counterfoil.ports.hosted import ClientKey, HostedFields, NotMade, PayLink, PayLinkRequest, Sent
from counterfoil.ports.instructions import NotOffered, Unknown
from counterfoil.security.secrets import Secret


class V1Hosted(HostedFields):
    """What one merchant account shows to payers, over v1."""

    def __init__(self, client: PaytraceClient, address: str) -> None:
        self._client = client
        self._address = address

    @override
    def client_key(self) -> ClientKey:
        answer = self._client.ask_bare(wire.ClientKeyAnswer, wire.CLIENT_KEY)
        return ClientKey(key=Secret(answer.client_key), script=script(self._address))

    @override
    def pay_link(self, request: PayLinkRequest) -> PayLink | NotMade | NotOffered | Unknown:
        return NotOffered(why="v1 sends no pay links; V3 does, and the hosted checkout takes an order")

    @override
    def email_receipt(
        self, transaction: TransactionId, address: str
    ) -> Sent | NotMade | NotOffered | Unknown:
        number = check_number(transaction)
        way, payload = (
            (wire.CHECK_RECEIPT, wire.check_receipt(number, address))
            if number
            else (wire.RECEIPT, wire.receipt(transaction, address))
        )
        try:
            answer = self._client.order(way, payload, CallAnswer)
        except OutcomeUnknownError as error:
            return Unknown(why=str(error))
        if answer.success and answer.response_code == RECEIPT_SENT:
            return Sent()
        return NotMade(why=answer.reasons)
