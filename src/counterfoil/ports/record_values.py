"""Whether a stored value is what its record spec says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?")


def misfits(spec: RecordSpec, value: object) -> Iterator[str]:
    """What of the value the spec does not say, or says otherwise; each with its place."""
    if not isinstance(value, Mapping):
        yield f"{spec.name}: no record"
        return
    if spec.one_of:
        word = value.get("type")
        member = next((each for each in spec.one_of if each.name == f"{spec.name}.{word}"), None)
        yield from misfits(member, value) if member else (f"{spec.name}: no kind {word!r}",)
        return
    for name in value:
        if spec.field(str(name)) is None:
            yield f"{spec.name}.{name}: not among the fields"
    for field in spec.fields:
        yield from (f"{spec.name}.{each}" for each in _misfits(field, value.get(field.name)))


def _misfits(field: FieldSpec, value: object) -> Iterator[str]:
    if value is None or value == "":
        if field.required:
            yield f"{field.name}: is empty"
    elif field.type is ValueType.RECORD and field.record is not None:
        yield from misfits(field.record, value)
    elif field.type is ValueType.LIST and isinstance(value, list) and field.record is not None:
        for item in value:
            yield from misfits(field.record, item)
    elif not _FITS[field.type](field, value):
        yield f"{field.name}: {value!r} is no {field.type.value}"


def _is_money(_field: FieldSpec, value: object) -> bool:
    return isinstance(value, Mapping) and value.keys() == {"amount", "currency"}


def _is_number(_field: FieldSpec, value: object) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole or (isinstance(value, str) and bool(_NUMBER.fullmatch(value)))


def _is_text(field: FieldSpec, value: object) -> bool:
    return isinstance(value, str) and (field.width is None or len(value) <= field.width)


def _reads(read: Callable[[str], object]) -> Callable[[FieldSpec, object], bool]:
    def fits(_field: FieldSpec, value: object) -> bool:
        try:
            read(str(value))
        except ValueError:
            return False
        return isinstance(value, str)

    return fits


_FITS: Mapping[ValueType, Callable[[FieldSpec, object], bool]] = {
    ValueType.MONEY: _is_money,
    ValueType.DATE: _reads(date.fromisoformat),
    ValueType.INSTANT: _reads(datetime.fromisoformat),
    ValueType.NUMBER: _is_number,
    ValueType.CODE: lambda field, value: value in field.words,
    ValueType.TEXT: _is_text,
    ValueType.FLAG: lambda _field, value: isinstance(value, bool),
    ValueType.RECORD: lambda _field, value: isinstance(value, Mapping),
    ValueType.LIST: lambda _field, value: isinstance(value, list),
    ValueType.ANY: lambda _field, _value: True,
}
