"""How domain values look in a flow test, in an editor's eyes: `reading` as JSON Schema."""

from __future__ import annotations

import types
from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Union, get_args, get_origin, get_type_hints

from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.money import Money
from counterfoil.flows.schema_parts import Schema, record
from counterfoil.runtime.flow_testing.reading import LIST_MAX

TEXT: Schema = {"type": ["string", "number", "boolean"]}
"""What is written without quotes is text as well."""
_SCALARS: Mapping[Any, Schema] = {
    str: TEXT,
    Money: {
        "type": "string",
        "pattern": "^-?[0-9.]+ [A-Z]{3}$",
        "description": "Such as 120.00 USD.",
    },
    PostingKey: {"type": "string", "description": "Such as gateway/shop/105968/receipt#1."},
    int: {"type": ["integer", "string"], "pattern": "^[0-9]+$", "minimum": 0},
    Decimal: {"type": ["number", "string"], "pattern": "^[0-9]+([.][0-9]+)?$", "minimum": 0},
    date: {"type": "string", "pattern": "^[0-9-]+$", "description": "Such as 2026-11-03."},
    datetime: {"type": "string", "description": "Such as 2026-11-03T02:30:00Z."},
    bool: {"enum": [True, False, "true", "false"]},
}


def count(least: int, most: int) -> Schema:
    """A whole number within bounds."""
    return {"type": ["integer", "string"], "pattern": "^[0-9]+$", "minimum": least, "maximum": most}


def listed(each: Schema) -> Schema:
    """A list of such entries."""
    return {"type": "array", "maxItems": LIST_MAX, "items": each}


def value_schema(kind: Any, unwritten: Collection[str] = ()) -> Schema:
    """How a value of a domain type is written; fields that are named may be left out."""
    kind = getattr(kind, "__supertype__", kind)
    if get_origin(kind) in (Union, types.UnionType):
        return value_schema(next(each for each in get_args(kind) if each is not types.NoneType))
    if get_origin(kind) is tuple:
        return listed(value_schema(get_args(kind)[0]))
    if kind in _SCALARS:
        return dict(_SCALARS[kind])
    if is_dataclass(kind):
        return _object(kind, unwritten)
    return {"enum": [str(each.value) for each in kind]}


def _object(kind: Any, unwritten: Collection[str]) -> Schema:
    hints = get_type_hints(kind)
    needed = [
        each.name
        for each in fields(kind)
        if each.default is MISSING
        and each.name not in unwritten
        and types.NoneType not in get_args(hints[each.name])
    ]
    looks = {each.name: value_schema(hints[each.name]) for each in fields(kind)}
    return record(looks, required=tuple(needed))
