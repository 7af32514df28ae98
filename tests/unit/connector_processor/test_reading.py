"""A processor's file is read whole or not at all, each fault with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.connectors.processor.mapping import FileMapping, read_mapping
from counterfoil.connectors.processor.reading import BYTES_MAX, FileRead, read_file
from counterfoil.domain.dispute import Dispute, DisputeStage
from counterfoil.domain.money import Money
from counterfoil.ports.errors import ConfigurationError

YAML = """
date_format: "%m/%d/%Y"
sign: negative
columns:
  case: Case
  stage: Status
  date: Date
  amount: Amount
  transaction: Sale
  last_four: Card
  paid_on: Sold
  reason: Reason
stages:
  opened: [Chargeback, 1st chargeback]
  won: [Reversed]
  lost: [Lost]
  fee: [Fee]
  ignored: [Retrieval]
"""
MAPPING = FileMapping.model_validate(yaml.safe_load(YAML))
HEAD = "Case,Status,Date,Amount,Sale,Card,Sold,Reason\n"
LINE = 'C-1,1st  CHARGEBACK,11/02/2026,"-$1,234.50",105968,4012XXXXXXXX5439,10/01/2026,Not as described\n'
CARD = "4012000098765439"


def read(text: str, mapping: FileMapping = MAPPING) -> FileRead:
    return read_file(text.encode(mapping.encoding), mapping)


def faults(text: str) -> list[tuple[int, str]]:
    found = read(text)
    assert found.disputes == ()
    return [(fault.line, fault.why) for fault in found.faults]


def test_a_line_becomes_a_dispute_without_sign_and_without_card() -> None:
    [dispute] = read(HEAD + LINE).disputes
    assert dispute == Dispute(
        case="C-1",
        stage=DisputeStage.OPENED,
        on=date(2026, 11, 2),
        amount=Money.of("1234.50", "USD"),
        transaction="105968",
        last_four="5439",
        paid_on=date(2026, 10, 1),
        reason="Not as described",
    )


def test_what_is_no_money_is_counted_and_left_out_and_empty_lines_are_nothing() -> None:
    found = read(HEAD + LINE.replace("1st  CHARGEBACK", "retrieval") + ",,,,,,,\n\n")
    assert (found.disputes, found.ignored, found.faults) == ((), 1, ())


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("1st  CHARGEBACK", "Pre-arbitration", "is not mapped to a stage"),
        ("11/02/2026", "2026-11-02", "not written as %m/%d/%Y"),
        ("11/02/2026", "02/30/2026", "not written as"),
        ("-$1,234.50", "$1,234.50", "not negative as the mapping says"),
        ("-$1,234.50", "-1.234,50", "cannot be read"),
        ("-$1,234.50", "-12.345", "cannot be read"),
        ("-$1,234.50", "-1,2", "cannot be read"),
        ("-$1,234.50", "-371449635392376", "cannot be read"),
        ("-$1,234.50", "-١٢", "cannot be read"),
        ("-$1,234.50", "-0.00", "zero"),
        ("C-1", "", "no case number"),
        ("C-1", CARD, "no case number"),
        ("4012XXXXXXXX5439", "XXXX", "four digits"),
        ("105968", "10 59", "no transaction number"),
        (",Not as described", "", "7 values under 8 headings"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(old: str, new: str, why: str) -> None:
    [(line, told)] = faults(HEAD + LINE.replace("C-1", "C-9") + LINE.replace(old, new))
    assert line == 3
    assert why in told
    assert CARD not in told


def test_one_bad_line_keeps_all_good_ones_out_and_every_bad_one_is_told() -> None:
    bad = LINE.replace("11/02/2026", "soon")
    assert [line for line, _ in faults(HEAD + LINE + bad.replace("C-1", "C-2") + bad)] == [3, 4]


def test_a_case_told_twice_alike_is_one_and_with_another_content_a_fault() -> None:
    assert len(read(HEAD + LINE + LINE).disputes) == 1
    [(line, why)] = faults(HEAD + LINE + LINE.replace("1,234.50", "1,234.51"))
    assert (line, "different contents" in why) == (3, True)


def test_a_missing_or_doubled_heading_is_named() -> None:
    assert "no single column Card; there is Case" in faults(HEAD.replace("Card", "Kard") + LINE)[0][1]
    assert "no single column Case" in faults(HEAD.replace("Sold", "Case") + LINE)[0][1]
    assert "there is none" in faults("")[0][1]


def test_another_encoding_than_the_mapping_s_is_refused_with_its_line() -> None:
    content = (HEAD + LINE.replace("described", "décrit")).encode("cp1252")
    [fault] = read_file(content, MAPPING).faults
    assert (fault.line, "not utf-8" in fault.why) == (2, True)
    western = MAPPING.model_copy(update={"encoding": "cp1252"})
    assert read_file(content, western).disputes[0].reason == "Not as décrit"


def test_lines_above_the_headings_and_a_byte_order_mark_are_passed_over() -> None:
    above = MAPPING.model_copy(update={"skip_lines": 2, "encoding": "utf-8-sig"})
    assert len(read("Merchant 7\n\n" + HEAD + LINE, above).disputes) == 1


def test_a_file_too_long_or_with_an_open_quote_is_refused() -> None:
    assert "longer than" in read_file(b"x" * (BYTES_MAX + 1), MAPPING).faults[0].why
    assert "no CSV" in faults(HEAD + 'C-1,"open')[0][1]


def test_a_card_number_in_free_text_is_taken_out() -> None:
    [dispute] = read(HEAD + LINE.replace("Not as", f"card {CARD}")).disputes
    assert CARD not in dispute.reason
    assert "removed" in dispute.reason


@pytest.mark.parametrize("encoding", ["punycode", "utf-16", "utf-7"])
def test_a_file_in_another_encoding_than_said_is_refused_with_words(encoding: str) -> None:
    mapping = read_mapping_text(f"encoding: {encoding}\n{YAML}")
    assert read_file((HEAD + LINE + "\xff").encode("latin-1"), mapping).faults


def read_mapping_text(text: str) -> FileMapping:
    return FileMapping.model_validate(yaml.safe_load(text))


@pytest.mark.parametrize("written", ["%m/%d/%y", "%Y-%m-%d", "%d %b %Y", "%m/%d/%Y %H:%M", "%Y%m%d"])
def test_a_day_may_be_written_in_many_ways(written: str) -> None:
    assert read_mapping_text(YAML.replace("%m/%d/%Y", written)).date_format == written


@given(st.binary(max_size=400))
def test_no_bytes_do_anything_but_be_read_or_refused(content: bytes) -> None:
    read_file(HEAD.encode() + content, MAPPING)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("ignored", "maybe", "maybe is none of"),
        ("[Lost]", "[Lost, ' fee ']", "fee stands twice"),
        ("columns", "kolumns", "kolumns"),
        ("sign: negative", "sign: minus", "sign"),
        ("date_format", "encoding: latin-99\ndate_format", "latin-99 is no encoding"),
        ("date_format", "encoding: rot13\ndate_format", "rot13 is no encoding"),
        ("date_format", "encoding: undefined\ndate_format", "undefined is no encoding"),
        ("%m/%d/%Y", "%m/%m/%Y", "no way to write a day"),
        ("%m/%d/%Y", "%d/%Y", "no way to write a day"),
        ("%m/%d/%Y", "MM/DD/YYYY", "no way to write a day"),
        ("  case: Case\n", "", "columns.case"),
        ("columns:", "columns: [", "no YAML"),
    ],
)
def test_a_mapping_that_is_none_says_what_is_wrong(tmp_path: Path, old: str, new: str, why: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(YAML.replace(old, new), "utf-8")
    with pytest.raises(ConfigurationError, match=why):
        read_mapping(path)


def test_a_mapping_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(YAML, "utf-8")
    assert read_mapping(path) == MAPPING
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_mapping(tmp_path / "other.yaml")
