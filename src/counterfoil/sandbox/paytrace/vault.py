"""The vault: customer profiles whose card or bank account is known by its keyed digest alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from counterfoil.sandbox.paytrace.customer_numbers import CustomerNumbers
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import CustomerOutcome, Reason, Refused, Stored
from counterfoil.sandbox.paytrace.rows import Address, CustomerRow, StoredAccount, StoredCard


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a request says of a customer; None leaves what is stored."""

    billing: Address | None
    shipping: Address | None
    email: str | None
    phone: str | None
    fax: str | None
    card: StoredCard | None = None
    account: StoredAccount | None = None


class Vault:
    """The customer profiles of one merchant account; a customer id is unique."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._ledger = gateway.ledger
        self._numbers = CustomerNumbers(gateway.ledger)

    def create(self, customer_id: str, profile: Profile) -> CustomerOutcome:
        """A new profile; it says the card or the account itself."""
        if not customer_id:
            return Refused.of(Reason.CUSTOMER_ID_MISSING)
        with self._ledger.changes():
            if self._ledger.customer(customer_id) is not None:
                return Refused.of(Reason.CUSTOMER_ID_TAKEN)
            blank = CustomerRow(
                customer_id=customer_id,
                card=None,
                billing=Address(),
                shipping=Address(),
                email="",
                phone="",
                fax="",
                created_at=self._gateway.now(),
            )
            row = _with_profile(blank, profile)
            self._ledger.put_customer(row)
            return Stored(row)

    def create_from_transaction(
        self, customer_id: str, transaction_id: int, profile: Profile
    ) -> CustomerOutcome:
        """A profile with the card of a past transaction."""
        transaction = self._ledger.transaction(transaction_id)
        if transaction is None:
            return Refused.of(Reason.TRANSACTION_ID)
        return self.create(customer_id, replace(profile, card=transaction.card))

    def update(self, customer_id: str, new_id: str, profile: Profile) -> CustomerOutcome:
        """Replaces what the request names, the customer id included."""
        with self._ledger.changes():
            stored = self._ledger.customer(customer_id)
            if stored is None:
                return Refused.of(Reason.CUSTOMER_UNKNOWN, customer_id)
            if new_id and new_id != customer_id and self._ledger.customer(new_id) is not None:
                return Refused.of(Reason.CUSTOMER_ID_TAKEN)
            row = msgspec.structs.replace(_with_profile(stored, profile), customer_id=new_id or customer_id)
            self._ledger.remove_customer(customer_id)
            self._ledger.put_customer(row)
            self._numbers.rename(customer_id, row.customer_id)
            return Stored(row)

    def delete(self, customer_id: str) -> CustomerOutcome:
        with self._ledger.changes():
            stored = self._ledger.customer(customer_id)
            if stored is None:
                return Refused.of(Reason.CUSTOMER_UNKNOWN, customer_id)
            self._ledger.remove_customer(customer_id)
            self._numbers.forget(customer_id)
            return Stored(stored)


def _with_profile(row: CustomerRow, profile: Profile) -> CustomerRow:
    return msgspec.structs.replace(
        row,
        billing=row.billing if profile.billing is None else profile.billing,
        shipping=row.shipping if profile.shipping is None else profile.shipping,
        email=row.email if profile.email is None else profile.email,
        phone=row.phone if profile.phone is None else profile.phone,
        fax=row.fax if profile.fax is None else profile.fax,
        card=profile.card or row.card,
        account=profile.account or row.account,
    )
