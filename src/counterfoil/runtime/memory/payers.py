"""Stored payers without a gateway, as a test states them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from typing_extensions import override

from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.payer_names import Payer, PayerChange, PayerPolicy, is_same_name
from counterfoil.runtime.payers import PayerDesk, Renaming


@dataclass(kw_only=True)
class MemoryPayers(PayerDesk):
    """Each customer's payers; answers by its script, then with a yes."""

    policy: PayerPolicy = PayerPolicy.LEAVE
    payers: dict[CustomerNumber, list[Payer]] = field(default_factory=dict)
    script: list[str] = field(default_factory=list)

    @override
    def payers_of(self, customer: CustomerNumber) -> Sequence[Payer]:
        return tuple(self.payers.get(customer, ()))

    @override
    def rename(self, change: PayerChange) -> Renaming:
        if self.script:
            word = self.script.pop(0)
            return Renaming.UNKNOWN if word == Renaming.UNKNOWN.value else Renaming.NOT_MADE
        for payers in self.payers.values():
            for place, payer in enumerate(payers):
                is_it = payer.reference == change.reference and is_same_name(payer.name, change.before)
                payers[place] = replace(payer, name=change.after) if is_it else payer
        return Renaming.DONE
