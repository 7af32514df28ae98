"""A node's name is nobody's key: what a flow calls its nodes never makes it post twice."""

from __future__ import annotations

import re

import pytest

from counterfoil.flows.definition import parse_flow
from counterfoil.ports.engine import Finished
from tests.support.hub import Hub
from tests.support.memory_erp import MemoryErp
from tests.support.memory_store import Killed
from tests.support.samples import a_payment, an_invoice

PAYMENT = a_payment(invoice_reference="1001")


def renamed(text: str) -> str:
    """The flow with another name for every node."""
    for node in parse_flow(text).nodes:
        text = re.sub(rf"^  {node}:", f"  {node}_2:", text, flags=re.MULTILINE)
        text = re.sub(rf"(?<=: ){node}\b(?!\.)", f"{node}_2", text)
    return text


def redeploy(hub: Hub) -> None:
    before = parse_flow(hub.flow)
    hub.flow = renamed(hub.flow)
    after = parse_flow(hub.flow)
    assert not set(before.nodes) & set(after.nodes)
    hub.version = after.version
    hub.store.flows[hub.version] = hub.flow


def test_what_is_told_again_under_other_names_posts_nothing_again() -> None:
    hub = Hub(MemoryErp(an_invoice()))
    hub.accept(PAYMENT)
    assert hub.carry() == Finished()
    redeploy(hub)
    hub.accept(PAYMENT, "run-2")
    assert hub.carry("run-2") == Finished()
    assert hub.store.runs["run-1"].flow_version != hub.store.runs["run-2"].flow_version
    assert len(hub.erp.ledger) == 1


def test_a_run_cut_short_after_posting_and_one_of_the_renamed_flow_post_once() -> None:
    hub = Hub(MemoryErp(an_invoice()))
    hub.accept(PAYMENT)

    def die() -> None:
        raise Killed

    hub.erp.after_post.append(die)
    with pytest.raises(Killed):
        hub.carry()
    redeploy(hub)
    hub.accept(PAYMENT, "run-2")
    assert hub.carry("run-2") == Finished()
    assert hub.carry("run-1") == Finished(), "it ends on the version that it began with"
    assert len(hub.erp.ledger) == 1
