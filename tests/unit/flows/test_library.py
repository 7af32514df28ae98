from __future__ import annotations

from importlib import resources

import pytest

from counterfoil.domain.payment import PaymentKind, PaymentStatus
from counterfoil.flows import library
from counterfoil.flows.definition import parse_flow
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, REFUND_TO_BOOKS, SHIPPED, read_library_flow
from counterfoil.flows.validate import read_flow
from tests.support.flows import Flows
from tests.support.memory_erp import MemoryErp

NAMES = sorted(
    entry.name.removesuffix(".yaml")
    for entry in resources.files(library).iterdir()
    if entry.name.endswith(".yaml")
)


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_flow_may_run_under_its_own_name(name: str) -> None:
    operations = Flows(MemoryErp()).operations()
    catalogue = {name: operation.spec for name, operation in operations.items()}
    assert read_flow(read_library_flow(name), catalogue).name == name


def test_the_list_of_shipped_flows_is_whole() -> None:
    assert sorted(SHIPPED) == NAMES


KINDS = [f"{kind.value}.{status.value}" for kind in PaymentKind for status in PaymentStatus]


@pytest.mark.parametrize("kind", [*KINDS, "payment.unreadable"])
def test_what_the_gateway_tells_starts_just_one_of_the_flows_that_come_with_a_connection(kind: str) -> None:
    flows = [parse_flow(read_library_flow(name)) for name in (PAYMENT_TO_RECEIPT, REFUND_TO_BOOKS)]
    assert sum(flow.is_started_by(kind) for flow in flows) == 1
    assert not any(flow.is_started_by("order.created") for flow in flows)
