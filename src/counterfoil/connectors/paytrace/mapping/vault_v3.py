"""Vault customers of V3 in domain words, and what became of a change to the vault."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.connectors.paytrace.mapping.digits import expiry, last_four
from counterfoil.connectors.paytrace.mapping.statuses import plain
from counterfoil.connectors.paytrace.mapping.words import is_doubtful
from counterfoil.connectors.paytrace.wire_v3.answers import STATUS_INVALID, STATUS_NOT_FOUND, Told, convert
from counterfoil.connectors.paytrace.wire_v3.vault import CustomerAnswer, CustomerRecord
from counterfoil.domain.address import Address
from counterfoil.domain.payment import Tender
from counterfoil.ports.errors import DecisionError
from counterfoil.ports.instructions import StoredPayer, Unknown
from counterfoil.ports.vault import Kept, NotKept, NotUnique, StoredCustomer, VaultAnswer

_UNIQUE = "unique"


def map_customer(body: Mapping[str, object]) -> StoredCustomer:
    """A vault customer.

    Raises:
        DecisionError: it has another shape than known.
    """
    record = convert(CustomerRecord, body)
    if record is None:
        raise DecisionError("PayTrace told a vault customer in another shape than known")
    address = record.billing_address or {}
    account = str((record.bank_account or {}).get("account_number") or "")
    return StoredCustomer(
        reference=record.customer_id,
        label=plain(record.customer_label),
        name=plain(record.billing_name) or plain(str(address.get("name") or "")),
        billing=_address(record) if record.billing_address else None,
        email=plain(record.email),
        tender=Tender.ACH if record.bank_account and not record.card_masked else Tender.CARD,
        last_four=last_four(record.card_masked or account),
        expires=expiry(record.expiration_year, record.expiration_month),
    )


def _address(record: CustomerRecord) -> Address:
    told = {key: plain(str(text or "")) for key, text in (record.billing_address or {}).items()}
    return Address(
        name=plain(record.billing_name) or told.get("name", ""),
        line_1=told.get("street_address", ""),
        line_2=told.get("street_address2", ""),
        city=told.get("city", ""),
        state=told.get("state", ""),
        zip=told.get("postal_code", ""),
        country=told.get("country", ""),
    )


def read_made(told: Told, known: str = "") -> VaultAnswer:
    """A change that was done names the customer, or concerns one that is known."""
    if not told.is_done:
        return _refusal(told)
    answer = convert(CustomerAnswer, told.one)
    reference = (answer.customer_id if answer else None) or known
    if not reference:
        return Unknown(why="PayTrace answered the vault customer without its number")
    return Kept(payer=StoredPayer(reference=reference))


def _refusal(told: Told) -> VaultAnswer:
    """That a label is taken is told in words alone (assumed)."""
    if told.status not in {STATUS_INVALID, STATUS_NOT_FOUND} or is_doubtful(told.words):
        return Unknown(why=f"PayTrace answered HTTP {told.status}: {told.words}")
    return NotUnique(why=told.words) if _UNIQUE in told.words.lower() else NotKept(why=told.words)
