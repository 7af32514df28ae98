"""Where saved payment methods and their owners' consent are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from counterfoil.domain.consent import SavedMethod
from counterfoil.domain.identifiers import CustomerNumber


class PaymentMethods(Protocol):
    """Saved payment methods of gateway connections."""

    def find(self, connection: str, reference: str) -> SavedMethod | None:
        """The method that is charged by this reference, with the consent that stands now."""
        ...

    def saved(self, connection: str, customer: CustomerNumber | None = None) -> Sequence[SavedMethod]:
        """A customer's methods, or everybody's, that have not ended; oldest first."""
        ...


class PayerOwners(Protocol):
    """Whose stored payers are, as people said."""

    def owner(self, reference: str) -> CustomerNumber | None: ...

    def references(self, customer: CustomerNumber) -> Sequence[str]: ...
