"""The vault port over V3: the reference is PayTrace's number, the label ours."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from counterfoil.connectors.paytrace.mapping.numbers import is_uuid
from counterfoil.connectors.paytrace.mapping.vault_v3 import map_customer, read_made
from counterfoil.connectors.paytrace.v3.client import V3Client
from counterfoil.connectors.paytrace.ways import Way
from counterfoil.connectors.paytrace.wire_v3 import vault as wire
from counterfoil.connectors.paytrace.wire_v3.answers import Payload
from counterfoil.domain.payment import Tender
from counterfoil.ports.errors import DefectError, OutcomeUnknownError
from counterfoil.ports.instructions import NotOffered, OneTimeToken, StoredPayer, Unknown
from counterfoil.ports.vault import CustomerChange, NewCustomer, StoredCustomer, Vault, VaultAnswer

_NO_BANK_ACCOUNT = (
    "a bank account comes into V3's vault by its number or from a bank payment, and no number is ever sent "
    "from here: keep it from a payment, or enter it in PayTrace's virtual terminal"
)


class V3Vault(Vault):
    """The vault of one merchant account over V3."""

    def __init__(self, client: V3Client) -> None:
        self._client = client

    @override
    def create(self, customer: NewCustomer) -> VaultAnswer:
        if not 0 < len(customer.label) <= wire.LABEL_LENGTH_MAX:
            raise DefectError("V3 takes a label of 1 to 50 characters")
        merchant = self._client.merchant
        match customer.source:
            case OneTimeToken() as token:
                if customer.tender is not Tender.CARD:
                    return NotOffered(why=_NO_BANK_ACCOUNT)
                return self._order(wire.CREATE, payload=wire.create(customer, token, merchant))
            case transaction if is_uuid(transaction):
                payload = wire.create_from_check(customer, transaction, merchant)
                return self._order(wire.CREATE_FROM_CHECK, payload=payload)
            case transaction:
                payload = wire.create_from(customer, transaction, merchant)
                return self._order(wire.CREATE_FROM, payload=payload)

    @override
    def update(self, payer: StoredPayer, change: CustomerChange) -> VaultAnswer:
        payload = wire.update(change, self._client.merchant)
        return self._order(wire.UPDATE, payer.reference, payload=payload, known=payer.reference)

    @override
    def delete(self, payer: StoredPayer) -> VaultAnswer:
        payload: Payload = {"merchant_id": self._client.merchant}
        return self._order(wire.DELETE, payer.reference, payload=payload, known=payer.reference)

    @override
    def find(self, payer: StoredPayer) -> StoredCustomer | None:
        told = self._client.find(wire.ONE, payer.reference, query={"merchant_id": str(self._client.merchant)})
        return map_customer(told.one) if told else None

    @override
    def all(self) -> Sequence[StoredCustomer]:
        merchant = self._client.merchant
        found = self._client.pages(
            wire.LIST, query=lambda offset: wire.page(merchant, offset), page=wire.PAGE
        )
        return [map_customer(body) for body in found]

    def _order(self, way: Way, *parts: str, payload: Payload, known: str = "") -> VaultAnswer:
        try:
            return read_made(self._client.order(way, *parts, payload=payload), known)
        except OutcomeUnknownError as error:
            return Unknown(why=str(error))
