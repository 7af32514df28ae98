from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.foxpro.cdx import IndexFile, TagSpec
from counterfoil.foxpro.cdx_create import create_index
from counterfoil.foxpro.errors import FoxProError
from counterfoil.foxpro.fields import Field, placed

FIELDS = placed([Field("custno", "C", 6), Field("company", "C", 60), Field("balance", "N", 10, 2)])
SPECS = (TagSpec("custno", "custno"), TagSpec("company", "UPPER(company)"), TagSpec("balance", "balance"))


def row(number: int) -> bytes:
    return b" " + f"{number:6}{f'Company {number * 7919 % 1000}':60}{number * 1.5 - 40:10.2f}".encode()


@pytest.fixture(scope="module")
def healthy() -> bytes:
    file = io.BytesIO()
    create_index(
        file, "t", FIELDS, "cp1252", SPECS, lambda: [(number, row(number)) for number in range(1, 400)]
    )
    return file.getvalue()


def work_with(file: io.BytesIO) -> None:
    index = IndexFile(file, "t", FIELDS, "cp1252")
    for tag in index.tags.values():
        if tag.refusal:
            continue
        tag.check()
        for number in range(1, 400, 5):
            tag.delete(tag.key_of(number, row(number)) or b"", number)
            tag.insert(tag.key_of(number + 1000, row(number + 1000)) or b"", number + 1000)
    index.flush()
    for tag in index.tags.values():
        list(tag.scan())


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_damaged_index_gives_named_errors_and_never_hangs(healthy: bytes, data: st.DataObject) -> None:
    content = bytearray(healthy)
    places = st.integers(0, len(content) // 512 - 1)
    for _ in range(data.draw(st.integers(1, 6))):
        page = data.draw(places) * 512
        offset = page + data.draw(st.one_of(st.integers(0, 40), st.integers(0, 511)))
        content[offset] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    try:
        work_with(io.BytesIO(bytes(content)))
    except FoxProError:
        return


def test_work_on_a_healthy_index_succeeds(healthy: bytes) -> None:
    work_with(io.BytesIO(healthy))
