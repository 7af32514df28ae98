"""The fields of a catalogue's record as suggestions see them."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.flows.mapping.definition import is_field_name
from counterfoil.flows.mapping.fields import type_of
from counterfoil.flows.records import listed
from counterfoil.flows.suggest.fields import ListedField
from counterfoil.ports.field_types import RecordSpec, ValueType


def source_fields(record: RecordSpec) -> tuple[ListedField, ...]:
    """As a mapping in a flow reads them: behind the record's last word, such as ``payment.amount``."""
    return tuple(_fields(record, f"{record.name.rpartition('.')[2]}."))


def target_fields(record: RecordSpec) -> tuple[ListedField, ...]:
    """By their own names."""
    return tuple(_fields(record, ""))


def _fields(record: RecordSpec, before: str) -> Iterator[ListedField]:
    """What a mapping reads or gives: no lists, and nothing of which the type is not known."""
    for path, field in listed(record):
        type_ = None if field.type is ValueType.ANY else type_of(field)
        if type_ is not None and is_field_name(before + path):
            yield ListedField(name=before + path, label=field.label, type=type_, example=field.example)
