from __future__ import annotations

import time
from datetime import date

import pytest

from counterfoil.flows.mapping.tables import Index, TableError, parse_table

BAD = [
    ("", "table t: is empty; its first line names the columns"),
    ("# only a comment\n", "is empty"),
    ("a;b\n1;2\n", "'a;b' is no column's name: lower-case letters, digits and _, with commas between"),
    ("a,b\n1,\x85\n", "line 2: control characters"),
    ("a,b\r1,2\r", "line 1: control characters"),
    ("a,a\n", "line 1: each column stands once"),
    ("a,B c\n", "line 1: 'B c' is no column's name"),
    (",".join(f"c{n}" for n in range(41)), "there are at most 40"),
    ("a,b\n1\n", "table t, line 2: 1 values under 2 columns"),
    ("a,b\n1,2,3\n", "line 2: 3 values under 2 columns"),
    ('a,b\n"1,2\n', "line 2: not CSV: "),
    ('a,b\n"1"2,3\n', "line 2: not CSV: "),
    ("a,b\n1,\x00\n", "line 2: control characters"),
    ("a,b\n1,\x1b[31m\n", "line 2: control characters"),
    ("a,b\n1," + "x" * 201, "line 2: a value has at most 200 characters"),
    ("a,b\n1," + "x" * 200_000, "line 2: "),
    ("a,valid_from\n1,26.11.2026\n", "line 2: '26.11.2026' is not a day such as 2026-11-26"),
    ("a,valid_from\n1,2026-02-30\n", "line 2: '2026-02-30' is not a day"),
    ("a,valid_from,valid_to\n1,2026-02-02,2026-02-01\n", "valid_to lies before valid_from"),
    ("a,valid_to\n1,2026-02-02\n", "valid_to needs valid_from beside it"),
    ("a\n" + "1\n" * 200_001, "more than 200000 lines"),
    ("x" * 10_000_001, "more than 10000000 characters"),
]


@pytest.mark.parametrize(("text", "message"), BAD, ids=range(len(BAD)))
def test_a_table_that_is_none_says_where_and_soon(text: str, message: str) -> None:
    started = time.perf_counter()
    with pytest.raises(TableError) as told:
        parse_table("t", text)
    assert message in str(told.value)
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize("name", ["", "A", "../t", "t.csv", "__class__", "x" * 41, "a b", "$(true)"])
def test_a_table_has_a_plain_name(name: str) -> None:
    with pytest.raises(TableError, match="a name has lower-case letters"):
        parse_table(name, "a\n1\n")


def test_comments_blanks_quotes_and_the_mark_of_excel_are_read() -> None:
    table = parse_table("t", '\ufeff# Mind this\na,b\n\n# more\n "x, y", 2 \r\n')
    assert table.note == "Mind this"
    assert [(row.line, dict(row.cells)) for row in table.rows] == [(5, {"a": "x, y", "b": "2"})]


def test_a_text_may_hold_any_sign_that_people_write() -> None:
    table = parse_table("t", "a\nM\u00fcller\u00a0\u20ac\u2028\n")
    assert table.rows[0].cells["a"] == "M\u00fcller\u00a0\u20ac"


def test_the_version_is_the_content() -> None:
    assert parse_table("t", "a\n1\n").version == parse_table("u", "a\n1\n").version
    assert parse_table("t", "a\n1\n").version != parse_table("t", "a\n2\n").version


DATED = """\
code,account,valid_from,valid_to
A,old,,2024-12-31
A,new,2025-02-01,
A,newest,2026-01-01,2026-06-30
"""


@pytest.mark.parametrize(
    ("on", "account"),
    [
        (date(1990, 1, 1), "old"),
        (date(2024, 12, 31), "old"),
        (date(2025, 1, 1), None),
        (date(2025, 2, 1), "new"),
        (date(2025, 12, 31), "new"),
        (date(2026, 6, 30), "newest"),
        (date(2026, 7, 1), None),
    ],
)
def test_a_row_without_an_end_holds_until_the_next_begins(on: date, account: str | None) -> None:
    row = Index(parse_table("t", DATED), ["code"]).find(("A",), on)
    assert (row and row.cells["account"]) == account


@pytest.mark.parametrize(
    "rows",
    [
        "A,1,2025-01-01,2025-06-30\nA,2,2025-06-30,\n",
        "A,1,2025-01-01,\nA,2,2025-01-01,\n",
        "A,1,,\nA,2,,\n",
    ],
)
def test_two_rows_of_one_key_on_one_day_are_refused(rows: str) -> None:
    table = parse_table("t", "code,account,valid_from,valid_to\n" + rows)
    with pytest.raises(TableError, match="table t, line 3: says otherwise what line 2 says"):
        Index(table, ["code"])
