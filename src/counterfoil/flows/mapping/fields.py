"""The types of mappings beside the fields of the catalogue: when one may be read as the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from counterfoil.flows.mapping.types import Kind, Type
from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType

_TYPES: Mapping[Kind, ValueType] = {
    Kind.TEXT: ValueType.TEXT,
    Kind.NUMBER: ValueType.NUMBER,
    Kind.MONEY: ValueType.MONEY,
    Kind.DATE: ValueType.DATE,
    Kind.MOMENT: ValueType.INSTANT,
    Kind.FLAG: ValueType.FLAG,
}
_KINDS: Mapping[ValueType, tuple[Kind, ...]] = {
    ValueType.TEXT: (Kind.TEXT,),
    ValueType.CODE: (Kind.TEXT,),
    ValueType.NUMBER: (Kind.NUMBER, Kind.TEXT),
    ValueType.MONEY: (Kind.MONEY,),
    ValueType.DATE: (Kind.DATE, Kind.TEXT),
    ValueType.INSTANT: (Kind.MOMENT, Kind.TEXT),
    ValueType.FLAG: (Kind.FLAG,),
    ValueType.ANY: tuple(Kind),
}
"""As what a stored value may be read; the first is its own. A record or a list is never read as a whole."""
_EXAMPLES = {
    Kind.TEXT: "Paid",
    Kind.NUMBER: "12.5",
    Kind.MONEY: "12.50 USD",
    Kind.DATE: "2026-03-31",
    Kind.MOMENT: "2026-03-31T14:05:00Z",
    Kind.FLAG: "true",
}
_SOURCE = "the mapping"


def record_of_types(name: str, label: str, types: Mapping[str, Type]) -> RecordSpec:
    """The record that a mapping gives; a target's points lead into records within it."""
    return RecordSpec(name=name, label=label, fields=tuple(_fields(name, types)))


def _fields(name: str, types: Mapping[str, Type]) -> Iterator[FieldSpec]:
    heads = dict.fromkeys(path.partition(".")[0] for path in types)
    for head in heads:
        inner = {path.partition(".")[2]: each for path, each in types.items() if path.startswith(f"{head}.")}
        if inner:
            record = record_of_types(f"{name}.{head}", head, inner)
            yield FieldSpec(name=head, label=head, type=ValueType.RECORD, record=record, source=_SOURCE)
        else:
            yield field_of(head, types[head])


def field_of(name: str, type_: Type) -> FieldSpec:
    """A field that holds values of the type."""
    return FieldSpec(
        name=name,
        label=name,
        type=_TYPES[type_.kind],
        width=type_.width,
        places=type_.places,
        required=not type_.optional,
        example=_EXAMPLES[type_.kind],
        source=_SOURCE,
    )


def type_of(field: FieldSpec) -> Type | None:
    """The type as which a mapping reads the field best; None: it is a record or a list."""
    kind = next(iter(_KINDS.get(field.type, ())), None)
    if kind is None:
        return None
    bounded = kind in {Kind.TEXT, Kind.NUMBER}
    width = max(map(len, field.words)) if field.words else field.width
    return Type(
        kind=kind,
        width=width if bounded else None,
        places=field.places if kind is Kind.NUMBER else None,
        optional=not field.required,
    )


def misread(field: FieldSpec, wanted: Type) -> str:
    """Why the field may not be read as the type; empty when it may, as far as its bounds are known."""
    if field.type is ValueType.ANY:
        return ""
    own = type_of(field)
    if own is None:
        return f"is a {field.type.value}; name a field of it"
    if wanted.kind not in _KINDS[field.type]:
        return f"is {field.type.value}, not {wanted.kind.value}; say: {own}"
    if own.optional and not wanted.optional:
        return f"may be absent; say: {replace(wanted, optional=True)}"
    return _too_wide(own, wanted) if own.kind is wanted.kind else ""


def _too_wide(own: Type, wanted: Type) -> str:
    wider = own.width is not None and wanted.width is not None and own.width > wanted.width
    finer = own.places is not None and wanted.places is not None and own.places > wanted.places
    if not (wider or finer):
        return ""
    return f"is up to {own}, and the mapping reads {wanted}; say: {replace(own, optional=wanted.optional)}"
