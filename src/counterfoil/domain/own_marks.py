"""The mark that our own charges bear in their invoice id at the gateway, to be known again by."""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Mapping
from hashlib import sha256

_TAG_SIGNS = 4
_KEY_SIGNS = 12
_LENGTH_MAX = 50
_MARK = re.compile(rf"-?CF([A-Z2-7]{{{_TAG_SIGNS}}})[A-Z2-7]{{{_KEY_SIGNS}}}$")


def mark_invoice_id(connection: str, key: str, reference: str) -> str:
    """The invoice id of a charge: what a person recognises, and a mark that only this key has.

    The same for all tries of one charge, so that a charge whose answer was lost can be looked for, and so
    that the gateway's own guard against duplicates sees them as one.
    """
    mark = f"CF{_signs(connection, _TAG_SIGNS)}{_signs(f'{connection}/{key}', _KEY_SIGNS)}"
    shown = reference.strip()[: _LENGTH_MAX - len(mark) - 1].strip()
    return f"{shown}-{mark}" if shown else mark


def bears_mark(written: str, connection: str) -> bool:
    """Whether a charge was made through this connection, in this database or the one that was restored."""
    found = _MARK.search(written.strip())
    return found is not None and found[1] == _signs(connection, _TAG_SIGNS)


def find_marked(body: object, connection: str) -> set[str]:
    """What bears the connection's mark anywhere in a record, also in one that cannot be read otherwise."""
    match body:
        case str() if bears_mark(body, connection):
            return {body.strip()}
        case Mapping():
            return find_marked(list(body.values()), connection)
        case list():
            return {found for each in body for found in find_marked(each, connection)}
        case _:
            return set()


def without_mark(written: str) -> str:
    """An invoice id as people know it."""
    return _MARK.sub("", written.strip())


def _signs(text: str, count: int) -> str:
    return b32encode(sha256(text.encode()).digest()).decode()[:count]
