"""Sites that are not like the sample company, and tables that somebody else works in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.audit.auditor import audit
from counterfoil.connectors.sagepro.books import Books
from counterfoil.connectors.sagepro.profile import parse_profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.sorting import row_sorter
from counterfoil.foxpro.creation import create_table
from counterfoil.foxpro.records.fields import Field
from counterfoil.foxpro.table import Table
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.market import SMALL
from counterfoil.sandbox.sagepro.structures.columns import WIDE
from counterfoil.sandbox.sagepro.structures.layouts import LAYOUTS, SBT_7, Layout
from counterfoil.sandbox.sagepro.writer import write_company
from tests.integration.sagepro_audit.damage import (
    AS_OF,
    amount,
    audited,
    change,
    first,
    run,
    table_path,
)

PROFILE = 'company: "01"\nsystem_folder: .\naccounts: {clearing: {}}\n'


def rebuilt(path: Path, names: dict[str, str], dropped: frozenset[str] = frozenset()) -> None:
    """The table anew, with other names and fields of the site's own, and without some columns or an index."""
    with Table.open(path) as table:
        kept = [field for field in table.fields if field.name not in dropped]
        rows = [record.values for record in table.records()]
    for old in path.parent.glob(f"{path.stem}.*"):
        old.unlink()
    fields = [Field("sitefld", "C", 7)]
    fields += [Field(names.get(each.name, each.name), each.type, each.width, each.decimals) for each in kept]
    shown = [{names.get(each.name, each.name): row[each.name] for each in kept} for row in rows]
    create_table(path, fields, rows=shown)


def test_books_with_wider_numbers_are_sound(tmp_path: Path) -> None:
    write_company(make_company(3, AS_OF, widths=WIDE, size=SMALL), tmp_path / "books")
    assert run(tmp_path / "books").code == 0


def test_a_site_with_names_of_its_own_is_audited_through_its_profile(folder: Path) -> None:
    rebuilt(table_path(folder, "armast"), {"balance": "openamt", "disamt": "discount"})
    rebuilt(table_path(folder, "sotran"), {"tranlineno": "lineno", "loctid": "locid"})
    names = "columns: {armast: {balance: openamt, discount: discount}}\n"
    (folder / "profile.yaml").write_text(PROFILE + names, "utf-8")
    (folder / "plain.yaml").write_text(PROFILE, "utf-8")
    answer = audited(folder / "profile.yaml")
    assert (answer.code, answer.found) == (0, {})
    answer = run(folder / "plain.yaml")
    assert (answer.code, "has no column balance" in answer.output) == (2, True)


def test_a_site_without_base_currency_kinds_of_distribution_or_marks_is_audited(
    folder: Path,
) -> None:
    base = frozenset({"bbal", "binvamt", "bpaidamt", "bdisamt", "exchrat", "currid"})
    for table in ("armast", "arymst"):
        rebuilt(table_path(folder, table), {}, base | {"currhist"})
    rebuilt(table_path(folder, "ardist"), {}, frozenset({"dttype", "dtstat"}))
    answer = audited(folder)
    assert (answer.code, answer.found) == (0, {})
    reasons = {check["name"]: check["not_made"] for check in answer.document["checks"]}
    assert "ardist has no column dttype" in reasons["receivable_of_document"]
    assert "ardist has no column dtstat" in reasons["receivable_control"]
    assert reasons["twins_equal"] is None


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_layout_is_audited_whole(layout: Layout, tmp_path: Path) -> None:
    company = make_company(3, AS_OF, size=SMALL)
    write_company(company, tmp_path / "books", layout=layout)
    made = 34 if layout is SBT_7 else 35  # no accounts on customers there, so no control account to check
    assert f"{made} of 35 checks made, new findings: 0" in run(tmp_path / "books").output


def test_tables_are_found_where_the_system_table_names_drives_of_another_machine(folder: Path) -> None:
    with Table.open(folder / "SYSDATA.DBF", writable=True) as table:
        for record in table.records():
            table.update(record.recno, {"drive": " " * 60 + f"Y:\\pro\\{str(record['sysid']).strip()}"})
    assert "35 of 35 checks made" in run(folder).output


def test_receivables_in_two_places_are_not_guessed(folder: Path) -> None:
    shutil.copytree(folder / "ardata", folder / "old")
    (folder / "SYSDATA.DBF").unlink()
    answer = run(folder)
    assert (answer.code, "lie in several folders" in answer.output) == (2, True)


def test_several_companies_in_one_folder_are_told_apart(folder: Path) -> None:
    data = folder / "ardata"
    for path in list(data.iterdir()):
        shutil.copy(path, data / path.name.replace("01.", "02."))
    asked = run(data)
    assert (asked.code, "has the companies 01, 02: name one with --company" in asked.output) == (2, True)
    assert "Company 02: sound" in run(data, "--company", "02").output


def test_a_table_that_is_written_to_meanwhile_is_named(folder: Path) -> None:
    profile = parse_profile(PROFILE, base=folder)
    recno, row = first(folder, "arcust", lambda row: amount(row, "balance") > 0)
    with Books(profile) as books:
        assert audit(books, row_sorter, profile.codes)
        assert books.changed == []
        change(folder, "arcust", recno, balance=amount(row, "balance") + 1)
        assert books.changed == ["arcust01"]


def test_a_file_that_ends_too_early_is_told_with_what_to_do(folder: Path) -> None:
    path = table_path(folder, "arcash")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    answer = run(folder)
    assert answer.code == 2
    assert "arcash01" in answer.output
    assert "repair" in answer.output


def test_records_that_the_header_does_not_count_are_found(folder: Path) -> None:
    path = table_path(folder, "iccost")
    content = bytearray(path.read_bytes())
    count = int.from_bytes(content[4:8], "little")
    content[4:8] = (count - 1).to_bytes(4, "little")
    path.write_bytes(bytes(content))
    found = audited(folder).found
    assert found["record_counts"] == [("iccost01", 0, "record count")]
    assert found.keys() == {"record_counts", "on_hand_by_tier"}


def test_only_the_columns_that_the_audit_needs_are_read(folder: Path) -> None:
    with Books(parse_profile(PROFILE, base=folder)) as books:
        rows: Iterator[object] = books.rows(TableName.CUSTOMERS)
        assert "company" not in repr(next(rows))
        assert books.columns[TableName.CUSTOMERS] == {
            *("number", "balance", "on_order", "receivable_account"),
            *("tax_account", "charge_account", "deposit_account"),
        }


def test_amounts_that_are_blank_count_as_nothing(folder: Path) -> None:
    recno, _ = first(folder, "icitem", lambda row: amount(row, "ionhand") == Decimal(0))
    change(folder, "icitem", recno, ionhand=None)
    assert run(folder).code == 0
