"""A tag's tree built from sorted entries, bottom up: full leaves first, then the pages above them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from counterfoil.foxpro.cdx_page import InteriorPage, KeyShape, LeafLayout, LeafPage, Page, recno_of
from counterfoil.foxpro.cdx_store import PageStore

Level = list[tuple[bytes, int]]
"""The last entry and the offset of each page of one height."""


def build_tree(store: PageStore, shape: KeyShape, entries: list[bytes]) -> int:
    """Write the pages for entries in order and tell where the root lies."""
    level = _write_level(store, _leaves(store, shape, entries))
    while len(level) > 1:
        level = _write_level(store, _interiors(store, shape, level))
    root = store.page(level[0][1], shape)
    root.is_root = True
    store.write(root.offset, root.encode())
    store.forget()
    return root.offset


def _leaves(store: PageStore, shape: KeyShape, entries: list[bytes]) -> Iterator[LeafPage]:
    layout = LeafLayout.suited(shape, max(map(recno_of, entries), default=0))
    page = LeafPage(store.allocate(), shape, layout)
    for entry in entries:
        if not page.append_if_room(entry):
            yield page
            page = LeafPage(store.allocate(), shape, layout)
            page.append_if_room(entry)
    yield page


def _interiors(store: PageStore, shape: KeyShape, level: Level) -> Iterator[InteriorPage]:
    for start in range(0, len(level), shape.fan_out):
        part = level[start : start + shape.fan_out]
        entries, children = [entry for entry, _ in part], [child for _, child in part]
        yield InteriorPage(store.allocate(), entries=entries, children=children)


def _write_level(store: PageStore, pages: Iterable[Page]) -> Level:
    """Write each page as soon as its right neighbour is known."""
    level: Level = []
    waiting: Page | None = None
    for page in pages:
        if waiting is not None:
            waiting.right, page.left = page.offset, waiting.offset
            store.write(waiting.offset, waiting.encode())
        waiting = page
        level.append((page.entries[-1] if page.entries else b"", page.offset))
    if waiting is not None:
        store.write(waiting.offset, waiting.encode())
    return level
