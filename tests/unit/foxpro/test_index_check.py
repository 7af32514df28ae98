from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from counterfoil.foxpro.index.create import create_index
from counterfoil.foxpro.index.findings import Finding, Severity
from counterfoil.foxpro.index.index_check import index_findings
from counterfoil.foxpro.index.index_file import IndexFile, TagSpec
from counterfoil.foxpro.index.page import PAGE_BYTES, InteriorPage
from counterfoil.foxpro.records.fields import Field, placed

FIELDS = placed([Field("custno", "C", 6), Field("company", "C", 20)])
SPECS = (TagSpec("custno", "custno"), TagSpec("company", "UPPER(company)"))
Damage = Callable[[io.BytesIO], None]


def row(number: int) -> bytes:
    return b" " + f"{number:6}{f'Company {number % 7}':20}".encode()


@pytest.fixture
def file() -> io.BytesIO:
    """An index of a few hundred rows, many of which left it again, so that there are free pages."""
    file = io.BytesIO()
    rows = [(number, row(number)) for number in range(1, 600)]
    index = create_index(file, "t", FIELDS, "cp1252", SPECS, lambda: rows)
    for number in range(1, 500):
        assert index.tags["custno"].delete(row(number)[1:7], number)
    index.flush()
    return file


def opened(file: io.BytesIO) -> IndexFile:
    return IndexFile(file, "t", FIELDS, "cp1252")


def found_in(file: io.BytesIO) -> list[Finding]:
    return list(index_findings(opened(file)))


def put(file: io.BytesIO, offset: int, number: int, size: int = 4) -> None:
    file.seek(offset)
    file.write(number.to_bytes(size, "little", signed=True))


def free_pages(file: io.BytesIO) -> list[int]:
    store = opened(file).store
    pages = [store.free]
    while (following := store.following_free(pages[-1])) > 0:
        pages.append(following)
    return pages


def inner_pages(file: io.BytesIO) -> list[int]:
    """The leaves of the tag of companies."""
    tree = opened(file).tags["company"].tree
    root = tree.page(tree.root)
    assert isinstance(root, InteriorPage)
    return root.children


def test_a_healthy_file_gives_no_findings(file: io.BytesIO) -> None:
    assert len(free_pages(file)) > 3
    assert found_in(file) == []


def free_list_in_a_circle(file: io.BytesIO) -> None:
    pages = free_pages(file)
    put(file, pages[-1], pages[0])


def free_list_into_a_tree(file: io.BytesIO) -> None:
    put(file, free_pages(file)[-1], inner_pages(file)[1])


def free_list_beyond_the_end(file: io.BytesIO) -> None:
    put(file, 4, 1 << 20)


def free_list_between_two_pages(file: io.BytesIO) -> None:
    put(file, 4, free_pages(file)[0] + 8)


def child_that_is_its_own_parent(file: io.BytesIO) -> None:
    root = opened(file).tags["company"].root
    put(file, root + 12 + 24, int.from_bytes(root.to_bytes(4, "big"), "little"))


def root_of_another_tag(file: io.BytesIO) -> None:
    index = opened(file)
    put(file, index.tags["custno"].header_offset, index.tags["company"].root)


def key_length_out_of_range(file: io.BytesIO) -> None:
    put(file, opened(file).tags["company"].header_offset + 12, 300, 2)


def options_of_a_single_index(file: io.BytesIO) -> None:
    put(file, opened(file).tags["company"].header_offset + 14, 0x20, 1)


def masks_unlike_the_widths(file: io.BytesIO) -> None:
    put(file, inner_pages(file)[0] + 14, 0x0F)


def damaged_directory_page(file: io.BytesIO) -> None:
    put(file, opened(file).store.root(0) + 4, 4096)


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (free_list_in_a_circle, "the free list runs in a circle through"),
        (free_list_into_a_tree, ", which tag company uses"),
        (free_list_beyond_the_end, "the free list points to 1048576"),
        (free_list_between_two_pages, "where no page lies"),
        (child_that_is_its_own_parent, "tag company: page"),
        (root_of_another_tag, "belongs to tag company and to tag custno"),
        (key_length_out_of_range, "tag company: its header says that its keys are 300 bytes long"),
        (options_of_a_single_index, "tag company: its header has the options 0x20"),
        (masks_unlike_the_widths, "its masks are not those of its bit widths"),
        (damaged_directory_page, "page 1024 has the neighbours 4096 and -1, not -1 and -1"),
    ],
)
def test_each_damage_is_a_fault(file: io.BytesIO, damage: Damage, finding: str) -> None:
    damage(file)
    faults = [str(found) for found in found_in(file) if found.is_fault]
    assert any(finding in fault for fault in faults), faults


def test_pages_that_nobody_owns_are_noted_and_are_no_fault(file: io.BytesIO) -> None:
    lost = len(free_pages(file))
    put(file, 4, 0)
    (note,) = found_in(file)
    assert note.severity is Severity.NOTE
    assert str(note).startswith(f"{lost} pages are neither in use nor free")


def test_the_pages_of_a_tag_with_an_unknown_expression_are_looked_at_as_well(file: io.BytesIO) -> None:
    header = opened(file).tags["company"].header_offset
    file.seek(header + 512)
    file.write(b"SOUNDEX(company)\0")
    put(file, header + 510, 17, 2)
    assert opened(file).tags["company"].refusal
    assert found_in(file) == []
    assert len(file.getvalue()) % PAGE_BYTES == 0
    put(file, opened(file).tags["company"].root + 8, 1024)
    assert [str(fault) for fault in found_in(file)] == [
        f"tag company: page {opened(file).tags['company'].root} has the neighbours -1 and 1024, not -1 and -1"
    ]
