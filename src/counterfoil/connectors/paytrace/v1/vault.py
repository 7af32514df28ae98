"""The vault port over v1: the reference is the label, an id that we choose."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from counterfoil.connectors.paytrace.mapping.vault_v1 import map_customer
from counterfoil.connectors.paytrace.mapping.words import is_doubtful
from counterfoil.connectors.paytrace.v1.client import PaytraceClient
from counterfoil.connectors.paytrace.v1.gateway import refuse_failure
from counterfoil.connectors.paytrace.ways import Way
from counterfoil.connectors.paytrace.wire_v1 import vault as wire
from counterfoil.connectors.paytrace.wire_v1.answers import (
    CUSTOMERS,
    ERROR_CUSTOMER_NOT_UNIQUE,
    ERROR_CUSTOMER_UNKNOWN,
    CallAnswer,
    Payload,
)
from counterfoil.domain.payment import Tender
from counterfoil.ports.errors import OutcomeUnknownError
from counterfoil.ports.instructions import NotOffered, OneTimeToken, StoredPayer, Unknown
from counterfoil.ports.vault import (
    CustomerChange,
    Kept,
    NewCustomer,
    NotKept,
    NotUnique,
    StoredCustomer,
    Vault,
    VaultAnswer,
)

_NO_BANK_ACCOUNT = (
    "v1 takes a new bank account by its number alone, and no number is ever sent from here: enter it in "
    "PayTrace's virtual terminal"
)


class V1Vault(Vault):
    """The vault of one merchant account over v1."""

    def __init__(self, client: PaytraceClient) -> None:
        self._client = client

    @override
    def create(self, customer: NewCustomer) -> VaultAnswer:
        if customer.tender is not Tender.CARD:
            return NotOffered(why=_NO_BANK_ACCOUNT)
        match customer.source:
            case OneTimeToken() as token:
                return self._order(wire.CREATE, wire.create(customer, token), customer.label)
            case transaction:
                return self._order(wire.CREATE_FROM, wire.create_from(customer, transaction), customer.label)

    @override
    def update(self, payer: StoredPayer, change: CustomerChange) -> VaultAnswer:
        way = wire.UPDATE if change.source is None else wire.UPDATE_CARD
        return self._order(way, wire.update(payer.reference, change), change.label or payer.reference)

    @override
    def delete(self, payer: StoredPayer) -> VaultAnswer:
        return self._order(wire.DELETE, wire.named(payer.reference), payer.reference)

    @override
    def find(self, payer: StoredPayer) -> StoredCustomer | None:
        answer = self._client.ask(wire.CustomersAnswer, wire.EXPORT_ONE, wire.named(payer.reference))
        if ERROR_CUSTOMER_UNKNOWN in (answer.errors or {}):
            return None
        refuse_failure(answer, f"export the customer {payer.reference}")
        found = [map_customer(body) for body in answer.customers or ()]
        return next((customer for customer in found if customer.reference == payer.reference), None)

    @override
    def all(self) -> Sequence[StoredCustomer]:
        answer = self._client.ask(wire.CustomersAnswer, wire.EXPORT, {})
        refuse_failure(answer, "export its customers")
        return [map_customer(body) for body in answer.customers or ()]

    def _order(self, way: Way, payload: Payload, reference: str) -> VaultAnswer:
        try:
            answer = self._client.order(way, payload, CallAnswer)
        except OutcomeUnknownError as error:
            return Unknown(why=str(error))
        return _read(answer, reference)


def _read(answer: CallAnswer, reference: str) -> VaultAnswer:
    if answer.success and answer.response_code in CUSTOMERS:
        return Kept(payer=StoredPayer(reference=answer.customer_id or reference))
    if ERROR_CUSTOMER_NOT_UNIQUE in (answer.errors or {}):
        return NotUnique(why=answer.reasons)
    if not answer.success and answer.errors and not is_doubtful(answer.reasons):
        return NotKept(why=answer.reasons)
    return Unknown(why=f"PayTrace answered with response code {answer.response_code}: {answer.reasons}")
