from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from counterfoil.flows.document import read_document
from counterfoil.flows.mapping.types import Type, read_type
from counterfoil.flows.suggest.fields import ListedField
from counterfoil.flows.suggest.gate import passes
from counterfoil.flows.suggest.learned import Learned
from counterfoil.flows.suggest.suggesting import SHOWN_MAX, Confidence, Suggestion, suggest
from counterfoil.ports.embedder import UNIT, Embedder, Vector
from counterfoil.ports.errors import ConfigurationError
from tests.unit.flows.suggest.strategies import lists

Fields = tuple[ListedField, ...]


class Letters(Embedder):
    """Texts that share letters are alike."""

    def __init__(self) -> None:
        self.told: list[str] = []

    @property
    @override
    def name(self) -> str:
        return "letters"

    @override
    def embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        self.told += texts
        return [tuple(UNIT // 26 * (letter in text) for letter in "abcdefghijklmnop") for text in texts]


def typed(words: str) -> Type:
    return read_type(read_document(words))


def field(name: str, label: str = "", kind: str = "text 20", example: str = "") -> ListedField:
    return ListedField(name=name, label=label, type=typed(kind), example=example)


def only(sources: Sequence[ListedField], target: ListedField, learned: Learned | None = None) -> Suggestion:
    (found,) = suggest(sources, (target,), learned=learned)
    return found


def test_a_known_name_is_sure_and_says_why() -> None:
    found = only((field("city"), field("customer_id", "Customer ID")), field("custno", kind="text 10"))
    assert found.proposed == "customer_id"
    assert found.candidates[0].confidence is Confidence.HIGH
    assert "both are known names of: customer number" in found.candidates[0].reasons
    assert any("add truncate: {width: 10" in reason for reason in found.candidates[0].reasons)


def test_what_is_not_sure_is_left_blank_but_shown() -> None:
    sources = (field("order_number", "Order number"), field("colour", "Colour of the box"))
    found = only(sources, field("salesmn", "Salesperson"))
    assert found.proposed is None


def test_a_better_use_of_a_source_leaves_the_other_target_blank() -> None:
    sources = (field("invoice_date", "Invoice date", "date"),)
    targets = (field("due", "Due date", "date"), field("invdte", "Invoice date", "date"))
    assert [each.proposed for each in suggest(sources, targets)] == [None, "invoice_date"]


def test_billing_is_not_shipping() -> None:
    sources = (field("billing.city", "City"), field("shipping.city", "City"))
    targets = (field("ShipToCity", "City"), field("BillToCity", "City"))
    assert [each.proposed for each in suggest(sources, targets)] == ["shipping.city", "billing.city"]


def test_the_date_of_a_thing_is_that_of_its_creation() -> None:
    sources = (field("updated_at", kind="moment"), field("created_at", kind="moment"))
    assert only(sources, field("orderDate", "Date", "date")).candidates[0].source == "created_at"


def test_an_amount_that_is_no_date_never_fills_one() -> None:
    assert only((field("date", "Date", "money"),), field("date", "Date", "date")).candidates == ()


@pytest.mark.parametrize(
    ("kind", "example", "is_open"),
    [("number 12,2", "12.50", True), ("number 12,2", "Anna", False), ("date", "2026-11-28", True)],
)
def test_a_text_becomes_something_else_only_where_its_example_looks_so(
    kind: str, example: str, is_open: bool
) -> None:
    assert passes(field("a", example=example), field("a", kind=kind)) is is_open


def test_an_accepted_pair_comes_first_and_a_refused_one_never_again() -> None:
    sources, target = (
        (field("invoice_id", "Invoice number"), field("note", "Note")),
        field("invno", "Invoice"),
    )
    taught = Learned().accept("invno", "note").refuse("invno", "invoice_id")
    found = only(sources, target, learned=taught)
    assert [each.source for each in found.candidates] == ["note"]
    assert found.candidates[0].reasons[0] == "accepted before"


def test_a_source_that_a_person_accepted_twice_is_proposed_twice() -> None:
    targets = (field("total", kind="money"), field("paid", kind="money"))
    learned = Learned().accept("total", "amount").accept("paid", "amount")
    found = suggest((field("amount", kind="money"),), targets, learned=learned)
    assert [each.proposed for each in found] == ["amount", "amount"]


def test_a_model_is_told_names_and_labels_and_no_example() -> None:
    model = Letters()
    suggest(
        (field("payer", "Who paid", example="Anna Karenina"),),
        (field("cust", "Customer", example="ACME"),),
        embedder=model,
    )
    assert model.told == ["Customer: customer", "Who paid: customer"]


def test_a_model_that_skips_a_text_is_refused() -> None:
    class Silent(Letters):
        @override
        def embed(self, texts: Sequence[str]) -> Sequence[Vector]:
            return [(1, 2)] * (len(texts) - 1)

    with pytest.raises(ConfigurationError, match="one vector of the same size"):
        suggest((field("a"),), (field("b"),), embedder=Silent())


def test_nothing_comes_of_nothing() -> None:
    assert suggest((), (field("a"),)) == (Suggestion(target="a", proposed=None, candidates=()),)
    assert suggest((field("a"),), ()) == ()


@given(sources=lists(), targets=lists(), with_model=st.booleans())
def test_no_source_is_given_twice_and_no_gate_is_crossed(
    sources: Fields, targets: Fields, with_model: bool
) -> None:
    found = suggest(sources, targets, embedder=Letters() if with_model else None)
    proposed = [each.proposed for each in found if each.proposed is not None]
    assert len(proposed) == len({*proposed})
    by_name = {each.name: each for each in sources}
    for suggestion, target in zip(found, targets, strict=True):
        assert suggestion.target == target.name
        assert len(suggestion.candidates) <= SHOWN_MAX
        for candidate in suggestion.candidates:
            assert passes(by_name[candidate.source], target)
            assert candidate.reasons
        if suggestion.proposed is not None:
            assert suggestion.proposed == suggestion.candidates[0].source
            assert suggestion.candidates[0].confidence is not Confidence.LOW


@given(sources=lists(), targets=lists(), data=st.data())
def test_a_refused_pair_never_comes_back_whatever_else_was_answered(
    sources: Fields, targets: Fields, data: st.DataObject
) -> None:
    learned = Learned()
    pairs = [(target.name, source.name) for target in targets for source in sources]
    answers = (
        data.draw(st.lists(st.tuples(st.sampled_from(pairs), st.booleans()), max_size=8)) if pairs else []
    )
    for (target, source), is_right in answers:
        learned = learned.accept(target, source) if is_right else learned.refuse(target, source)
    last = dict(answers)
    for suggestion in suggest(sources, targets, learned=learned):
        for candidate in suggestion.candidates:
            assert last.get((suggestion.target, candidate.source)) is not False


def test_the_order_of_the_lists_changes_nothing() -> None:
    sources = (
        field("invoice_id", "Invoice number"),
        field("note", "Note"),
        field("city", "City of the payer"),
    )
    targets = (field("invno", "Invoice"), field("memo", "Remark"), field("town", "Customer's city"))
    assert suggest(sources, targets) == suggest(sources[::-1], targets[::-1])[::-1]
