"""The one way to charge a stored payer who is not there: only as far as the payer's consent goes."""

from __future__ import annotations

from datetime import tzinfo

from counterfoil.domain.consent import NotAllowed, Unattended, judge_unattended
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber
from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import DefectError
from counterfoil.ports.instructions import Charge, StoredPayer
from counterfoil.ports.payment_methods import PaymentMethods
from counterfoil.runtime.gateway_writes import GatewayWrites, Outcome


class UnattendedCharges:
    """Charges stored payers of one connection; without consent nothing is stored and nothing is sent."""

    def __init__(
        self, connection: str, methods: PaymentMethods, writes: GatewayWrites, clock: Clock, zone: tzinfo
    ) -> None:
        self._connection = connection
        self._methods = methods
        self._writes = writes
        self._clock = clock
        self._zone = zone

    def charge(
        self, key: str, charge: Charge, customer: CustomerNumber, *, run: str | None = None
    ) -> Outcome | NotAllowed:
        """Carries the charge out once, where the payer's consent covers it.

        Raises:
            DefectError: it charges no stored payer.
            TransientError: as `GatewayWrites.carry_out`.
        """
        if not isinstance(charge.payer, StoredPayer):
            raise DefectError("only a stored payer can be charged unattended")
        wanted = Unattended(
            reference=charge.payer.reference,
            customer=customer,
            invoice=InvoiceNumber(charge.invoice_id),
            amount=charge.amount,
        )
        method = self._methods.find(self._connection, charge.payer.reference)
        today = self._clock.now().astimezone(self._zone).date()
        refusal = judge_unattended(method, wanted, today)
        return refusal if refusal is not None else self._writes.carry_out(key, charge, run=run)
