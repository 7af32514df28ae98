"""Card numbers that somebody typed into a text field are not remembered: a digest stands in their place."""

from __future__ import annotations

import hashlib

from counterfoil.foxpro.records.fields import VARIABLE_TYPES, Field
from counterfoil.security.card_numbers import find_card_numbers

_MARK = b"[card] "
_LETTERS = bytes.maketrans(b"0123456789", b"ghijklmnop")
_DIGEST_LETTERS = 5
"""Enough to tell that the text changed, and far too few to find the number by trying all."""
_SHORTEST = 13
_TEXT_TYPES = frozenset("CV")


def may_hold_card(field: Field) -> bool:
    return field.type in _TEXT_TYPES and field.width >= _SHORTEST


def masked(field: Field, value: bytes) -> bytes:
    """The field's bytes, or, where a card number stands in them, as many bytes that tell nothing of it."""
    if len(value.strip()) < _SHORTEST:
        return value
    if not any(find_card_numbers(value.decode("latin-1"), everywhere=True)):
        return value
    digest = hashlib.blake2b(value).hexdigest().encode("ascii").translate(_LETTERS)[:_DIGEST_LETTERS]
    # The last byte of a text of varying length tells how long it is.
    last = value[-1:] if field.type in VARIABLE_TYPES else b" "
    return (_MARK + digest).ljust(field.width - 1)[: field.width - 1] + last
