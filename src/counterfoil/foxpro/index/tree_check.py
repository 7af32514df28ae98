"""What can be wrong with the pages of one tree, without looking at the rows."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.foxpro.errors import IndexDamagedError
from counterfoil.foxpro.index.page import NO_PAGE, InteriorPage, KeyShape, LeafPage, Page
from counterfoil.foxpro.index.page_store import PageStore

Child = tuple[int, bytes | None]
"""Where a page lies and the last entry that its parent says it has; the root has no parent."""


def findings(store: PageStore, shape: KeyShape, root: int) -> list[str]:
    """Faults by height, the root's first."""
    return list(TreeCheck(store, shape, root).faults())


class TreeCheck:
    """Looks once at every page of a tree, height by height, and keeps none of them.

    Without knowing which byte pads the keys, nothing is said about their order.
    """

    def __init__(self, store: PageStore, shape: KeyShape, root: int, *, pad_known: bool = True) -> None:
        self.pages: set[int] = set()
        self.entry_count = 0
        self._store = store
        self._shape = shape
        self._root = root
        self._pad_known = pad_known

    def faults(self) -> Iterator[str]:
        level: list[Child] = [(self._root, None)]
        while level:
            below: list[Child] = []
            yield from self._level(level, below)
            level = below

    def _level(self, level: list[Child], below: list[Child]) -> Iterator[str]:
        """The faults of the pages of one height; adds the pages below them."""
        neighbours = [NO_PAGE, *(offset for offset, _ in level), NO_PAGE]
        first: Page | None = None
        last = b""
        for at, (offset, said) in enumerate(level):
            if offset in self.pages:
                yield f"page {offset} is used twice"
                continue
            self.pages.add(offset)
            try:
                page = self._store.peek(offset, self._shape)
            except IndexDamagedError as error:
                yield error.reason
                continue
            first = first or page
            if type(page) is not type(first):
                yield f"leaves and interior pages are mixed at the height of page {first.offset}"
            yield from self._page(page, (neighbours[at], neighbours[at + 2]))
            yield from self._order(page, last, said)
            last = page.entries[-1] if page.entries else last
            self._descend(page, below)

    def _page(self, page: Page, sides: tuple[int, int]) -> Iterator[str]:
        if page.is_root is not (page.offset == self._root):
            yield f"page {page.offset} is wrong about being the root"
        if (page.left, page.right) != sides:
            found = f"{page.left} and {page.right}, not {sides[0]} and {sides[1]}"
            yield f"page {page.offset} has the neighbours {found}"
        if isinstance(page, LeafPage) and page.said_free not in {None, page.free}:
            yield f"page {page.offset} says that {page.said_free} bytes are free, not {page.free}"

    def _order(self, page: Page, last: bytes, said: bytes | None) -> Iterator[str]:
        if not self._pad_known:
            return
        if said is not None and (not page.entries or page.entries[-1] != said):
            yield f"page {page.offset} does not end with what its parent says"
        for entry in page.entries:
            if entry <= last:
                yield f"page {page.offset} is out of order"
                return
            last = entry

    def _descend(self, page: Page, below: list[Child]) -> None:
        if isinstance(page, InteriorPage):
            below.extend(zip(page.children, page.entries, strict=True))
        else:
            self.entry_count += len(page.entries)
