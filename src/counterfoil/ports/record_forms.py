"""Record specs of domain values, read from the classes themselves, so that they cannot say anything else."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.money import Money
from counterfoil.ports import encoding
from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType

_OWN_FORM = "our own form"
_MONEY_EXAMPLE, _DAY, _MOMENT = "120.00 USD", "2026-03-31", "2026-03-31T14:05:00Z"
_SIMPLE: Mapping[type, tuple[ValueType, str]] = {
    bool: (ValueType.FLAG, "true"),
    datetime: (ValueType.INSTANT, _MOMENT),
    date: (ValueType.DATE, _DAY),
    Decimal: (ValueType.NUMBER, "12.5"),
    int: (ValueType.NUMBER, "1"),
    Money: (ValueType.MONEY, _MONEY_EXAMPLE),
    str: (ValueType.TEXT, ""),
}


@dataclass(frozen=True, slots=True)
class Words:
    """How people know a field of a class."""

    label: str
    example: str = ""
    always: bool = False
    """Whether a text always holds something; others may be empty."""


def record_of(name: str, label: str, kind: type[Any], words: Mapping[str, Words] | None = None) -> RecordSpec:
    """The spec of a frozen dataclass as `encoding.encode` writes it; what people call its fields by name."""
    hints, known = typing.get_type_hints(kind), words or {}
    fields = (_field(each.name, hints[each.name]) for each in dataclasses.fields(kind))
    named = tuple(_worded(field, known.get(field.name)) for field in fields)
    return RecordSpec(name=name, label=label, fields=named, is_ours=True)


def kinds_of(name: str, label: str, kinds: encoding.Kinds[Any]) -> RecordSpec:
    """One of several records, each under its word."""
    members = (_member(name, word, kind) for word, kind in kinds.members.items())
    return RecordSpec(name=name, label=label, one_of=tuple(members), is_ours=True)


def members_of(spec: RecordSpec) -> Mapping[str, RecordSpec]:
    """Each record by its word, of one that is one of several."""
    return {each.name.rpartition(".")[2]: each for each in spec.one_of}


def _member(name: str, word: str, kind: type[Any]) -> RecordSpec:
    own = record_of(f"{name}.{word}", _words(word), kind)
    named = FieldSpec(
        name="type", label="Which record it is", type=ValueType.CODE, words=(word,), example=word
    )
    return dataclasses.replace(own, fields=(named, *own.fields))


def _worded(field: FieldSpec, words: Words | None) -> FieldSpec:
    if words is None:
        return field
    return dataclasses.replace(
        field,
        label=words.label,
        example=words.example or field.example,
        required=field.required or words.always,
    )


def _field(name: str, hint: Any) -> FieldSpec:
    kind, optional = _without_none(hint)
    base = FieldSpec(
        name=name, label=_words(name), type=ValueType.TEXT, required=not optional, source=_OWN_FORM
    )
    origin = typing.get_origin(kind)
    if origin in (tuple, list) or (isinstance(origin, type) and issubclass(origin, Sequence)):
        item = _field(name, typing.get_args(kind)[0])
        return dataclasses.replace(base, type=ValueType.LIST, record=item.record)
    if origin is not None or not isinstance(kind, type):
        return dataclasses.replace(base, type=ValueType.ANY)
    return _plain(base, kind)


def _plain(base: FieldSpec, kind: type[Any]) -> FieldSpec:
    if kind in _SIMPLE:
        type_, example = _SIMPLE[kind]
        # Our texts are empty where nothing was told.
        required = base.required and kind is not str
        return dataclasses.replace(base, type=type_, example=example, required=required)
    if issubclass(kind, Enum):
        words = tuple(str(each.value) for each in kind)
        return dataclasses.replace(base, type=ValueType.CODE, words=words, example=words[0])
    if kind is Fact:
        record = kinds_of("fact", "What became true in the books", encoding.FACT)
        return dataclasses.replace(base, type=ValueType.RECORD, record=record)
    if dataclasses.is_dataclass(kind):
        record = record_of(_snake(kind.__name__), _words(_snake(kind.__name__)), kind)
        return dataclasses.replace(base, type=ValueType.RECORD, record=record)
    return dataclasses.replace(base, type=ValueType.ANY)


def _without_none(hint: Any) -> tuple[Any, bool]:
    """The type behind ``NewType`` and ``| None``, and whether it may be None."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        parts = [part for part in typing.get_args(hint) if part is not type(None)]
        optional = len(parts) < len(typing.get_args(hint))
        return (_without_none(parts[0])[0] if len(parts) == 1 else hint), optional
    while isinstance(hint, typing.NewType):
        hint = hint.__supertype__
    return hint, False


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("_")
