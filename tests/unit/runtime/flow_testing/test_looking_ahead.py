from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

import pytest
from typing_extensions import override

from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.flows.definition import parse_flow
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, read_library_flow
from counterfoil.ports.errors import TransientError
from counterfoil.runtime.flow_testing.looking_ahead import Effect, look_ahead
from counterfoil.runtime.flow_testing.replaying import Version
from tests.support.flow_recordings import memory_of, recorded_of, told
from tests.support.flows import Flows
from tests.support.memory_erp import MemoryErp
from tests.support.samples import a_payment, an_invoice

LIVE = read_library_flow(PAYMENT_TO_RECEIPT)


def effect(flows: Flows, run: str, *changes: tuple[str, str]) -> Effect | None:
    """What the shipped flow, changed so, would make of the run's event."""
    planned = LIVE
    for old, new in changes:
        assert old in planned
        planned = planned.replace(old, new)
    before, after = (Version(flow=parse_flow(text), text=text) for text in (LIVE, planned))
    return look_ahead(recorded_of(flows, run), before, after, flows.site, memory_of(flows))


def test_the_same_postings_by_other_nodes_are_no_difference() -> None:
    flows = Flows(MemoryErp(an_invoice("1001")))
    run = told(flows, a_payment(invoice_reference="1001"))
    assert effect(flows, run, ("payment: look", "payment: glance"), ("  look:", "  glance:")) is None


def test_a_question_that_would_come_beside_a_posting_is_told() -> None:
    erp = MemoryErp(an_invoice("1001"))
    flows = Flows(erp)
    run = told(flows, a_payment(invoice_reference="1001"))
    found = effect(flows, run, ("      posted: record", "      posted: review"))
    assert found is not None
    assert found.kind == "payment.captured"
    assert "fact: receipt, customer: ABC, amount: 120.00 USD" in found.before
    assert found.after.startswith("the same is posted; a person is asked: ")
    assert len(erp.ledger) == 1, "nothing is posted"


def test_what_was_never_posted_is_planned_by_the_books_own_preview() -> None:
    erp = MemoryErp(an_invoice("1001"))
    flows = Flows(erp)
    run = told(flows, a_payment())
    erp.invoices.pop(InvoiceNumber("1001"))
    assert effect(flows, run, ("hold: review", "hold: record")) == Effect(
        kind="payment.captured",
        transaction="105968",
        before="a person is asked: Money of an unknown customer"
        " (no invoice number was given, and nothing else names a customer)",
        after="done, nothing is posted",
    )


def test_books_that_cannot_be_read_are_no_difference_but_an_error() -> None:
    class Away(MemoryErp):
        @override
        def find_references(self, reference: str) -> NoReturn:
            raise TransientError("the site is away")

    flows = Flows(MemoryErp(an_invoice("1001")))
    run = told(flows, a_payment(invoice_reference="1001"))
    flows.site = replace(flows.site, erp=Away())
    with pytest.raises(TransientError, match="the site is away"):
        effect(flows, run, ("hold: review", "hold: record"))
