"""When pages that deletions left nearly empty join their neighbours, and what comes of it."""

from __future__ import annotations

from counterfoil.foxpro.index.page import LEAF_CAPACITY, InteriorPage, KeyShape, LeafPage, Page

_SPARSE_PART = 3
"""A page is sparse when less than a third of it is in use."""
_SMALL_FAN_OUT = 5


def is_sparse(page: Page, shape: KeyShape) -> bool:
    """Whether it is worth looking at the neighbours."""
    if len(page.entries) == 1:
        return True
    if isinstance(page, LeafPage):
        return page.used * _SPARSE_PART <= LEAF_CAPACITY
    return len(page.entries) * _SPARSE_PART <= shape.fan_out


def joined(left: Page, right: Page, shape: KeyShape) -> Page | None:
    """Two neighbours as one page in the place of the left one; None where that would be nearly full.

    The room left over keeps pages from being joined and split in turn. Interior pages of very long keys hold
    so few children that there is none to spare.
    """
    if isinstance(left, LeafPage) and isinstance(right, LeafPage):
        room = _most_of(LEAF_CAPACITY)
        if left.used + right.used > room:
            return None
        leaf = left.joined(right)
        return leaf if leaf.used <= room else None
    if isinstance(left, InteriorPage) and isinstance(right, InteriorPage):
        room = shape.fan_out if shape.fan_out <= _SMALL_FAN_OUT else _most_of(shape.fan_out)
        return left.joined(right) if len(left.entries) + len(right.entries) <= room else None
    return None


def _most_of(room: int) -> int:
    return room * 3 // 4
