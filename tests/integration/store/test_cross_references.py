from __future__ import annotations

from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.store.cross_references import CrossReferences, StoredOwners
from tests.integration.store.samples import Hub


def test_whose_a_stored_payer_is_and_which_are_a_customers(hub: Hub) -> None:
    references = CrossReferences(hub.database, hub.clock)
    for payer, customer in (("v1", "ABC"), ("v2", "ABC"), ("v3", "XYZ"), ("v3", "ABC"), ("v2", "XYZ")):
        references.put("c1", "vault_customer", payer, customer)
    owners = StoredOwners(references, "c1", "vault_customer")
    assert owners.references(CustomerNumber("ABC")) == ["v1", "v3"]
    assert (owners.owner("v2"), owners.owner("v9")) == ("XYZ", None)
    assert StoredOwners(references, "c1", "other").references(CustomerNumber("ABC")) == []
