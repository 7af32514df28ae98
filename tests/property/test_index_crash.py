"""A writer that dies between two pages leaves every key where a reader finds it."""

from __future__ import annotations

import io
import random  # noqa: TID251 - seeded, to meet the same trees each time

import pytest
from typing_extensions import override

from counterfoil.foxpro.index.page import KeyShape, entry_of
from counterfoil.foxpro.index.page_store import HEADER_BYTES, PageStore
from counterfoil.foxpro.index.tree import Tree
from tests.support.index_trees import empty_tree


class Recorder(io.BytesIO):
    """Notes each write with its place."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[tuple[int, bytes]] = []

    @override
    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # bytes are all that we write
        self.writes.append((self.tell(), data))
        return super().write(data)


def reader_of(content: bytes, shape: KeyShape) -> Tree:
    store = PageStore(io.BytesIO(content), "test.cdx")
    store.refresh()
    return Tree(store, shape, HEADER_BYTES)


def torn(content: bytes, writes: list[tuple[int, bytes]]) -> bytes:
    file = io.BytesIO(content)
    for offset, data in writes:
        file.seek(offset)
        file.write(data)
    return file.getvalue()


@pytest.mark.parametrize("changes", [1, 3, 40])
@pytest.mark.parametrize(("length", "part"), [(8, 0.3), (60, 0.15), (240, 0.08)])
def test_keys_that_did_not_change_are_found_after_a_crash_at_any_write(
    length: int, part: float, changes: int
) -> None:
    """Pages are split and joined, roots grow and shrink; a part of the flushes is cut at each write."""
    chance = random.Random(length * changes)  # noqa: S311 - no secret
    shape = KeyShape(length, b" ")
    file = Recorder()
    store, tree = empty_tree(shape, file)
    live: list[bytes] = []
    looked_at = 0
    for turn in range(1200 // changes):
        before, content = set(live), file.getvalue()
        file.writes.clear()
        for number in range(changes):
            if turn * changes % 400 < 220:
                live.append(entry_of(chance.randbytes(length), turn * changes + number))
                assert tree.insert(live[-1])
            elif live:
                assert tree.delete(live.pop(chance.randrange(len(live))))
        store.flush()
        if len(file.writes) < 4 or chance.random() > part:
            continue
        looked_at += 1
        kept = before & set(live)
        for count in range(1, len(file.writes)):
            reader = reader_of(torn(content, file.writes[:count]), shape)
            assert kept <= set(reader.walk())
            for entry in chance.sample(sorted(kept), min(len(kept), 20)):
                assert reader.first_from(entry) == entry
    assert looked_at > 1
