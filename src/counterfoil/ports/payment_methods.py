"""Where saved payment methods and their owners' consent are kept."""

from __future__ import annotations

from typing import Protocol

from counterfoil.domain.consent import SavedMethod


class PaymentMethods(Protocol):
    """Saved payment methods of gateway connections."""

    def find(self, connection: str, reference: str) -> SavedMethod | None:
        """The method that is charged by this reference, with the consent that stands now."""
        ...
