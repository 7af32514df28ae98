"""Stored payers of a customer at the gateway: found by what we know of them, and renamed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol, assert_never

from typing_extensions import override

from counterfoil.domain.address import Address
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.payer_names import Payer, PayerChange, PayerPolicy, is_same_name
from counterfoil.ports.errors import OutcomeUnknownError
from counterfoil.ports.instructions import NotOffered, StoredPayer, Unknown
from counterfoil.ports.payment_methods import PayerOwners, PaymentMethods
from counterfoil.ports.run_store import Run
from counterfoil.ports.vault import CustomerChange, Kept, NotKept, NotUnique, Vault


class Renaming(Enum):
    """What became of one payer's name."""

    DONE = "done"
    LEFT = "left"
    """It is gone, or has another name by now."""
    NOT_MADE = "not_made"
    UNKNOWN = "unknown"
    """The answer was lost; looking again tells."""


class PayerDesk(Protocol):
    """The stored payers of a run's company.

    Raises:
        TransientError: the gateway is away; nothing was changed.
        ConfigurationError: the log-in is refused or lacks a permission.
    """

    @property
    def policy(self) -> PayerPolicy: ...

    def payers_of(self, customer: CustomerNumber) -> Sequence[Payer]:
        """Those that the gateway still has."""
        ...

    def rename(self, change: PayerChange) -> Renaming:
        """Gives the payer its new name, once it is looked at again; a repeat changes nothing more."""
        ...


PayerDesks = Callable[[Run], PayerDesk]
"""The desk of a run's company; raises ConfigurationError where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultPayers(PayerDesk):
    """The vault of one connection, with the methods saved through it and its cross-references."""

    connection: str
    policy: PayerPolicy
    vault: Vault
    methods: PaymentMethods
    owners: PayerOwners

    @override
    def payers_of(self, customer: CustomerNumber) -> Sequence[Payer]:
        saved = [method.reference for method in self.methods.saved(self.connection, customer)]
        references = dict.fromkeys([*saved, *sorted(self.owners.references(customer))])
        found = (self._payer(reference, customer) for reference in references)
        return [payer for payer in found if payer is not None]

    @override
    def rename(self, change: PayerChange) -> Renaming:
        payer = StoredPayer(reference=change.reference)
        stored = self.vault.find(payer)
        if stored is None or stored.billing is None:
            return Renaming.LEFT
        if not is_same_name(stored.name, change.before):
            return Renaming.DONE if is_same_name(stored.name, change.after) else Renaming.LEFT
        return self._send(payer, replace(stored.billing, name=change.after))

    def _send(self, payer: StoredPayer, billing: Address) -> Renaming:
        # The whole address goes with the name: whether the gateway keeps the rest of it is not documented.
        try:
            answer = self.vault.update(payer, CustomerChange(billing=billing))
        except OutcomeUnknownError:
            return Renaming.UNKNOWN
        match answer:
            case Kept():
                return Renaming.DONE
            case Unknown():
                return Renaming.UNKNOWN
            case NotKept() | NotUnique() | NotOffered():
                return Renaming.NOT_MADE
            case _:
                assert_never(answer)

    def _payer(self, reference: str, customer: CustomerNumber) -> Payer | None:
        stored = self.vault.find(StoredPayer(reference=reference))
        if stored is None:
            return None
        method = self.methods.find(self.connection, reference)
        known = {self.owners.owner(reference), method.customer if method else None}
        others = tuple(sorted(owner for owner in known if owner not in {None, customer} and owner))
        return Payer(reference=reference, name=stored.name, billing=stored.billing, others=others)
