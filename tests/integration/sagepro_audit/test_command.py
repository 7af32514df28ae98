from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from counterfoil.foxpro.table import Table
from tests.integration.sagepro_audit.cases import any_row, cent, open_invoice
from tests.integration.sagepro_audit.damage import (
    Answer,
    amount,
    audited,
    change,
    first,
    is_blank,
    run,
    table_path,
)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def not_made(answer: Answer) -> dict[str, str]:
    checks = answer.document["checks"]
    return {check["name"]: check["not_made"] for check in checks if check["not_made"]}


def states(answer: Answer) -> list[str]:
    return [each["state"] for check in answer.document["checks"] for each in check["findings"]]


def test_the_words_name_document_table_record_and_both_values(folder: Path) -> None:
    cent("armast", open_invoice, "disamt", "bdisamt")(folder)
    recno, row = first(folder, "armast", lambda row: amount(row, "disamt") == Decimal("0.01"))
    before = contents(folder)
    answer = run(folder)
    assert answer.code == 1
    number = str(row["invno"]).strip()
    assert (
        f"    new  {number}: armast01 record {recno}, disamt: expected 0.00, found 0.01" in answer.output
    ), answer.output
    assert "Company 01: NOT SOUND; 35 of 35 checks made, new findings: 2" in answer.output
    assert contents(folder) == before


def test_sound_books_are_told_in_one_line(sound: Path) -> None:
    assert run(sound) == Answer(0, "Company 01: sound; 35 of 35 checks made, new findings: 0\n")


def test_a_profile_names_the_company_as_well_as_a_folder(folder: Path) -> None:
    profile = folder.parent / "profile.yaml"
    profile.write_text(
        'company: "01"\nsystem_folder: books\naccounts: {clearing: {card: 10300-000}}\n', "utf-8"
    )
    assert run(profile).code == 0
    assert run(profile, "--company", "02").code == 2


def test_a_folder_of_tables_alone_is_audited_as_far_as_it_goes(folder: Path) -> None:
    answer = audited(folder / "ardata")
    assert answer.code == 0
    reasons = not_made(answer)
    assert reasons.keys() >= {"lines_of_order", "on_order", "allocated", "on_hand", "trial_balance"}
    assert "customer_balance" not in reasons
    assert "somast01.dbf" in reasons["on_order"]


@pytest.mark.parametrize(
    ("table", "checks"),
    [
        (
            "arymst",
            {
                "customer_balance",
                "twins_equal",
                "lines_of_document",
                "receipts_of_invoice",
                "documents_exist",
            },
        ),
        ("arycsh", {"receipts_of_invoice", "receipts_of_credit", "receipts_distributed"}),
        ("ardist", {"distribution_balanced", "receivable_of_document", "receipt_balanced"}),
        ("soymst", {"order_twins_equal"}),
        ("icitem", {"items_exist", "on_hand"}),
        ("iciloc", {"allocated", "on_hand_by_store"}),
        ("arglac", {"link_codes", "line_link_codes"}),
    ],
)
def test_a_table_that_is_missing_keeps_its_checks_from_being_made_and_no_other(
    table: str, checks: set[str], folder: Path
) -> None:
    table_path(folder, table).unlink()
    answer = audited(folder)
    reasons = not_made(answer)
    assert checks <= reasons.keys()
    assert all(f"{table}01.dbf" in reasons[check] for check in checks)
    assert answer.found == {}


@pytest.mark.parametrize("table", ["arcust", "armast"])
def test_without_customers_or_documents_there_is_no_audit(table: str, folder: Path) -> None:
    table_path(folder, table).unlink()
    answer = run(folder)
    assert answer.code == 2
    assert f"{table}01.dbf" in answer.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nowhere",), "cannot read the profile"),
        (("empty",), "name Sage Pro's program folder"),
        (("books", "--company", "02"), "has no company 02: choose one of 01"),
        (("books", "--baseline", "nowhere.json"), "cannot read the baseline"),
        (("books", "--excel", "nowhere/book.xlsx"), "name another file"),
        (("books", "--json", "nowhere/book.json"), "cannot write nowhere/book.json"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_to_do(
    words: tuple[str, ...], says: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    Path("empty").mkdir()
    answer = run(*words)
    assert (answer.code, says in answer.output) == (2, True), answer.output


def test_a_row_that_holds_no_number_is_a_finding_and_not_an_end(folder: Path) -> None:
    path = table_path(folder, "icitem")
    with Table.open(path) as table:
        place = table.storage.header.offset_of(1) + table.codec.field("ionhand")[0].offset
    data = bytearray(path.read_bytes())
    data[place : place + 12] = b"*" * 12
    path.write_bytes(bytes(data))
    answer = audited(folder)
    assert answer.code == 1
    assert ("icitem01", 1, "row") in answer.found["rows_readable"]


def test_a_known_finding_is_known_until_it_is_off_by_another_amount(folder: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    cent("arcust", any_row, "balance")(folder)
    assert run(folder, "--write-baseline", baseline, "--owner", "Ann").code == 0
    known = audited(folder, "--baseline", baseline)
    assert (known.code, states(known), known.document["known"]) == (0, ["known"], 1)
    cent("arcust", any_row, "balance")(folder)
    changed = audited(folder, "--baseline", baseline)
    assert (changed.code, states(changed)) == (1, ["changed"])
    cent("icitem", any_row, "ionhand")(folder)
    assert sorted(states(audited(folder, "--baseline", baseline))) == ["changed", "new"]


def test_a_known_finding_keeps_its_owner_and_a_new_one_needs_one(folder: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    cent("arcust", any_row, "balance")(folder)
    refused = run(folder, "--write-baseline", baseline)
    assert (refused.code, "--owner NAME" in refused.output, baseline.exists()) == (2, True, False)
    run(folder, "--write-baseline", baseline, "--owner", "Ann")
    cent("icitem", any_row, "ionhand")(folder)
    run(folder, "--baseline", baseline, "--write-baseline", baseline, "--owner", "Bob")
    answer = audited(folder, "--baseline", baseline)
    owners = {row["table"]: row["owner"] for check in answer.document["checks"] for row in check["findings"]}
    assert owners == {"arcust01": "Ann", "icitem01": "Bob"}


def test_a_finding_keeps_its_identity_when_rows_move(folder: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    cent("arcust", lambda row: amount(row, "balance") > 100, "balance")(folder)
    assert run(folder, "--write-baseline", baseline, "--owner", "Ann").code == 0
    recno, _ = first(folder, "arcust", lambda row: amount(row, "balance") == 0)
    with Table.open(table_path(folder, "arcust"), writable=True) as table:
        table.delete(recno)
        table.append(table.read(recno).values)
    assert run(folder, "--baseline", baseline).code == 0


def test_what_is_mended_is_gone_from_the_baseline(folder: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    recno, row = first(folder, "arcust", any_row)
    cent("arcust", any_row, "balance")(folder)
    run(folder, "--write-baseline", baseline, "--owner", "Ann")
    change(folder, "arcust", recno, balance=row["balance"])
    answer = run(folder, "--baseline", baseline)
    assert (answer.code, "0 known, 1 gone" in answer.output) == (0, True)


def test_a_baseline_of_another_company_is_refused(folder: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    run(folder, "--write-baseline", baseline, "--owner", "Ann")
    document = json.loads(baseline.read_text("utf-8"))
    for change_, says in (({"company": "02"}, "of company 02"), ({"format": "x"}, "has the format x")):
        baseline.write_text(json.dumps({**document, **change_}), "utf-8")
        answer = run(folder, "--baseline", baseline)
        assert (answer.code, says in answer.output) == (2, True), answer.output
    baseline.write_text("[]", "utf-8")
    assert "is no baseline" in run(folder, "--baseline", baseline).output


def test_a_card_number_where_a_code_should_be_is_told_and_written_nowhere(
    folder: Path, tmp_path: Path
) -> None:
    card = "4012000098765439"
    recno, _ = first(folder, "arcash", lambda row: not is_blank(row, "glaccnt"))
    change(folder, "arcash", recno, glaccnt=card)
    answer = run(
        *(folder, "--json", tmp_path / "audit.json", "--excel", tmp_path / "audit.xlsx"),
        *("--write-baseline", tmp_path / "baseline.json", "--owner", "Ann"),
    )
    assert "accounts_exist" in answer.output
    book = load_workbook(tmp_path / "audit.xlsx")
    cells = [str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line]
    texts = [(tmp_path / name).read_text("utf-8") for name in ("audit.json", "baseline.json")]
    assert not any(card in text for text in (*cells, *texts, answer.output))


def test_the_workbook_holds_money_as_numbers_one_sheet_for_each_kind(folder: Path, tmp_path: Path) -> None:
    cent("armast", open_invoice, "disamt", "bdisamt")(folder)
    assert run(folder, "--excel", tmp_path / "audit.xlsx").code == 1
    book = load_workbook(tmp_path / "audit.xlsx")
    assert book.sheetnames == ["Summary", "balance_of_document", "receipts_of_invoice"]
    assert book["Summary"].max_row == 36
    sheet = book["receipts_of_invoice"]
    heads = [cell.value for cell in sheet[1]]
    row = dict(zip(heads, sheet[2], strict=True))
    assert (row["Expected"].value, row["Found"].value, row["Difference"].value) == (0, 0.01, 0.01)
    assert row["Found"].number_format.startswith("#,##0.00")
    assert (row["State"].value, row["Table"].value, row["Column"].value) == ("new", "armast01", "disamt")
    assert isinstance(row["Record"].value, int)


def test_the_document_may_go_to_a_file_beside_the_words(sound: Path, tmp_path: Path) -> None:
    answer = run(sound, "--json", tmp_path / "audit.json")
    assert "Company 01: sound" in answer.output
    assert json.loads((tmp_path / "audit.json").read_text("utf-8"))["sound"] is True
