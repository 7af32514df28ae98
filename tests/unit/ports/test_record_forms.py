from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from counterfoil.domain.due_charges import DueCharge
from counterfoil.ports import encoding
from counterfoil.ports.catalogue import OperationSpec
from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType
from counterfoil.ports.record_forms import Words, record_of
from counterfoil.ports.record_values import misfits
from counterfoil.runtime.catalogue import shipped_catalogue
from counterfoil.runtime.record_words import DISPUTE_WORDS, PAYMENT_WORDS, SETTLEMENT_WORDS
from counterfoil.runtime.result_records import DISPUTE, FACT, PAYMENT, SETTLEMENT
from tests.support.samples import a_payment

HOW = "write takes={input: record} and gives={outcome: record}, with records of runtime/result_records.py"


def fields(record: RecordSpec) -> Iterator[FieldSpec]:
    for member in record.one_of:
        yield from fields(member)
    for field in record.fields:
        yield field
        if field.record is not None:
            yield from fields(field.record)


@pytest.mark.parametrize("spec", shipped_catalogue().values(), ids=lambda spec: spec.name)
def test_every_input_and_result_of_an_operation_says_what_it_is_made_of(spec: OperationSpec) -> None:
    assert set(spec.takes) == {*spec.inputs, *spec.optional_inputs}, HOW
    assert set(spec.gives) <= set(spec.outcomes), HOW


@pytest.mark.parametrize(
    ("record", "words"),
    [(PAYMENT, PAYMENT_WORDS), (SETTLEMENT, SETTLEMENT_WORDS), (DISPUTE, DISPUTE_WORDS)],
    ids=lambda each: getattr(each, "name", ""),
)
def test_what_people_call_a_field_is_of_a_field_that_there_is(
    record: RecordSpec, words: Mapping[str, Words]
) -> None:
    assert words.keys() <= {field.name for field in record.fields}
    for name, each in words.items():
        field = record.field(name)
        assert field is not None
        assert (field.label, field.required or not each.always) == (each.label, True)


@pytest.mark.parametrize("spec", shipped_catalogue().values(), ids=lambda spec: spec.name)
def test_every_field_has_a_label_and_a_type(spec: OperationSpec) -> None:
    for record in (*spec.takes.values(), *spec.gives.values()):
        for field in fields(record):
            assert field.label
            assert spec.connects or field.type is not ValueType.ANY, f"{record.name}.{field.name}"
            assert field.words or field.type is not ValueType.CODE


def test_a_payment_is_what_its_record_says() -> None:
    assert list(misfits(PAYMENT, encoding.encode(a_payment()))) == []


def test_what_a_record_does_not_say_is_told() -> None:
    told = encoding.encode(a_payment()) | {"amount": "12", "colour": "red", "status": "open", "kind": None}
    assert list(misfits(PAYMENT, told)) == [
        "payment.colour: not among the fields",
        "payment.kind: is empty",
        "payment.status: 'open' is no code",
        "payment.amount: '12' is no money",
    ]


def test_a_record_of_several_kinds_is_told_by_its_word() -> None:
    assert list(misfits(FACT, {"type": "gift"})) == ["fact: no kind 'gift'"]
    assert list(misfits(FACT, "gift")) == ["fact: no record"]
    assert {each.name for each in FACT.one_of} == {f"fact.{word}" for word in encoding.FACT.members}


def test_types_come_from_the_class() -> None:
    charge = record_of("charge", "A charge", DueCharge)
    assert {field.name for field in charge.fields} == set(DueCharge.__dataclass_fields__)
    case = DISPUTE.field("case")
    assert case is not None
    assert (case.type, case.example) == (ValueType.TEXT, "CB-1")
