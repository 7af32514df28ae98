"""The hosted fields, pay links and receipts over V3."""

from __future__ import annotations

from typing_extensions import override

from counterfoil.connectors.paytrace import sense
from counterfoil.connectors.paytrace.mapping.numbers import is_uuid
from counterfoil.connectors.paytrace.mapping.words import is_doubtful
from counterfoil.connectors.paytrace.protect import script
from counterfoil.connectors.paytrace.v3.client import V3Client
from counterfoil.connectors.paytrace.wire_v3 import hosted as wire
from counterfoil.connectors.paytrace.wire_v3.answers import STATUS_INVALID, STATUS_NOT_FOUND, Told, convert
from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.errors import OutcomeUnknownError, TransientError
from counterfoil.ports.hosted import ClientKey, HostedFields, NotMade, PayLink, PayLinkRequest, Sent
from counterfoil.ports.instructions import NotOffered, Unknown
from counterfoil.security.secrets import Secret

_NO_CARD_RECEIPT = "V3's call for a card's receipt is not public; tell an e-mail address with the charge"


class V3Hosted(HostedFields):
    """What one merchant account shows to payers, over V3."""

    def __init__(self, client: V3Client, address: str) -> None:
        self._client = client
        self._address = address

    @override
    def client_key(self) -> ClientKey:
        told = self._client.ask(wire.CLIENT_KEY, payload={"merchant_id": self._client.merchant})
        answer = convert(wire.ClientKeyAnswer, told.one)
        if answer is None:
            raise TransientError("PayTrace answered without the key for the hosted fields")
        return ClientKey(key=Secret(answer.client_key), script=script(self._address))

    @override
    def pay_link(self, request: PayLinkRequest) -> PayLink | NotMade | NotOffered | Unknown:
        sense.check_amount(request.amount)
        try:
            told = self._client.order(wire.PAY_LINK, payload=wire.invoice(request, self._client.merchant))
        except OutcomeUnknownError as error:
            return Unknown(why=str(error))
        answer = convert(wire.InvoiceAnswer, told.one) if told.is_done else None
        if answer is None:
            return _refusal(told)
        return PayLink(id=answer.invoice_id or answer.id or "", url=answer.link or answer.url or "")

    @override
    def email_receipt(
        self, transaction: TransactionId, address: str
    ) -> Sent | NotMade | NotOffered | Unknown:
        if not is_uuid(transaction):
            return NotOffered(why=_NO_CARD_RECEIPT)
        try:
            told = self._client.order(wire.CHECK_RECEIPT, payload=wire.check_receipt(transaction, address))
        except OutcomeUnknownError as error:
            return Unknown(why=str(error))
        return Sent() if told.is_done else _refusal(told)


def _refusal(told: Told) -> NotMade | Unknown:
    if told.status in {STATUS_INVALID, STATUS_NOT_FOUND} and not is_doubtful(told.words):
        return NotMade(why=told.words)
    return Unknown(why=f"PayTrace answered HTTP {told.status}: {told.words}")
