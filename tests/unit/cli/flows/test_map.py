from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app

RECORD = {
    "transaction_id": "123456789012",
    "transaction_type": "Sale",
    "status": "Approved",
    "amount": "12.50",
    "currency": "USD",
    "paid_at": "2026-11-26T23:30:00-05:00",
    "order_id": "INV-4711",
}


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return written(tmp_path / "record.json", json.dumps(RECORD))


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["flows", "map", *map(str, words)])
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def test_a_record_is_mapped_and_what_ships_as_an_example_is_noted(record: Path) -> None:
    code, said = run("payment_to_receipt", "--record", record)
    assert code == 0
    assert "status         Paid\n" in said
    assert "customer       (empty)\n" in said
    assert "note: table gl_by_transaction_type: The sample company's accounts: put a table" in said


def test_a_trace_explains_every_value(record: Path) -> None:
    code, said = run("payment_to_receipt", "--record", record, "--trace")
    assert code == 0
    assert "    from status = Approved\n    status: Approved -> Paid\n" in said
    assert "table payment_status (version " in said
    assert "line 2: outside Approved, inside Paid" in said
    assert "    extract: INV-4711 -> 4711\n" in said


def test_one_document_for_programs_with_money_as_text(record: Path) -> None:
    code, said = run("payment_to_receipt", "--record", record, "--json", "--trace")
    document = json.loads(said)
    assert code == 0
    assert document["values"]["amount"] == "12.50"
    assert document["values"]["customer"] is None
    assert document["problems"] == []
    told = next(each for each in document["trace"] if each.get("target") == "status")
    assert told["steps"][0]["rows"][0]["cells"] == {"outside": "Approved", "inside": "Paid"}
    assert told["steps"][0]["rows"][0]["version"] == document["tables"]["payment_status"]


def test_a_refused_value_is_told_and_the_command_fails(tmp_path: Path) -> None:
    record = written(tmp_path / "r.json", json.dumps({**RECORD, "status": "approved"}))
    code, said = run("payment_to_receipt", "--record", record)
    assert code == 1
    assert "status: table payment_status has no row for outside 'approved'; did you mean 'Approved'?" in said
    code, said = run("payment_to_receipt", "--record", record, "--json")
    assert code == 1
    assert json.loads(said)["problems"][0]["target"] == "status"


def test_tables_of_a_folder_come_before_those_that_ship(tmp_path: Path, record: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    written(folder / "gl_by_transaction_type.csv", "transaction_type,account\nSale,11000\n")
    code, said = run("payment_to_receipt", "--record", record, "--tables", folder)
    assert code == 0
    assert "account        11000\n" in said
    assert "note: table gl_by_transaction_type" not in said
    written(folder / "gl_by_transaction_type.csv", "transaction_type,account\nSale\n")
    code, said = run("payment_to_receipt", "--record", record, "--tables", folder)
    assert code == 2
    assert "table gl_by_transaction_type, line 2: 1 values under 2 columns" in said
    (folder / "gl_by_transaction_type.csv").write_bytes(b"\xff\xfe\x00")
    code, said = run("payment_to_receipt", "--record", record, "--tables", folder)
    assert code == 2
    assert "not UTF-8 at byte 0; save it as CSV UTF-8" in said


def test_a_mapping_of_ones_own_and_what_is_wrong_with_it(tmp_path: Path, record: Path) -> None:
    text = "mapping: own\ntitle: Own\nsource: {status: text}\ntarget: {s: text 8}\nmap:\n  s: statsu\n"
    mapping = written(tmp_path / "own.yaml", text)
    code, said = run(mapping, "--record", record)
    assert code == 2
    assert "line 6: map.s: no source or value 'statsu'; did you mean 'status'?" in said
    assert run(written(mapping, text + "  t: status\n"), "--record", record)[1].splitlines() == [
        f"{mapping}: line 6: map.s: no source or value 'statsu'; did you mean 'status'?",
        f"{mapping}: line 7: map.t: no target 't'; choose one of: s",
    ]
    written(mapping, text.replace("statsu", "{from: status, then: [truncate: {width: 8, keep: start}]}"))
    assert run(mapping, "--record", record)[0] == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"a": NaN}', "NaN is no JSON number"),
        ('{"a": 1, "a": 2}', "a key stands twice"),
        ("[" * 100_000, "not readable as JSON"),
        ('{"amount": ' + "9" * 10_000 + "}", "is not a number such as"),
        ('{"amount": {"a": 1}}', "amount: a dict is not a number"),
    ],
)
def test_a_hostile_record_ends_in_words(tmp_path: Path, text: str, message: str) -> None:
    code, said = run("payment_to_receipt", "--record", written(tmp_path / "r.json", text))
    assert code in {1, 2}
    assert message in said


def test_files_that_are_not_there_are_named(tmp_path: Path, record: Path) -> None:
    code, said = run("payment_to_reciept", "--record", record)
    assert code == 2
    assert "no such file, and no shipped mapping; did you mean 'payment_to_receipt'?" in said
    code, said = run("payment_to_receipt", "--record", tmp_path / "none.json")
    assert code == 2
    assert "none.json" in said
    code, said = run("payment_to_receipt", "--record", record, "--tables", tmp_path / "nowhere")
    assert code == 2


def test_no_card_number_is_shown(tmp_path: Path) -> None:
    record = written(tmp_path / "r.json", json.dumps({**RECORD, "order_id": "paid by 4111111111111111"}))
    for more in ([], ["--json"]):
        assert "4111111111111111" not in run("payment_to_receipt", "--record", record, "--trace", *more)[1]
