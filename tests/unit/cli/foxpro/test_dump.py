from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from counterfoil.cli.foxpro.rows import Mask
from counterfoil.foxpro import Record, Table, Value
from counterfoil.security.card_guard import CARD_MARK, SECRET_MARK
from tests.unit.cli.foxpro.program import CARD, customers, run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return customers(tmp_path)


def csv_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def json_rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_rows_as_csv(path: Path) -> None:
    said = run("dump", path, "--fields", "custno, company,BALANCE,since,active,seen,number")
    lines = said.out.splitlines()
    assert said.code == 0
    assert lines[0] == "recno,custno,company,balance,since,active,seen,number"
    assert lines[1] == '1,C001,"Müller & ""Sons"", 1",0.25,2026-01-02,false,2026-11-02T08:30:01,1'
    assert [row["recno"] for row in csv_rows(said.out)] == ["1", "2", "4", "5", "6", "7", "8", "9"]


def test_null_and_empty_differ_in_csv(path: Path) -> None:
    said = run("dump", path, "--recno", 6, "--fields", "since,notes")
    assert said.out.splitlines()[1] == '6,,""'


def test_a_memo_of_several_lines_is_one_value(path: Path) -> None:
    (row,) = csv_rows(run("dump", path, "--recno", 5).out)
    assert row["notes"] == "note 5\r\nsecond line"


def test_rows_as_json_lines(path: Path) -> None:
    said = run("dump", path, "--format", "jsonl", "--limit", 2)
    first, second = json_rows(said.out)
    assert first["values"]["balance"] == "0.25"
    assert first["values"]["number"] == 1
    assert first["values"]["notes"] == "note 1\r\nsecond line"
    assert (second["recno"], second["deleted"], second["values"]["active"]) == (2, False, True)


def test_deleted_rows_come_when_asked_for(path: Path) -> None:
    rows = csv_rows(run("dump", path, "--deleted").out)
    assert [row["recno"] for row in rows if row["deleted"] == "true"] == ["3"]
    assert json_rows(run("dump", path, "--recno", 3, "--format", "jsonl").out)[0]["deleted"] is True


@pytest.mark.parametrize(
    ("tag", "key", "recnos"),
    [
        ("custno", "D00", []),
        ("custno", "c008", [8]),
        ("custno", "C00", [1, 2, 4, 5, 6, 7, 8, 9]),
        ("BALANCE", "1.25", [5]),
        ("since", "2026-01-09", [8]),
        ("active", "true", [2, 4, 6, 8]),
    ],
)
def test_rows_by_a_tag(path: Path, tag: str, key: str, recnos: list[int]) -> None:
    said = run("dump", path, "--where-tag", tag, key, "--format", "jsonl")
    assert [row["recno"] for row in json_rows(said.out)] == recnos


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--where-tag", "balance", "much"), "searched with a number"),
        (("--where-tag", "since", "today"), "searched with a date"),
        (("--where-tag", "active", "maybe"), "true or false"),
        (("--where-tag", "none", "x"), "has no index tag"),
        (("--fields", "custno,none"), "no such field"),
        (("--recno", "99"), "record 99 does not exist"),
    ],
)
def test_what_cannot_be_asked_is_named(path: Path, words: tuple[str, ...], message: str) -> None:
    said = run("dump", path, *words)
    assert said.code == 2
    assert message in said.err


def spoil(path: Path, recno: int) -> None:
    with Table.open(path, writable=True) as table:
        table.storage.write_raw(recno, table.raw(recno).replace(b"0.50", b"0.5x"))


def test_a_row_that_cannot_be_read_is_told_and_left_out(path: Path) -> None:
    spoil(path, 2)
    said = run("dump", path, "--fields", "custno")
    assert said.code == 1
    assert [row["recno"] for row in csv_rows(said.out)] == ["1", "4", "5", "6", "7", "8", "9"]
    assert said.err.startswith("left out: customer.balance: record 2 holds")


def test_or_it_stops_there(path: Path) -> None:
    spoil(path, 2)
    said = run("dump", path, "--fields", "custno", "--stop")
    assert said.code == 2
    assert [row["recno"] for row in csv_rows(said.out)] == ["1"]


def test_rows_are_written_beside_an_index_that_is_damaged(path: Path) -> None:
    path.with_suffix(".cdx").write_bytes(b"\xff" * 600)
    assert len(csv_rows(run("dump", path).out)) == 8
    said = run("dump", path, "--where-tag", "custno", "C001")
    assert said.code == 2
    assert "eindex the table" in said.err


def test_card_numbers_are_masked_unless_asked_for(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        table.update(1, {"company": f"card {CARD}", "notes": f"paid with {CARD}, thanks"})
    said = run("dump", path, "--recno", 1)
    assert CARD not in said.out
    assert said.out.count(CARD_MARK) == 2
    assert "thanks" in said.out
    assert run("dump", path, "--recno", 1, "--unmasked").out.count(CARD) == 2


def test_a_card_number_is_masked_in_every_type() -> None:
    values: dict[str, Value] = {
        "n": int(CARD),
        "b": float(CARD),
        "g": CARD.encode(),
        "cvv": "123",
        "id": CARD,
        "x": 1.5,
    }
    assert Mask(list(values))(Record(1, deleted=False, values=values)).values == {
        "n": CARD_MARK,
        "b": CARD_MARK,
        "g": CARD_MARK,
        "cvv": SECRET_MARK,
        "id": CARD_MARK,
        "x": 1.5,
    }


def test_a_reader_that_wants_no_more_ends_it_quietly(tmp_path: Path) -> None:
    path = customers(tmp_path, count=3000, name="many.dbf")
    words = [sys.executable, "-m", "counterfoil", "foxpro", "dump", str(path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith(b"recno,")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
