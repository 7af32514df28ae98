from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.foxpro import Field, create_table
from counterfoil.foxpro.records.fields import Counter
from tests.unit.cli.foxpro.program import customers, run, snapshot
from tests.unit.foxpro.containers import Thing, create_container, link, things_of


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
        "counter": None,
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


def test_a_number_that_the_table_draws_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.dbf"
    create_table(path, [Field("id", "I", counter=Counter(5, 2))], version=0x31, rows=[{}])
    said = run("info", path, "--json")
    (table,) = said.document["tables"]
    assert table["fields"][0]["counter"] == {"next": 7, "step": 2}
    assert "autoincrement, next 7, step 2" in run("info", path).out


def test_the_database_of_a_table_is_told(tmp_path: Path) -> None:
    path = tmp_path / "customer.dbf"
    create_table(path, [Field("customer_n", "C", 8)])
    things = things_of("customer", ["customer_number"], rule="!EMPTY(customer_number)")
    create_container(tmp_path / "sales.dbc", things)
    link(path, "sales.dbc")
    (table,) = run("info", path, "--json").document["tables"]
    assert table["fields"][0]["name"] == "customer_number"
    assert table["container"] == {
        "backlink": "sales.dbc",
        "path": str(tmp_path / "sales.dbc"),
        "name": "customer",
        "problem": "",
        "duties": ["the rule !EMPTY(customer_number)"],
    }
    lines = [line.strip() for line in run("info", path).out.splitlines()]
    assert f"belongs to the database sales.dbc (found at {tmp_path / 'sales.dbc'}) as customer" in lines
    assert "FoxPro applies the rule !EMPTY(customer_number)" in lines
    assert any(line.startswith("not written here: it belongs to the database") for line in lines)


def test_a_database_that_is_lost_is_told(tmp_path: Path) -> None:
    path = tmp_path / "customer.dbf"
    create_table(path, [Field("customer_n", "C", 8)])
    link(path, "sales.dbc")
    out = run("info", path).out
    assert "belongs to the database sales.dbc (not found) as no table of it" in out
    assert "but that file is not where the table says" in out


def test_a_database_container_tells_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "books.dbc"
    create_container(path, [*things_of("Clients", ["city"], rule="city>'A'"), Thing("View", "late_payers")])
    (container,) = run("info", path, "--json").document["tables"]
    table = {"name": "clients", "file": "Clients.dbf", "primary_key": "", "rules": ["the rule city>'A'"]}
    assert container["database"]["tables"] == [table]
    assert container["not_written"] == ["it is a database container, which FoxPro alone writes"]
    lines = [" ".join(line.split()) for line in run("info", path).out.splitlines()]
    start = lines.index("a database with the tables")
    assert lines[start + 1 : start + 4] == [
        "clients Clients.dbf",
        "FoxPro applies the rule city>'A'",
        "views late_payers",
    ]
