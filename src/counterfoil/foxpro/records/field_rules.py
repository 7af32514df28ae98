"""Which fields a new table of each version may have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from counterfoil.foxpro.errors import FieldValueError, FieldWidthError
from counterfoil.foxpro.records.fields import FIXED_WIDTHS, WIDEST, Field
from counterfoil.foxpro.records.versions import TYPES, VFP, VFP_AUTOINCREMENT, VFP_VARCHAR, VFP_VERSIONS

NAME_LENGTH_MAX = 10
STEP_MAX = 255
NUMBER_MAX = (1 << 31) - 1


def lowest_version(fields: Sequence[Field]) -> int:
    """The oldest version of Visual FoxPro that has all the fields' types."""
    if any(field.type in TYPES[VFP_VARCHAR] - TYPES[VFP] for field in fields):
        return VFP_VARCHAR
    return VFP_AUTOINCREMENT if any(field.is_autoincrement for field in fields) else VFP


def check_field(table: str, version: int, field: Field) -> None:
    """Refuse a field that a new table of the version cannot have."""
    if field.type not in TYPES[version]:
        allowed = "".join(sorted(TYPES[version]))
        raise FieldValueError(table, field.name, f"type {field.type} is not one of {allowed}")
    if not 0 < len(field.name) <= NAME_LENGTH_MAX or not field.name.isascii():
        raise FieldWidthError(table, field.name, NAME_LENGTH_MAX, len(field.name))
    widest = WIDEST.get(field.type, field.width)
    if not 0 < field.width <= widest or field.width != FIXED_WIDTHS.get(field.type, field.width):
        raise FieldValueError(table, field.name, f"width {field.width} is not possible for type {field.type}")
    for reason in _refusals(version, field):
        raise FieldValueError(table, field.name, reason)


def _refusals(version: int, field: Field) -> Iterator[str]:
    if field.type in "NF" and field.decimals and field.decimals > field.width - 1:
        yield f"{field.decimals} decimals do not fit width {field.width}"
    if field.is_hidden:
        yield "hidden fields are FoxPro's own"
    if field.flags and version not in VFP_VERSIONS:
        yield "only tables of Visual FoxPro have nullable, binary and autoincrement fields"
    if field.is_autoincrement:
        yield from _counter_refusals(version, field)


def _counter_refusals(version: int, field: Field) -> Iterator[str]:
    counter = field.counter
    if field.type != "I" or field.nullable:
        yield "only an integer that is never null can be numbered by the table"
    if version not in {VFP_AUTOINCREMENT, VFP_VARCHAR}:
        yield "only tables of version 0x31 and 0x32 have autoincrement fields"
    if counter is None or not 0 < counter.step <= STEP_MAX or abs(counter.next) > NUMBER_MAX - STEP_MAX:
        yield f"needs a next number and a step of 1 to {STEP_MAX}"
