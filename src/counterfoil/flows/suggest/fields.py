"""A field as suggestions see it."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.flows.mapping.types import Type, text_type

_ANY = text_type()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedField:
    """One field of a record: what a mapping calls it, and what people know of it."""

    name: str
    label: str = ""
    """What it is, in plain words; suggestions are worth far less without."""
    type: Type = _ANY
    example: str = ""
    """A value that it may hold; only its form is looked at, and it is never sent anywhere."""
