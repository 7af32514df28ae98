"""Domain values as people write them in a file: names and texts, nothing that is empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.money import Money
from counterfoil.ports import encoding

Tree = Any
"""Texts, and lists and named entries of them."""
_STORED_MONEY = {"amount", "currency"}


def tell(value: object) -> Tree:
    """The value as `reading` reads it."""
    if isinstance(value, Mapping):
        if value.keys() == _STORED_MONEY:
            return f"{value['amount']} {value['currency']}"
        return {str(name): tell(part) for name, part in value.items() if not _is_empty(part)}
    if isinstance(value, list | tuple):
        return [tell(part) for part in value]
    if not is_dataclass(value) or isinstance(value, Money | PostingKey | type):
        return _text(value)
    parts = {each.name: getattr(value, each.name) for each in fields(value)}
    return ({"fact": encoding.FACT.word(value)} if isinstance(value, Fact) else {}) | tell(parts)


def _text(value: object) -> str:
    if isinstance(value, Money):
        return str(value).replace(",", "")
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _is_empty(value: object) -> bool:
    return value is None or value is False or (isinstance(value, str | tuple | list) and not value)
