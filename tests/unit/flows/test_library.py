from __future__ import annotations

from importlib import resources

import pytest

from counterfoil.flows import library
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, read_library_flow
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.dispute_operations import dispute_operations
from tests.support.hub import Hub
from tests.support.memory_erp import MemoryErp

SHIPPED = sorted(
    entry.name.removesuffix(".yaml")
    for entry in resources.files(library).iterdir()
    if entry.name.endswith(".yaml")
)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_flow_may_run_under_its_own_name(name: str) -> None:
    operations = Hub(MemoryErp()).operations | dispute_operations()
    catalogue = {name: operation.spec for name, operation in operations.items()}
    assert read_flow(read_library_flow(name), catalogue).name == name


def test_payments_of_every_status_start_payment_to_receipt() -> None:
    catalogue = {name: operation.spec for name, operation in Hub(MemoryErp()).operations.items()}
    flow = read_flow(read_library_flow(PAYMENT_TO_RECEIPT), catalogue)
    assert flow.is_started_by("payment.captured")
    assert not flow.is_started_by("order.created")


@pytest.mark.parametrize("kind", ["payment.unreadable", "refund.captured", "refund.settled"])
def test_nothing_that_the_gateway_tells_goes_unseen(kind: str) -> None:
    catalogue = {name: operation.spec for name, operation in Hub(MemoryErp()).operations.items()}
    assert read_flow(read_library_flow(PAYMENT_TO_RECEIPT), catalogue).is_started_by(kind)
