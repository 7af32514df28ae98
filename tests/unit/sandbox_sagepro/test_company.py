from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from counterfoil.sandbox.sagepro.audit.books import Entry
from counterfoil.sandbox.sagepro.company import Company, books_of, make_company
from counterfoil.sandbox.sagepro.market import SAMPLE, SMALL
from counterfoil.sandbox.sagepro.structures import structure, structures
from counterfoil.sandbox.sagepro.structures.columns import PRESETS, WIDE, Column, Widths
from tests.unit.sandbox_sagepro.samples import AS_OF, find, small_books, small_company


@pytest.fixture(scope="module")
def sample() -> Company:
    return make_company(2026, AS_OF, size=SAMPLE)


def plain(company: Company, *tables: str) -> Iterator[Entry]:
    for entry in books_of(company).rows(*tables):
        if entry.text("artype") == "" and entry.text("arstat") == "" and entry.amount("invamt"):
            yield entry


def test_the_sample_is_as_large_as_its_page_says(sample: Company) -> None:
    books = books_of(sample)
    assert len(books.tables["arcust"]) == SAMPLE.customers + 1
    documents = {entry.text("invno"): entry for entry in plain(sample, "arymst", "armast")}
    open_ones = [entry for entry in documents.values() if entry.amount("balance")]
    assert len(open_ones) == SAMPLE.open_invoices == 600
    assert len(documents) - len(open_ones) == SAMPLE.closed_invoices == 2000
    assert len({entry.text("item") for entry in books.rows("iciloc") if entry.text("icacct")}) == 150 + 4


def test_open_invoices_live_in_all_three_places(sample: Company) -> None:
    current = {entry.text("invno") for entry in plain(sample, "armast") if entry.amount("balance")}
    history = {entry.text("invno") for entry in plain(sample, "arymst") if entry.amount("balance")}
    assert (len(current - history), len(current & history), len(history - current)) == (330, 210, 60)


def test_documents_of_every_kind_and_state_exist() -> None:
    books = small_books()
    kinds = Counter((entry.text("artype"), entry.text("arstat")) for entry in books.documents())
    assert {("", ""), ("", "V"), ("", "X"), ("C", ""), ("O", "")} <= kinds.keys()
    orders = {(entry.text("sostat"), entry.text("sotype")) for entry in books.rows("somast", "soymst")}
    assert {("", ""), ("C", ""), ("V", ""), ("", "B"), ("", "R")} <= orders
    assert any(entry.amount("shpamt") for entry in books.firm_orders())


def test_credits_are_negative_and_open_credits_have_numbers_of_their_own() -> None:
    for entry in small_books().documents():
        if entry.text("artype"):
            assert entry.amount("invamt") < 0
        assert (entry.text("artype") == "O") == (int(entry.text("invno")) > 100_000_000)


def test_a_closed_item_of_history_was_paid_before_the_period_began(sample: Company) -> None:
    start = sample.trade.calendar.period_start
    for entry in plain(sample, "arymst"):
        paid_on = entry.values["dtepaid"]
        if not entry.amount("balance") and entry.text("currhist") == "":
            assert isinstance(paid_on, date)
            assert paid_on < start
    assert all(entry.values["dtepaid"] >= start for entry in books_of(sample).rows("arcash"))  # type: ignore[operator] # dates by structure


def test_pitfalls_of_live_tables_are_there() -> None:
    company, books = small_company(), small_books()
    assert find(books, "arcust", lckstat="L").values["lckuser"] == "MARY"
    assert "ICADJ" in books.by("arcust", "custno")
    assert any(not entry.text("company").isascii() for entry in books.rows("arcust"))
    assert any(entry.text("email") for entry in books.rows("arcust"))
    assert [entry.values["pdisc"] for entry in books.rows("arcust")].count(None) > 0
    assert [entry.values["dtepaid"] for entry in books.rows("armast")].count(None) > 0
    assert any(entry.values["recdel"] is True for entry in books.rows("arcash", "arycsh"))
    assert any(entry.text("custno") == "NON_AR" for entry in books.rows("arcash", "arycsh"))
    (parent,) = {entry.text("nlacno") for entry in books.rows("arcust")} - {""}
    assert parent in books.by("arcust", "custno")
    for table, records in company.deleted.items():
        (record,) = records
        rows = company.tables[table]
        assert rows[record - 1] == rows[record], "the stale copy stands before the live row"


def test_system_tables_lead_to_the_data_folders() -> None:
    rows = {entry.text("sysid"): entry for entry in small_books().rows("sysdata")}
    assert {key: rows[key].raw("drive")[60:90].rstrip() for key in ("AR01", "SO01", "IC01", "GL01")} == {
        "AR01": "ARDATA\\",
        "SO01": "SODATA\\",
        "IC01": "ICDATA\\",
        "GL01": "GLDATA\\",
    }
    assert rows["AR99"].text("pass2").startswith("D")
    assert {entry.text("ruleid") for entry in small_books().rows("sycrlst")} == {
        "SLSPERS",
        "COMCODE",
        "ORDRSTAT",
    }


def fits(column: Column, value: object) -> bool:
    match column.type, value:
        case "C", str():
            return len(value.encode("cp1252")) <= column.width
        case "N", int() | Decimal() | None:
            text = "" if value is None else f"{Decimal(value):.{column.decimals}f}"
            return len(text) <= column.width and (value is None or Decimal(text) == value)
        case ("Y", Decimal()) | ("B", int()) | ("D", date() | None) | ("M", str()) | ("L", bool()):
            return True
        case _:
            return False


@pytest.mark.parametrize("widths", PRESETS, ids=lambda widths: widths.name)
def test_every_value_fits_its_column(widths: Widths) -> None:
    company = make_company(5, AS_OF, widths=widths, size=SMALL)
    for found in structures(widths):
        for row in company.tables[found.table]:
            wrong = [name for name, value in row.items() if not fits(found.column(name), value)]
            assert not wrong, (found.table, wrong, row)


def test_wide_tables_hold_long_numbers() -> None:
    company = make_company(5, AS_OF, widths=WIDE, size=SMALL)
    assert max(len(str(row["custno"])) for row in company.tables["arcust"]) == 10
    assert max(len(str(row["item"])) for row in company.tables["icitem"]) > 15
    assert structure("armast", WIDE).column("invno").width == 10


def test_the_same_seed_gives_the_same_company_and_another_seed_another() -> None:
    again = make_company(7, AS_OF, size=SMALL)
    assert again.tables == small_company().tables
    assert again.deleted == small_company().deleted
    assert make_company(8, AS_OF, size=SMALL).tables["armast"] != again.tables["armast"]
