"""Trees of index keys without a table around them."""

from __future__ import annotations

import io

from counterfoil.foxpro.index.page import KeyShape, LeafLayout, LeafPage
from counterfoil.foxpro.index.page_store import HEADER_BYTES, PageStore
from counterfoil.foxpro.index.tag_header import TagHeader, build_tag_header
from counterfoil.foxpro.index.tree import Tree


def empty_tree(shape: KeyShape, file: io.BytesIO) -> tuple[PageStore, Tree]:
    """A tag's header and its empty root in a file that has nothing yet."""
    store = PageStore(file, "test.cdx")
    store.write(0, build_tag_header(TagHeader(HEADER_BYTES, shape.length, 0xE0), "cp1252"))
    leaf = LeafPage(HEADER_BYTES, shape, LeafLayout.suited(shape, 0))
    leaf.is_root = True
    store.write(leaf.offset, leaf.encode())
    store.refresh()
    return store, Tree(store, shape, leaf.offset)
