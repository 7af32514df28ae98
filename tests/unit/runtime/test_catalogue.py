from __future__ import annotations

from counterfoil.runtime.catalogue import shipped_catalogue
from counterfoil.runtime.dispute_operations import dispute_operations
from tests.support.hub import Hub
from tests.support.memory_erp import MemoryErp


def test_the_catalogue_is_what_the_interpreter_carries_out() -> None:
    operations = Hub(MemoryErp()).operations | dispute_operations()
    assert shipped_catalogue() == {name: operation.spec for name, operation in operations.items()}
