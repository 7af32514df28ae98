from __future__ import annotations

import pytest

from counterfoil.domain.address import Address
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.payer_names import (
    Payer,
    PayerChange,
    PayerChanges,
    Renamed,
    is_same_name,
    judge_payers,
)
from counterfoil.domain.review import Hold, ReviewKind

NOTHING = PayerChanges(changes=())
RENAMED = Renamed(customer=CustomerNumber("ABC"), before="Smith & Sons", after="Smith Ltd")


def payer(name: str, *others: str, reference: str = "v1", has_address: bool = True) -> Payer:
    return Payer(
        reference=reference,
        name=name,
        billing=Address(name=name) if has_address else None,
        others=tuple(CustomerNumber(other) for other in others),
    )


def test_a_payer_with_the_former_name_gets_the_new_one() -> None:
    payers = [payer("SMITH  & sons"), payer("Ann Lee", reference="v2"), payer("Smith Ltd", reference="v3")]
    change = PayerChange(reference="v1", before="SMITH  & sons", after="Smith Ltd")
    assert judge_payers(RENAMED, payers) == PayerChanges(changes=(change,))


@pytest.mark.parametrize("name", ["", "Ann Lee", "Smith", "Smith Ltd"])
def test_a_payer_with_any_other_name_keeps_it_whoever_else_it_is(name: str) -> None:
    assert judge_payers(RENAMED, [payer(name, "XYZ")]) == NOTHING


def test_a_payer_that_is_known_as_anothers_too_is_a_question() -> None:
    question = judge_payers(RENAMED, [payer("Smith & Sons", "XYZ")])
    assert isinstance(question, Hold)
    assert question.kind is ReviewKind.PAYER
    assert "known as XYZ's too" in question.why


def test_a_payer_whose_address_is_not_told_is_left_alone() -> None:
    assert judge_payers(RENAMED, [payer("Smith & Sons", has_address=False)]) == NOTHING


def test_no_name_is_the_same_as_nothing() -> None:
    assert is_same_name(" A b", "a  B ")
    assert not is_same_name("", "")
