"""Records of the catalogue in place of lists that somebody wrote."""

from __future__ import annotations

from counterfoil.flows.mapping.definition import parse_mapping
from counterfoil.flows.suggest.catalogued import source_fields, target_fields
from counterfoil.flows.suggest.draft import draft_mapping
from counterfoil.flows.suggest.suggesting import suggest
from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType
from counterfoil.runtime.result_records import DECISIONS, PAYMENT

TABLE = RecordSpec(
    name="arcash",
    label="Table arcash",
    fields=(
        FieldSpec(name="custno", label="Customer number", type=ValueType.TEXT, width=6),
        FieldSpec(name="paidamt", label="Amount paid", type=ValueType.MONEY, width=10),
        FieldSpec(name="exchrat", label="Exchange rate", type=ValueType.NUMBER, width=9, places=5),
        FieldSpec(name="void", label="Whether it is void", type=ValueType.FLAG, required=False),
        FieldSpec(name="blob", label="Whatever", type=ValueType.ANY),
        FieldSpec(name="lines", label="Its lines", type=ValueType.LIST, record=PAYMENT),
    ),
)


def test_a_source_is_named_as_a_mapping_in_a_flow_reads_it() -> None:
    fields = {each.name: each for each in source_fields(PAYMENT)}
    assert str(fields["payment.transaction"].type) == "text"
    assert str(fields["payment.settled_at"].type) == "optional moment"
    assert (str(fields["payment.tender"].type), fields["payment.tender"].example) == ("text 4", "card")
    assert "applied.customer" in {each.name for each in source_fields(DECISIONS["applied"])}


def test_a_target_has_the_widths_of_the_record_and_nothing_that_a_mapping_cannot_give() -> None:
    told = {each.name: str(each.type) for each in target_fields(TABLE)}
    assert told == {"custno": "text 6", "paidamt": "money", "exchrat": "number 9,5", "void": "optional flag"}
    assert [each.label for each in target_fields(TABLE)][:2] == ["Customer number", "Amount paid"]


def test_a_draft_of_two_records_is_a_mapping() -> None:
    sources, targets = source_fields(PAYMENT), target_fields(TABLE)
    found = suggest(sources, targets)
    assert {each.target: each.proposed for each in found}["paidamt"] == "payment.amount"
    assert "paidamt" in parse_mapping(draft_mapping("draft", sources, targets, found)).rules
