"""One tag's B+ tree: find, insert, delete and walk entries."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from counterfoil.foxpro.index.merge import is_sparse, joined
from counterfoil.foxpro.index.page import (
    NO_PAGE,
    InteriorPage,
    KeyShape,
    LeafLayout,
    LeafPage,
    Page,
)
from counterfoil.foxpro.index.page_store import PageStore

Path = list[tuple[InteriorPage, int]]
_DEPTH_MAX = 64


class Tree:
    """Entries (key and record number) of one tag, in order.

    The root never changes its place: other programs read that from the tag's header once and keep it.
    """

    def __init__(self, store: PageStore, shape: KeyShape, root: int) -> None:
        self.shape = shape
        self.root = root
        self._store = store

    def page(self, offset: int) -> Page:
        return self._store.page(offset, self.shape)

    def first_from(self, bound: bytes) -> bytes | None:
        """The first entry that is not smaller than the bound."""
        return next(self.walk(bound), None)

    def walk(self, bound: bytes = b"") -> Iterator[bytes]:
        """The entries from the bound on."""
        _, leaf = self._descend(bound)
        index = bisect_left(leaf.entries, bound)
        seen = {leaf.offset}
        while True:
            yield from leaf.entries[index:]
            if leaf.right == NO_PAGE:
                return
            is_before = index == len(leaf.entries)
            leaf = self._neighbour(leaf)
            # Where a crash left a split that no parent knows, the bound lies further to the right.
            index = bisect_left(leaf.entries, bound) if is_before else 0
            if leaf.offset in seen:
                raise self._store.damaged(f"the leaves run in a circle through {leaf.offset}")
            seen.add(leaf.offset)

    def insert(self, entry: bytes) -> bool:
        """Add an entry; False where it is there already."""
        path, leaf = self._descend(entry)
        index = bisect_left(leaf.entries, entry)
        if index < len(leaf.entries) and leaf.entries[index] == entry:
            return False
        leaf.insert(index, entry)
        self._store.touch(leaf)
        if not leaf.fits:
            self._split_leaf(path, leaf, ascending=index == len(leaf.entries) - 1 and leaf.right == NO_PAGE)
        elif index == len(leaf.entries) - 1:
            self._raise_last(path, entry)
        return True

    def delete(self, entry: bytes) -> bool:
        """Take an entry out; False where it is not there."""
        path, leaf = self._descend(entry)
        index = bisect_left(leaf.entries, entry)
        if index == len(leaf.entries) or leaf.entries[index] != entry:
            return False
        leaf.remove(index)
        self._store.touch(leaf)
        if not leaf.fits:  # A page of another writer may pack tighter than we do.
            self._split_leaf(path, leaf, ascending=False)
        elif not leaf.entries and path:
            self._unlink(path, leaf)
        elif leaf.entries:
            if index == len(leaf.entries):
                self._raise_last(path, leaf.entries[-1])
            self._join(path, leaf)
        return True

    def _neighbour(self, leaf: LeafPage) -> LeafPage:
        page = self._store.peek(leaf.right, self.shape)
        if not isinstance(page, LeafPage):
            raise self._store.damaged(f"the leaf at {leaf.offset} has an interior page as neighbour")
        return page

    def _descend(self, entry: bytes) -> tuple[Path, LeafPage]:
        path: Path = []
        page = self.page(self.root)
        while isinstance(page, InteriorPage):
            index = min(bisect_left(page.entries, entry), len(page.entries) - 1)
            path.append((page, index))
            if len(path) > _DEPTH_MAX:
                raise self._store.damaged(f"the tree has no leaf below {page.offset}")
            page = self.page(page.children[index])
        return path, page

    def _raise_last(self, path: Path, entry: bytes) -> None:
        """The last entry below a path changed: every page for which it is the last says so."""
        for height, (page, index) in enumerate(reversed(path), start=1):
            page.entries[index] = entry
            self._store.touch(page, level=height)
            if index < len(page.entries) - 1:
                return

    def _split_leaf(self, path: Path, leaf: LeafPage, *, ascending: bool) -> None:
        if not path:
            self._leave_root(leaf)
        pages = [leaf]
        while (page := next((page for page in pages if not page.fits), None)) is not None:
            cut = len(page.entries) - 1 if ascending else page.middle()
            pages.insert(pages.index(page) + 1, page.split_off(cut, self._store.allocate()))
            ascending = False
        self._link(leaf, pages[1:])
        self._adopt(path, leaf, pages[1:], height=1)

    def _split_interior(self, path: Path, page: InteriorPage, *, height: int, ascending: bool) -> None:
        if not path:
            self._leave_root(page)
        room, count = self.shape.fan_out, len(page.entries)
        pages = -(-count // room)  # More than two where a leaf of very long keys fell into several.
        size = room if ascending else -(-count // pages)
        added = [
            InteriorPage(
                self._store.allocate(),
                entries=page.entries[at : at + size],
                children=page.children[at : at + size],
            )
            for at in range(size, count, size)
        ]
        del page.entries[size:], page.children[size:]
        self._link(page, added)
        self._adopt(path, page, added, height=height)

    def _leave_root(self, page: Page) -> None:
        """The page moves out of the root's place, to make room for a parent."""
        page.is_root = False
        page.offset = self._store.allocate()
        self._store.add(page)

    def _link(self, page: Page, added: Sequence[Page]) -> None:
        """Put new pages to the right of the one that they were split from."""
        after = page.right
        for left, right in zip([page, *added], added, strict=False):
            left.right, right.left = right.offset, left.offset
        added[-1].right = after
        if after != NO_PAGE:
            neighbour = self.page(after)
            neighbour.left = added[-1].offset
            self._store.touch_link(neighbour)
        for new in added:
            self._store.add(new)

    def _adopt(self, path: Path, page: Page, added: Sequence[Page], *, height: int) -> None:
        """Tell the parent of a page about the pages that were split off it; a root gets a parent."""
        family = [page, *added]
        entries, children = [one.entries[-1] for one in family], [one.offset for one in family]
        if not path:
            root = InteriorPage(self.root, entries=entries, children=children)
            self._store.put_root(root, level=height)
            if len(entries) > self.shape.fan_out:  # Very long keys: three pages under a root that holds two.
                self._split_interior([], root, height=height + 1, ascending=False)
            return
        *above, (parent, index) = path
        was_last = index == len(parent.entries) - 1
        parent.entries[index : index + 1] = entries
        parent.children[index : index + 1] = children
        self._store.touch(parent, level=height)
        if was_last:
            self._raise_last(above, parent.entries[-1])
        if len(parent.entries) > self.shape.fan_out:
            ascending = was_last and parent.right == NO_PAGE
            self._split_interior(above, parent, height=height + 1, ascending=ascending)

    def _unlink(self, path: Path, page: Page, *, height: int = 1) -> None:
        """Take an empty page out of the tree."""
        *above, (parent, index) = path
        for offset, side in ((page.left, "right"), (page.right, "left")):
            if offset != NO_PAGE:
                neighbour = self.page(offset)
                setattr(neighbour, side, getattr(page, side))
                self._store.touch_link(neighbour)
        self._store.release(page.offset)
        del parent.entries[index], parent.children[index]
        self._store.touch(parent, level=height)
        if parent.entries:
            if index == len(parent.entries):
                self._raise_last(above, parent.entries[-1])
            self._join(above, parent, height=height + 1)
            self._lower_root()
        elif above:
            self._unlink(above, parent, height=height + 1)
        else:  # Nothing is left: an empty leaf takes the root's place.
            leaf = LeafPage(self.root, self.shape, LeafLayout.suited(self.shape, 0))
            self._store.put_root(leaf, level=height)

    def _join(self, path: Path, page: Page, *, height: int = 1) -> None:
        """A page that holds little becomes one with a neighbour under the same parent, where both fit."""
        if not path or not is_sparse(page, self.shape):
            return
        *above, (parent, index) = path
        for at in (index - 1, index):
            if 0 <= at < len(parent.children) - 1 and self._join_children(parent, at, height):
                self._join(above, parent, height=height + 1)
                self._lower_root()
                return

    def _join_children(self, parent: InteriorPage, at: int, height: int) -> bool:
        """The left one takes all; the right one stays on the disk until nothing points to it any more."""
        left, right = (self.page(parent.children[child]) for child in (at, at + 1))
        page = joined(left, right, self.shape)
        if page is None:
            return False
        self._store.touch(page, level=height - 1)
        if page.right != NO_PAGE:
            neighbour = self.page(page.right)
            neighbour.left = page.offset
            self._store.touch_link(neighbour)
        self._store.release(right.offset)
        parent.entries[at : at + 2] = [page.entries[-1]]
        parent.children[at : at + 2] = [page.offset]
        self._store.touch(parent, level=height)
        return True

    def _lower_root(self) -> None:
        """The single child of a root takes the root's place."""
        page = self.page(self.root)
        while isinstance(page, InteriorPage) and len(page.children) == 1:
            child = self.page(page.children[0])
            self._store.release(child.offset)
            child.offset = self.root
            self._store.put_root(child, level=_DEPTH_MAX)
            page = child
