from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.foxpro.program import customers, run, snapshot


def test_a_table_is_told_in_words(tmp_path: Path) -> None:
    path = customers(tmp_path)
    said = run("info", path, "--count")
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert said.code == 0
    assert lines[0] == str(path)
    assert "Visual FoxPro (0x30), last changed 2026-11-02" in lines
    assert "9 records of 74 bytes, 1 of them deleted" in lines
    assert "balance N 12,2" in lines
    assert "custno UPPER(custno) 6 bytes candidate" in lines
    assert "since since FOR !DELETED() 8 bytes" in lines
    assert "balance balance 8 bytes descending" in lines
    assert not any("not written here" in line for line in lines)


def test_a_table_is_told_as_a_document(tmp_path: Path) -> None:
    said = run("info", customers(tmp_path), "--json")
    (table,) = said.document["tables"]
    assert (table["records"], table["deleted"], table["updated"]) == (9, None, "2026-11-02")
    assert table["fields"][2] == {
        "name": "balance",
        "type": "N",
        "width": 12,
        "decimals": 2,
        "nullable": False,
        "binary": False,
        "hidden": False,
    }
    assert table["memo"]["block_size"] == 64
    assert [tag["name"] for tag in table["index"]["tags"]] == ["active", "balance", "custno", "since"]
    assert table["not_written"] == []


def test_a_folder_stands_for_its_tables_and_a_pattern_for_those_that_fit(tmp_path: Path) -> None:
    one, two = customers(tmp_path, name="one.dbf"), customers(tmp_path, name="TWO.DBF")
    told = run("info", tmp_path, "--json").document["tables"]
    assert [table["path"] for table in told] == [str(two), str(one)]
    told = run("info", tmp_path / "o*.dbf", one, "--json").document["tables"]
    assert [table["path"] for table in told] == [str(one)]


def test_what_is_missing_keeps_nothing_else_back(tmp_path: Path) -> None:
    path = customers(tmp_path)
    said = run("info", tmp_path / "nothing.dbf", path, "--json")
    missing, found = said.document["tables"]
    assert said.code == 2
    assert missing["error"]["kind"] == "TableMissingError"
    assert "table not found" in missing["error"]["message"]
    assert found["records"] == 9


@pytest.mark.parametrize("words", [("info",), ("info", "--json"), ("check",)])
def test_a_folder_without_tables_is_named(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = run(*words, tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "tables not found" in said.err


def test_what_could_not_be_written_is_told_with_the_reason(tmp_path: Path) -> None:
    path = customers(tmp_path)
    index = path.with_suffix(".cdx")
    index.write_bytes(index.read_bytes().replace(b"UPPER(custno)", b"UPPEX(custno)"))
    (table,) = run("info", path, "--json").document["tables"]
    assert any("UPPEX" in reason for reason in table["not_written"])
    assert "not written here: tag custno" in run("info", path).out


def test_control_characters_of_a_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = customers(tmp_path)
    index = path.with_suffix(".cdx")
    index.write_bytes(index.read_bytes().replace(b"UPPER(custno)", b"UP\x1b[2J(stno)"))
    assert "\x1b" not in run("info", path).out


def test_looking_changes_no_byte(tmp_path: Path) -> None:
    customers(tmp_path)
    before = snapshot(tmp_path)
    for words in (("info", "--count"), ("check",)):
        assert run(*words, tmp_path).code == 0
    assert run("dump", tmp_path / "customer.dbf").code == 0
    assert snapshot(tmp_path) == before
