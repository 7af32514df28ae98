"""Records as flows see them: what several may hold together, and the field at a path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from counterfoil.flows.errors import nearest, quoted
from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType

_DEPTH_MAX = 5
"""How deep fields of records are followed where they are listed."""
_MONEY_PARTS = (
    FieldSpec(name="amount", label="Its digits", type=ValueType.NUMBER, example="120.00"),
    FieldSpec(name="currency", label="Its currency", type=ValueType.TEXT, width=3, example="USD"),
)
_ANYTHING = FieldSpec(name="anything", label="Whatever another system sent", type=ValueType.ANY)


class NoFieldError(Exception):
    """A path that leads to no field; says why, and what was probably meant."""


def merged(records: Sequence[RecordSpec | None]) -> RecordSpec | None:
    """What one of these records holds for certain or perhaps; None stands for none, and for none at all."""
    members = [member for record in records if record is not None for member in _members(record)]
    if len(members) == len(records) == 1 or not members:
        return members[0] if members else None
    name = " or ".join(dict.fromkeys(record.name for record in records if record is not None))
    if any(each.is_open for each in members):
        return RecordSpec(name=name, label=name)
    is_whole = None not in records
    return RecordSpec(name=name, label=name, fields=tuple(_merged_fields(members, is_whole=is_whole)))


def _members(record: RecordSpec) -> Iterator[RecordSpec]:
    """The record, or each of those that it may be."""
    if record.one_of:
        for member in record.one_of:
            yield from _members(member)
    else:
        yield record


def _merged_fields(members: Sequence[RecordSpec], *, is_whole: bool) -> Iterator[FieldSpec]:
    names = dict.fromkeys(field.name for member in members for field in member.fields)
    for name in names:
        found = [field for member in members if (field := member.field(name)) is not None]
        yield _merged_field(found, is_always=is_whole and len(found) == len(members))


def _merged_field(found: Sequence[FieldSpec], *, is_always: bool) -> FieldSpec:
    first = found[0]
    required = is_always and all(each.required for each in found)
    if any(each.type is not first.type for each in found):
        return replace(_ANYTHING, name=first.name, label=first.label, required=required)
    widths = [each.width for each in found]
    inner = [each.record for each in found if each.record is not None]
    return replace(
        first,
        required=required,
        width=None if None in widths else max(width or 0 for width in widths),
        words=tuple(dict.fromkeys(word for each in found for word in each.words)),
        record=merged(inner) if len(inner) > 1 else first.record,
    )


def field_at(record: RecordSpec, path: Sequence[str], title: str) -> FieldSpec:
    """The field at a path such as ``amount.currency``; optional where anything on the way is.

    The title is what messages call the record.

    Raises:
        NoFieldError: there is none.
    """
    holder: RecordSpec | None = record
    required, found = True, _ANYTHING
    for name in path:
        if found.type is ValueType.ANY and (holder is None or holder.is_open):
            return _ANYTHING
        fields = fields_of(holder)
        if name not in fields:
            raise NoFieldError(f"{quoted(title)} has no {quoted(name)}{nearest(name, fields)}")
        found = fields[name]
        required = required and found.required
        title, holder = name, _inner(found)
    return replace(found, required=required)


def fields_of(record: RecordSpec | None) -> Mapping[str, FieldSpec]:
    """The fields of a record by name, of one of several those of all."""
    whole = merged([record])
    return {field.name: field for field in whole.fields} if whole is not None else {}


def _inner(field: FieldSpec) -> RecordSpec | None:
    if field.type is ValueType.MONEY:
        return RecordSpec(name=field.name, label=field.label, fields=_MONEY_PARTS)
    return field.record if field.type is ValueType.RECORD else None


def listed(record: RecordSpec | None, depth: int = _DEPTH_MAX) -> Iterator[tuple[str, FieldSpec]]:
    """Every field by its path, those of inner records too, but not those of items of a list."""
    for name, field in fields_of(record).items():
        if field.type is not ValueType.RECORD:
            yield name, field
        elif depth > 1:
            for path, each in listed(field.record, depth - 1):
                yield f"{name}.{path}", replace(each, required=each.required and field.required)
