from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.connectors.sagepro.binding import Shape, UnfitValueError
from counterfoil.connectors.sagepro.outbox.answer_file import Outcome, parse_answer
from counterfoil.connectors.sagepro.outbox.entry_file import parse_head
from counterfoil.connectors.sagepro.outbox.lines import (
    CODE_PAGE,
    DamagedFileError,
    UnwritableTextError,
    seal,
    unseal,
)
from counterfoil.connectors.sagepro.outbox.values import value_parts
from counterfoil.ports.erp import FieldChange, RowChange

texts = st.text(st.characters(codec=CODE_PAGE), max_size=20)
lines = st.lists(st.lists(texts, min_size=1, max_size=5), min_size=1, max_size=8)


@given(lines)
def test_what_is_sealed_is_read_as_it_was(written: list[list[str]]) -> None:
    text = seal(written)
    assert unseal(text) == written
    assert text.isascii()
    assert text.endswith("\r\n")


@given(lines, st.data())
def test_a_byte_changed_or_a_part_cut_is_found(written: list[list[str]], data: st.DataObject) -> None:
    text = seal(written)
    at = data.draw(st.integers(0, len(text) - 3))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda one: one != text[at]))
    with pytest.raises(DamagedFileError):
        unseal(text[:at] + other + text[at + 1 :])
    with pytest.raises(DamagedFileError):
        unseal(text[:at])


def test_letters_that_the_code_page_lacks_are_refused() -> None:
    assert seal([["Müller"]]).startswith("M%FCller\r\n")
    with pytest.raises(UnwritableTextError, match="cp1252"):
        seal([["Жук"]])


@pytest.mark.parametrize(
    ("shape", "value", "parts"),
    [
        (Shape("invno", "C", 10), "      1001", ("C", "      1001")),
        (Shape("company", "C", 35), "ABC Ltd  ", ("C", "ABC Ltd")),
        (Shape("balance", "Y", 8), Decimal("-60.5"), ("N", "-60.5000")),
        (Shape("paidamt", "N", 12, 2), Decimal(60), ("N", "60.00")),
        (Shape("exchrat", "B", 8), 1, ("N", "1.00000000")),
        (Shape("lineno", "I", 4), 3, ("N", "3")),
        (Shape("dtepaid", "D", 8), date(2026, 11, 20), ("D", "20261120")),
        (Shape("dtepaid", "D", 8), None, ("D", "")),
        (Shape("recdel", "L", 1), False, ("L", "F")),
        (Shape("balance", "N", 12, 2), None, ("U", "")),
    ],
)
def test_values_are_written_as_foxpro_reads_them(shape: Shape, value: object, parts: tuple[str, str]) -> None:
    assert value_parts("armast01", shape, value) == parts


def test_a_number_that_foxpro_would_round_is_refused() -> None:
    with pytest.raises(UnfitValueError, match=r"armast01\.balance.*15 digits"):
        value_parts("armast01", Shape("balance", "Y", 8), Decimal("123456789012.5"))


def answer(*rows: list[str], outcome: str = "done") -> str:
    return seal(
        [
            ["counterfoil-answer", "1"],
            ["entry", "12"],
            ["key", "paytrace/m1/1/receipt#1"],
            ["content", "abc"],
            ["outcome", outcome],
            ["why", ""],
            *rows,
        ]
    )


def test_an_answer_tells_rows_as_they_were_found_and_left() -> None:
    read = parse_answer(
        answer(
            ["row", "1", "arcash01", "7"],
            ["row", "2", "armast01", "3"],
            ["field", "2", "balance", "N:100.0000", "N:40.0000"],
            ["field", "2", "dtepaid", "D:", "D:20261120"],
        )
    )
    assert (read.outcome, read.first) == (Outcome.DONE, 12)
    planned = (
        RowChange(table="arcash01", record=0, added=True, fields=()),
        RowChange(
            table="armast01", record=2, added=False, fields=(FieldChange(field="x", before="", after="1"),)
        ),
        RowChange(table="arcust01", record=5, added=False, fields=()),
    )
    cash, document, untold = read.reported(planned)
    assert cash.record == 7
    assert document.record == 3
    assert document.fields == (
        FieldChange(field="balance", before="100.00", after="40.00"),
        FieldChange(field="dtepaid", before="", after="2026-11-20"),
    )
    assert untold == planned[2]


@pytest.mark.parametrize(
    "text",
    [
        seal([["counterfoil-answer", "2"]]),
        seal([["counterfoil-answer", "1"], ["entry", "12"]]),
        answer(outcome="perhaps"),
        answer(["row", "1", "arcash01", "seven"]),
        answer(["field", "1", "balance", "N:1", "N:2"]),
        answer(["strange", "1", "2", "3", "4", "5"]),
    ],
)
def test_an_answer_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(DamagedFileError):
        parse_answer(text)


def test_an_entry_of_another_version_is_refused() -> None:
    with pytest.raises(DamagedFileError, match="no entry of version 1"):
        parse_head(seal([["counterfoil-outbox", "2"], ["entry", "1"]]))
    with pytest.raises(DamagedFileError, match="incomplete"):
        parse_head(seal([["counterfoil-outbox", "1"], ["entry", "1"]]))
