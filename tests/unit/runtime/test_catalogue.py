from __future__ import annotations

from counterfoil.runtime.catalogue import shipped_catalogue
from tests.support.flows import Flows
from tests.support.memory_erp import MemoryErp


def test_the_catalogue_is_what_the_interpreter_carries_out() -> None:
    operations = Flows(MemoryErp()).operations()
    assert shipped_catalogue() == {name: operation.spec for name, operation in operations.items()}
