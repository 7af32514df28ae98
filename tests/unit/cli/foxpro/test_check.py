from __future__ import annotations

from pathlib import Path

from counterfoil.foxpro import Table
from tests.unit.cli.foxpro.program import CARD, customers, run


def spoil(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        table.storage.write_raw(2, table.raw(2).replace(b"C002", b"C999"))


def test_a_sound_table_ends_with_0(tmp_path: Path) -> None:
    path = customers(tmp_path)
    said = run("check", tmp_path)
    assert (said.code, said.out) == (0, f"{path}: sound\n")
    assert run("check", path, "--json").document == {
        "sound": True,
        "tables": [{"path": str(path), "sound": True, "complete": True, "findings": []}],
    }


def test_a_table_with_findings_ends_with_1(tmp_path: Path) -> None:
    good, bad = customers(tmp_path, name="a.dbf"), customers(tmp_path, name="b.dbf")
    spoil(bad)
    said = run("check", tmp_path)
    assert said.code == 1
    assert said.out.splitlines()[:3] == [
        f"{good}: sound",
        f"{bad}: NOT SOUND",
        "    fault  tag custno: record 2 is in it with a key that is not its own",
    ]
    _, table = run("check", tmp_path, "--json").document["tables"]
    assert table["findings"][0] == {
        "severity": "fault",
        "tag": "custno",
        "text": "record 2 is in it with a key that is not its own",
    }


def test_notes_ask_for_nothing(tmp_path: Path) -> None:
    path = customers(tmp_path)
    path.write_bytes(path.read_bytes() + b"rest")
    said = run("check", path)
    assert said.code == 0
    assert said.out.splitlines()[1].startswith("    note  5 bytes lie behind the last record")


def test_what_cannot_be_looked_at_ends_with_2(tmp_path: Path) -> None:
    path = customers(tmp_path)
    said = run("check", tmp_path / "none.dbf", path, "--json")
    assert said.code == 2
    assert said.document["sound"] is False
    assert [table.get("error", {}).get("kind") for table in said.document["tables"]] == [
        "TableMissingError",
        None,
    ]


def test_what_is_no_table_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "x.dbf").write_bytes(b"nonsense")
    said = run("check", tmp_path)
    assert said.code == 1
    assert "too short for a" in said.out


def test_a_finding_shows_no_card_number(tmp_path: Path) -> None:
    path = customers(tmp_path)
    with Table.open(path, writable=True) as table:
        field = table.codec.field("balance")[0]
        raw = table.raw(1)
        table.storage.write_raw(1, raw[: field.offset] + b"*" + raw[field.offset + 1 :])
        spoiled = raw[: field.offset - 16] + CARD.encode() + b"x" * 12 + raw[field.end :]
        table.storage.write_raw(1, spoiled)
    said = run("check", path)
    assert said.code == 1
    assert CARD not in said.out
