"""Items of lists that operations find, as nodes with `each` tell them."""

from __future__ import annotations

from counterfoil.ports.catalogue import OperationSpec
from counterfoil.ports.field_types import RecordSpec

ITEMS = "items"
"""Where the list stands in a result."""


def item_of(spec: OperationSpec | None) -> RecordSpec | None:
    """What an item of the operation's list is made of; None: it gives no such list."""
    if spec is None or not spec.item_key:
        return None
    lists = (each.field(ITEMS) for each in spec.gives.values())
    return next((each.record for each in lists if each is not None), None)
