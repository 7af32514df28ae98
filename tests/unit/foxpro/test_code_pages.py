from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, create_table
from counterfoil.foxpro.errors import CodePageError, FieldValueError, TableFormatError
from counterfoil.foxpro.records.code_pages import (
    CODE_PAGES,
    DEFAULT,
    DOUBLE_BYTE,
    MARKS,
    chosen_code_page,
    code_page_of,
    decode_text,
    encode_text,
)
from counterfoil.foxpro.records.fields import BINARY

SINGLE_BYTE = sorted(set(CODE_PAGES.values()) - DOUBLE_BYTE)
TEXTS = {
    "cp437": "Ä½é",
    "cp850": "Ä½ø",
    "cp852": "Łőž",
    "cp1250": "Łőž€",
    "cp1251": "Жя€",
    "cp1252": "Äø€",
    "cp866": "Жя",
    "cp1253": "βΩ",
    "cp1254": "ğİ",
    "cp932": "日本",
}


@pytest.mark.parametrize("code_page", SINGLE_BYTE)
def test_every_byte_survives_the_code_page(code_page: str) -> None:
    everything = bytes(range(256))
    assert encode_text(decode_text(everything, code_page), code_page) == everything


@pytest.mark.parametrize("code_page", sorted(MARKS))
def test_seven_bits_mean_the_same_in_every_code_page_that_has_a_mark(code_page: str) -> None:
    seven_bits = bytes(range(128))
    assert seven_bits.decode(code_page) == seven_bits.decode("ascii") == decode_text(seven_bits, code_page)


def test_a_code_page_without_a_mark_may_mean_another_thing_by_seven_bits() -> None:
    assert decode_text(b"\x4b", "cp037") == "." != b"\x4b".decode("ascii")


def test_a_character_that_the_code_page_lacks_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        encode_text("\u20ac\u4e2d", "cp1252")


@pytest.mark.parametrize(("code_page", "text"), TEXTS.items())
def test_text_is_kept_in_the_table_s_own_code_page(code_page: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    fields = [Field("c", "C", 8), Field("v", "V", 8), Field("m", "M"), Field("b", "C", 8, flags=BINARY)]
    raw = text.encode(code_page)
    create_table(path, fields, code_page=code_page, rows=[{"c": text, "v": text, "m": text, "b": raw}])
    assert path.read_bytes()[29] == MARKS[code_page]
    with Table.open(path, writable=True) as table:
        assert table.read(1).values == {"c": text, "v": text, "m": text, "b": raw.ljust(8)}
        assert table.raw(1)[1:9] == raw.ljust(8)
        with pytest.raises(FieldValueError, match=code_page):
            table.update(1, {"c": "\u2603"})


def test_an_unmarked_table_counts_as_windows_western() -> None:
    assert code_page_of(0x00, "t") == DEFAULT == "cp1252"


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        (0x68, r"895 \(Czech, Kamenicky\)"),
        (0x69, r"620 \(Polish, Mazovia\)"),
        (0xF0, "of an unknown program"),
    ],
)
def test_a_code_page_that_is_not_known_here_is_named(mark: int, name: str) -> None:
    with pytest.raises(CodePageError, match=rf"code page {name}, mark 0x{mark:02X}.*code_page=") as caught:
        code_page_of(mark, "t")
    assert caught.value.mark == mark


@pytest.mark.parametrize(
    ("name", "spelled"),
    [("Windows-1252", "cp1252"), ("850", "cp850"), ("gbk", "cp936"), ("koi8-r", "koi8-r")],
)
def test_the_caller_s_choice_is_spelled_as_ours(name: str, spelled: str) -> None:
    assert chosen_code_page(name, "t") == spelled


@pytest.mark.parametrize("name", ["nonsense", "utf-8", "utf-16", "utf-7", "shift_jis", "rot13", "idna"])
def test_what_no_table_can_be_in_is_refused(name: str) -> None:
    with pytest.raises(CodePageError, match="no code page that a table can be in; use one of cp1250"):
        chosen_code_page(name, "t")


def test_a_new_table_needs_a_code_page_with_a_mark(tmp_path: Path) -> None:
    with pytest.raises(TableFormatError, match="koi8-r has no mark"):
        create_table(tmp_path / "t.dbf", [Field("c", "C", 1)], code_page="koi8-r")
    assert list(tmp_path.iterdir()) == []
