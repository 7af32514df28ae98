from __future__ import annotations

import io
import random  # noqa: TID251 - seeded, to build the same large tree each time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.foxpro.index.build import build_tree
from counterfoil.foxpro.index.page import KeyShape, LeafLayout, LeafPage, decode, entry_of
from counterfoil.foxpro.index.page_store import PageStore
from counterfoil.foxpro.index.tree import Tree
from counterfoil.foxpro.index.tree_check import TreeCheck, findings
from tests.support.index_trees import empty_tree

Operation = tuple[bool, bytes, int]


def keys(length: int) -> st.SearchStrategy[bytes]:
    """Few letters and long common beginnings, so that equal keys and long duplicate counts are frequent."""
    letters = st.lists(st.sampled_from(b" \x00aAz\xff"), max_size=min(length, 6)).map(bytes)
    return st.tuples(st.sampled_from([b"", b"a" * (length // 2), b"a" * max(0, length - 2)]), letters).map(
        lambda both: (both[0] + both[1])[:length].ljust(length)
    )


def operations(length: int) -> st.SearchStrategy[list[Operation]]:
    recnos = st.one_of(st.integers(1, 40), st.sampled_from([255, 256, 4095, 4096, 65536, 2**24, 2**31]))
    return st.lists(st.tuples(st.booleans(), keys(length), recnos), max_size=150)


@pytest.mark.parametrize("length", [1, 4, 10, 100, 240])
@pytest.mark.parametrize("pad", [b" ", b"\0"])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_tree_does_what_a_sorted_list_does(length: int, pad: bytes, data: st.DataObject) -> None:
    shape = KeyShape(length, pad)
    file = io.BytesIO()
    store, tree = empty_tree(shape, file)
    model: set[bytes] = set()
    for insert, key, recno in data.draw(operations(length)):
        entry = entry_of(key, recno)
        if insert:
            assert tree.insert(entry) is (entry not in model)
            model.add(entry)
        else:
            assert tree.delete(entry) is (entry in model)
            model.discard(entry)
        assert findings(store, shape, tree.root) == []
    assert list(tree.walk()) == sorted(model)
    store.flush()
    fresh = PageStore(file, "test.cdx")
    fresh.refresh()
    again = Tree(fresh, shape, fresh.root(0))
    assert findings(fresh, shape, again.root) == []
    assert list(again.walk()) == sorted(model)


@pytest.mark.parametrize(("length", "count"), [(1, 3000), (8, 4000), (40, 3000), (240, 300)])
def test_a_tree_grows_to_depth_three_and_shrinks_to_nothing(length: int, count: int) -> None:
    chance = random.Random(length)  # noqa: S311 - no secret
    shape = KeyShape(length, b" ")
    store, tree = empty_tree(shape, io.BytesIO())
    pool = [bytes(chance.choices(b"abcdefgh ", k=length)) for _ in range(count // 3)]
    entries = [entry_of(chance.choice(pool), recno) for recno in range(1, count)]
    for entry in entries:
        tree.insert(entry)
    store.flush()
    assert findings(store, shape, tree.root) == []
    assert list(tree.walk()) == sorted(entries)
    chance.shuffle(entries)
    left = set(entries)
    for number, entry in enumerate(entries):
        assert tree.delete(entry)
        left.discard(entry)
        if number % 500 == 0:
            store.flush()
            assert findings(store, shape, tree.root) == []
            assert list(tree.walk()) == sorted(left)
    assert list(tree.walk()) == []
    store.flush()
    assert findings(store, shape, tree.root) == []
    assert isinstance(tree.page(tree.root), LeafPage)


def pages_in_use(store: PageStore, shape: KeyShape, root: int) -> int:
    check = TreeCheck(store, shape, root)
    assert list(check.faults()) == []
    return len(check.pages)


@pytest.mark.parametrize(
    ("length", "count", "factor"), [(1, 4000, 3), (8, 4000, 3), (40, 3000, 3), (240, 900, 5)]
)
@pytest.mark.parametrize("where", ["anywhere", "at the end", "all but a few"])
def test_the_pages_in_use_stay_in_step_with_the_keys(
    length: int, count: int, factor: int, where: str
) -> None:
    """Beside a tree built from the same keys, whichever keys go; the longest leave two to a page."""
    chance = random.Random(length)  # noqa: S311 - no secret
    shape = KeyShape(length, b" ")
    file = io.BytesIO()
    store, tree = empty_tree(shape, file)
    entries = [entry_of(chance.randbytes(length), recno) for recno in range(1, count)]
    for entry in entries:
        tree.insert(entry)
    store.flush()
    size = len(file.getvalue())
    while len(entries) > 1:
        if where != "anywhere":
            entries.sort()
        if where == "all but a few":
            entries = [entry for at, entry in enumerate(entries) if at % 5] + entries[::5]
        many = len(entries) * 4 // 5 if where == "all but a few" else -(-len(entries) // 2)
        gone, entries = entries[:many], entries[many:]
        for entry in gone:
            assert tree.delete(entry)
        store.flush()
        built_store, _ = empty_tree(shape, io.BytesIO())
        built = pages_in_use(built_store, shape, build_tree(built_store, shape, sorted(entries)))
        assert pages_in_use(store, shape, tree.root) <= factor * built
        for entry in gone[::4]:
            assert tree.insert(entry)
        entries += gone[::4]
        chance.shuffle(entries)
        if len(gone) < 20:
            break
    store.flush()
    assert list(tree.walk()) == sorted(entries)
    assert len(file.getvalue()) == size


@pytest.mark.parametrize("seed", [3, 6, 8, 11])
def test_a_leaf_of_very_long_keys_may_fall_into_many_pages_at_once(seed: int) -> None:
    """Keys that share nearly all of their bytes, and one between them that shares none with the next."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    shape = KeyShape(240, b" ")
    store, tree = empty_tree(shape, io.BytesIO())
    stems = [bytes(chance.choices(b"ab ", k=shape.length)) for _ in range(2)]
    entries = set()
    for _ in range(300):
        stem, shared = chance.choice(stems), chance.choice([0, 1, 120, 238, 239, 240])
        key = stem[:shared] + bytes(chance.choices(b"ab\xff ", k=shape.length - shared))
        entry = entry_of(key, chance.choice([chance.randrange(1, 300), chance.randrange(1, 1 << 20)]))
        tree.insert(entry)
        entries.add(entry)
    store.flush()
    store.forget()
    assert list(tree.walk()) == sorted(entries)
    assert findings(store, shape, tree.root) == []


@pytest.mark.parametrize(("length", "count"), [(8, 4000), (240, 300)])
def test_pages_in_use_that_a_crash_left_on_the_free_list_are_not_taken(length: int, count: int) -> None:
    """The pages reached the disk, the header that says which ones are free did not."""
    chance = random.Random(length)  # noqa: S311 - no secret
    shape = KeyShape(length, b" ")
    file = io.BytesIO()
    store, tree = empty_tree(shape, file)
    entries = [entry_of(chance.randbytes(length), recno) for recno in range(1, count)]
    for entry in entries:
        tree.insert(entry)
    kept = set(entries) - set(sorted(entries)[count // 5 : -count // 5])
    for entry in set(entries) - kept:
        tree.delete(entry)
    store.flush()
    header, free = file.getvalue()[:8], store.free
    again = chance.sample(entries, count // 2)
    for entry in again:
        tree.insert(entry)
    store.flush()
    assert free not in {0, store.free}
    file.seek(0)
    file.write(header)
    store.forget()
    store.refresh()
    for entry in entries:
        tree.insert(entry)
    store.flush()
    assert list(tree.walk()) == sorted(entries)
    assert findings(store, shape, tree.root) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(keys(12), st.integers(1, 70_000)), max_size=300))
def test_a_built_tree_holds_what_an_incremental_one_holds(rows: list[tuple[bytes, int]]) -> None:
    shape = KeyShape(12, b" ")
    _, tree = empty_tree(shape, io.BytesIO())
    built_store, built = empty_tree(shape, io.BytesIO())
    entries = sorted({entry_of(key, recno) for key, recno in rows})
    for entry in entries:
        tree.insert(entry)
    built.root = build_tree(built_store, shape, entries)
    assert list(built.walk()) == list(tree.walk()) == entries
    assert findings(built_store, shape, built.root) == []
    for entry in entries[::3]:
        assert built.delete(entry)
    assert list(built.walk()) == [entry for number, entry in enumerate(entries) if number % 3]


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 240),
    st.integers(8, 32),
    st.data(),
)
def test_a_leaf_reads_back_what_was_written(length: int, recno_bits: int, data: st.DataObject) -> None:
    shape = KeyShape(length, b" ")
    rows = data.draw(st.lists(st.tuples(keys(length), st.integers(0, (1 << recno_bits) - 1)), max_size=40))
    bits = length.bit_length()
    layout = LeafLayout(recno_bits, bits, bits, -(-(recno_bits + 2 * bits) // 8))
    page = LeafPage(1024, shape, layout)
    for entry in sorted({entry_of(key, recno) for key, recno in rows}):
        page.insert(len(page.entries), entry)
        if not page.fits:
            page.remove(len(page.entries) - 1)
            break
    page.left, page.right = 512, -1
    raw = page.encode()
    assert len(raw) == 512
    copy = decode(1024, raw, shape)
    assert isinstance(copy, LeafPage)
    assert copy.entries == page.entries
    assert copy.used == page.used
    assert (copy.left, copy.right) == (512, -1)
    if page.entries:
        assert copy.encode() == raw
