from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app

SOURCE = "- {name: invoice_id, label: Invoice number}\n- {name: amount, label: Amount, type: money}\n- note\n"
TARGET = "name,label,type\ninvno,Invoice number,text 10\npaidamt,Amount paid,money\nterr,Territory,text 10\n"


@pytest.fixture
def lists(tmp_path: Path) -> tuple[Path, Path]:
    source, target = tmp_path / "source.yaml", tmp_path / "target.csv"
    source.write_text(SOURCE, "utf-8")
    target.write_text(TARGET, "utf-8")
    return source, target


def run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["flows", "suggest", *map(str, words), "--without-model"])
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def test_suggestions_are_told_with_reasons_and_nothing_is_written(
    lists: tuple[Path, Path], tmp_path: Path
) -> None:
    before = sorted(tmp_path.rglob("*"))
    code, said = run(*lists, "--connection", "shop", "--workspace", tmp_path)
    assert code == 0
    assert "by names, words and types alone" in said
    assert "invno <- invoice_id\n" in said
    assert "terr <- (blank: nothing is sure)\n" in said
    assert said.endswith("2 of 3 proposed; nothing was applied\n")
    assert sorted(tmp_path.rglob("*")) == before


def test_the_same_as_json(lists: tuple[Path, Path]) -> None:
    code, said = run(*lists, "--json")
    assert code == 0
    first = json.loads(said)["suggestions"][0]
    assert (first["target"], first["proposed"], first["candidates"][0]["confidence"]) == (
        "invno",
        "invoice_id",
        "high",
    )


def test_answers_are_kept_for_the_connection_and_count_from_then_on(
    lists: tuple[Path, Path], tmp_path: Path
) -> None:
    words = (*lists, "--connection", "shop", "--workspace", tmp_path)
    assert run(*words, "--accept", "terr=note", "--refuse", "invno=invoice_id")[0] == 0
    kept = (tmp_path / "suggestions" / "shop.yaml").read_text("utf-8")
    assert "accepted:\n  terr: note\nrefused:\n  invno: [invoice_id]\n" in kept
    _, said = run(*words)
    assert "terr <- note\n    high    note: accepted before" in said
    assert "invno <- invoice_id" not in said
    _, of_others = run(*lists, "--connection", "other", "--workspace", tmp_path)
    assert "invno <- invoice_id" in of_others


def test_a_draft_is_written_when_asked_and_never_over_a_file(
    lists: tuple[Path, Path], tmp_path: Path
) -> None:
    draft = tmp_path / "receipt.yaml"
    assert run(*lists, "--write", draft)[0] == 0
    text = draft.read_text("utf-8")
    assert "mapping: receipt\n" in text
    assert "\n  invno: invoice_id # high" in text
    assert run(*lists, "--write", draft)[0] == 1
    assert draft.read_text("utf-8") == text


def test_a_record_of_the_catalogue_stands_for_a_list(lists: tuple[Path, Path]) -> None:
    code, said = run("record:payment", lists[1])
    assert code == 0
    assert "paidamt <- payment.amount\n" in said
    code, said = run("record:paymnet", lists[1])
    assert code == 1
    assert "no record 'paymnet' (a table of Sage Pro is one with --site); did you mean 'payment'?" in said


def test_a_mapping_is_suggested_for_where_it_has_no_rule() -> None:
    code, said = run("payment_to_receipt")
    assert (code, said.splitlines()[-1]) == (0, "0 of 0 proposed; nothing was applied")
    assert run("payment_to_receipt", "--write", "x.yaml")[0] == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--accept", "invno=note"), "--connection names whose answers these are"),
        (("--connection", "../x"), "--connection: lower-case letters"),
        (("--connection", "a", "--accept", "invno=nota"), "no field 'nota'; did you mean 'note'?"),
        (("--connection", "a", "--refuse", "invno"), "no field ''"),
    ],
)
def test_what_cannot_be_answered_is_told(
    lists: tuple[Path, Path], tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    code, said = run(*lists, "--workspace", tmp_path, *words)
    assert code == 1
    assert told in said
    assert not (tmp_path / "suggestions").exists()


def test_what_cannot_be_read_is_told_with_its_line(lists: tuple[Path, Path], tmp_path: Path) -> None:
    source, target = lists
    source.write_text("- a\n- a\n", "utf-8")
    assert f"{source}:2: 'a' stands twice" in run(source, target)[1].replace("\n", "")
    assert run(tmp_path / "none.yaml", target)[0] == 1
    assert "no such file, and no shipped mapping" in run("payment_to_recipt")[1]
