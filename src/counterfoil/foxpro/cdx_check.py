"""What can be wrong with the pages of a tag, without looking at the rows."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.foxpro.cdx_page import NO_PAGE, InteriorPage, KeyShape, LeafPage, Page
from counterfoil.foxpro.cdx_store import PageStore
from counterfoil.foxpro.errors import IndexDamagedError


def findings(store: PageStore, shape: KeyShape, root: int) -> list[str]:
    """Faults by height, the root's first; after a page that cannot be read the rest is not looked at."""
    found: list[str] = []
    try:
        found.extend(_faults(store, shape, root))
    except IndexDamagedError as error:
        found.append(error.reason)
    return found


def _faults(store: PageStore, shape: KeyShape, root: int) -> Iterator[str]:
    level: list[tuple[int, bytes | None]] = [(root, None)]
    seen: set[int] = set()
    while level:
        pages: list[Page] = []
        for offset, last in level:
            if offset in seen:
                yield f"page {offset} is used twice"
                return
            seen.add(offset)
            page = store.page(offset, shape)
            pages.append(page)
            if last is not None and (not page.entries or page.entries[-1] != last):
                yield f"page {offset} does not end with what its parent says"
            if page.is_root is not (offset == root):
                yield f"page {offset} is wrong about being the root"
        yield from _level_faults(pages)
        level = [
            (child, entry)
            for page in pages
            if isinstance(page, InteriorPage)
            for child, entry in zip(page.children, page.entries, strict=True)
        ]


def _level_faults(pages: list[Page]) -> Iterator[str]:
    if len({type(page) for page in pages}) > 1:
        yield f"leaves and interior pages are mixed at the height of page {pages[0].offset}"
    before, last = NO_PAGE, b""
    for page, after in zip(pages, [*(page.offset for page in pages[1:]), NO_PAGE], strict=True):
        if (page.left, page.right) != (before, after):
            sides = f"{page.left} and {page.right}, not {before} and {after}"
            yield f"page {page.offset} has the neighbours {sides}"
        if isinstance(page, LeafPage) and page.said_free is not None and page.said_free != page.free:
            yield f"page {page.offset} says that {page.said_free} bytes are free, not {page.free}"
        for entry in page.entries:
            if entry <= last:
                yield f"page {page.offset} is out of order"
                break
            last = entry
        before = page.offset
