from __future__ import annotations

from counterfoil.runtime.catalogue import shipped_catalogue
from counterfoil.runtime.flow_testing.case import SiteTerms
from counterfoil.runtime.flow_testing.stated_books import Books
from counterfoil.runtime.flow_testing.trying import operations_in_memory, stated_ports
from tests.support.flows import Flows
from tests.support.memory_erp import MemoryErp


def test_the_catalogue_is_what_the_interpreter_carries_out() -> None:
    operations = Flows(MemoryErp()).operations()
    assert shipped_catalogue() == {name: operation.spec for name, operation in operations.items()}


def test_flow_tests_know_every_operation_of_the_catalogue() -> None:
    operations = operations_in_memory(SiteTerms(), stated_ports(Books(), SiteTerms()))
    assert {name: operation.spec for name, operation in operations.items()} == shipped_catalogue()
