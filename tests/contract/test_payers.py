"""Stored payers at a sandbox get a new name, and nothing else about them changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from typing_extensions import override

from counterfoil.connectors.paytrace.settings import Generation
from counterfoil.domain.consent import SavedMethod
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.payer_names import PayerChange, PayerPolicy
from counterfoil.domain.payment import Tender
from counterfoil.ports.instructions import StoredPayer
from counterfoil.ports.payment_methods import PayerOwners, PaymentMethods
from counterfoil.runtime.payers import Renaming, VaultPayers
from tests.contract.sandbox_desk import SandboxDesk, sandbox_desk

ABC, XYZ = CustomerNumber("ABC"), CustomerNumber("XYZ")


@dataclass
class Saved(PaymentMethods):
    methods: list[SavedMethod] = field(default_factory=list)

    @override
    def find(self, connection: str, reference: str) -> SavedMethod | None:
        return next((each for each in self.methods if each.reference == reference), None)

    @override
    def saved(self, connection: str, customer: CustomerNumber | None = None) -> Sequence[SavedMethod]:
        return [each for each in self.methods if customer in {None, each.customer}]


@dataclass
class Known(PayerOwners):
    owners: dict[str, CustomerNumber] = field(default_factory=dict)

    @override
    def owner(self, reference: str) -> CustomerNumber | None:
        return self.owners.get(reference)

    @override
    def references(self, customer: CustomerNumber) -> Sequence[str]:
        return [reference for reference, owner in self.owners.items() if owner == customer]


@pytest.fixture(params=["v1", "v3"])
def desk(request: pytest.FixtureRequest) -> Iterator[SandboxDesk]:
    generation: Generation = request.param
    with sandbox_desk(generation) as desk:
        yield desk


def payers_at(desk: SandboxDesk, saved: Saved, known: Known) -> VaultPayers:
    return VaultPayers(
        connection="shop",
        policy=PayerPolicy.NAMES,
        vault=desk.connection.vault,
        methods=saved,
        owners=known,
    )


def test_a_payer_gets_the_new_name_and_keeps_its_address_and_card(desk: SandboxDesk) -> None:
    reference = desk.payer().reference
    payers = payers_at(desk, Saved(), Known({reference: ABC}))
    [payer] = payers.payers_of(ABC)
    before = desk.connection.vault.find(StoredPayer(reference=reference))
    assert before is not None
    change = PayerChange(reference=reference, before=payer.name.upper(), after="Smith Ltd")
    assert [payers.rename(change) for _ in range(2)] == [Renaming.DONE] * 2
    after = desk.connection.vault.find(StoredPayer(reference=reference))
    assert after is not None
    assert before.billing is not None
    assert after.billing is not None
    assert (after.name, after.last_four, after.expires) == ("Smith Ltd", before.last_four, before.expires)
    assert (after.billing.line_1, after.billing.zip) == (before.billing.line_1, before.billing.zip)
    assert before.billing.line_1


def test_a_payer_that_has_another_name_by_now_or_is_gone_is_left(desk: SandboxDesk) -> None:
    reference = desk.payer().reference
    payers = payers_at(desk, Saved(), Known())
    other = PayerChange(reference=reference, before="Nobody", after="Smith Ltd")
    assert payers.rename(other) is Renaming.LEFT
    desk.connection.vault.delete(StoredPayer(reference=reference))
    assert payers.rename(other) is Renaming.LEFT
    assert payers_at(desk, Saved(), Known({reference: ABC})).payers_of(ABC) == []


def test_what_two_customers_are_said_to_be_tells_both(desk: SandboxDesk) -> None:
    reference = desk.payer().reference
    saved = Saved([SavedMethod(reference=reference, customer=ABC, tender=Tender.CARD)])
    [payer] = payers_at(desk, saved, Known({reference: XYZ})).payers_of(ABC)
    assert payer.others == (XYZ,)
    [same] = payers_at(desk, saved, Known({reference: ABC})).payers_of(ABC)
    assert same.others == ()
