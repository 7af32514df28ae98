"""Card numbers that somebody typed into a text field are not remembered: a digest stands in their place."""

from __future__ import annotations

import hashlib

from counterfoil.foxpro.records.fields import VARIABLE_TYPES, Field
from counterfoil.security.card_numbers import find_card_numbers

_MARK = "[card] "
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
_DIGEST_LETTERS = 5
"""Enough to tell that the text changed, and far too few to find the number by trying all."""
_SHORTEST = 13
_TEXT_TYPES = frozenset("CV")


def may_hold_card(field: Field) -> bool:
    return field.type in _TEXT_TYPES and field.width >= _SHORTEST


def masked(field: Field, value: bytes) -> bytes:
    """The field's bytes, or, where a card number stands in them, as many bytes that tell nothing of it."""
    text = value.decode("latin-1")
    mark = masked_text(text)
    if mark == text:
        return value
    # The last byte of a text of varying length tells how long it is.
    last = value[-1:] if field.type in VARIABLE_TYPES else b" "
    return mark.encode("ascii").ljust(field.width - 1)[: field.width - 1] + last


def masked_text(text: str) -> str:
    """The text, or what stands for it where a card number is in it."""
    if len(text.strip()) < _SHORTEST or not any(find_card_numbers(text, everywhere=True)):
        return text
    digest = hashlib.blake2b(text.encode("latin-1", "backslashreplace")).hexdigest().translate(_LETTERS)
    return f"{_MARK}{digest[:_DIGEST_LETTERS]}"
