from __future__ import annotations

from datetime import date, datetime

import pytest

from counterfoil.foxpro.errors import KeyValueError, UnsupportedExpressionError
from counterfoil.foxpro.expressions.compiler import compile_key
from counterfoil.foxpro.expressions.key_encoding import date_key, datetime_key, double_key, julian_day
from counterfoil.foxpro.records.fields import Value
from tests.unit.foxpro.expression_rows import FIELDS, answer, key_of, row

NOON = datetime(2024, 2, 29, 12, 30, 59)  # noqa: DTZ001 - FoxPro has no zones
ROW: dict[str, Value] = {"due": date(2024, 2, 29), "seen": NOON, "seq": 1}
DAY = julian_day(date(2024, 2, 29))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DTOS(due+seq)", b"20240301"),
        ("DTOC(due,1)", b"20240229"),
        ("DTOC(seen,1)+'x'", b"20240229x"),
        ("DTOS(CTOD(''))", b" " * 8),
        ("DTOS({})", b" " * 8),
        ("DTOS({ / / })", b" " * 8),
        ("DTOS({^2026-1-31})", b"20260131"),
        ("TTOC(seen,1)", b"20240229123059"),
        ("TTOC(DTOT({}),1)", b"0" * 14),
        ("DTOS({^2026/01/31})", b"20260131"),
    ],
)
def test_a_date_as_text_sorts(text: str, expected: bytes) -> None:
    assert key_of(text, 1, **ROW) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("due+1", date_key(DAY + 1)),
        ("1+due", date_key(DAY + 1)),
        ("due-seq", date_key(DAY - 1)),
        ("seen+3600", datetime_key(DAY, (13 * 3600 + 30 * 60 + 59) * 1000)),
        ("seen-86400", datetime_key(DAY - 1, (12 * 3600 + 30 * 60 + 59) * 1000)),
        ("TTOD(seen)", date_key(DAY)),
        ("DTOT(due)", datetime_key(DAY, 0)),
        ("MAX(due,{^2030-01-01})", date_key(julian_day(date(2030, 1, 1)))),
        ("IIF(seq=1,due,{})", date_key(DAY)),
        ("{^2024-02-29 12:30:59}", datetime_key(DAY, (12 * 3600 + 30 * 60 + 59) * 1000)),
        ("{^2024-02-29,12:30}", datetime_key(DAY, (12 * 3600 + 30 * 60) * 1000)),
        ("CTOD('^2024-02-29')", date_key(DAY)),
        ("due-{^2024-01-01}", double_key(59.0)),
        ("seen-{^2024-02-29 12:30}", double_key(59.0)),
        ("YEAR(due)*100+MONTH(seen)", double_key(202402.0)),
        ("DAY(due)", double_key(29.0)),
        ("YEAR({})", double_key(0.0)),
    ],
)
def test_dates_are_reckoned_in_days_and_times_in_seconds(text: str, expected: bytes) -> None:
    assert key_of(text, 1, **ROW) == expected


def test_the_empty_date_comes_before_all_others() -> None:
    assert answer("due<{^0001-01-01}")
    assert answer("due={}")
    assert not answer("due<>CTOD('  /  /  ')")


@pytest.mark.parametrize("text", ["due+1", "due-1", "due-{^2024-01-01}", "seen+1", "seen-seen"])
def test_what_becomes_of_an_empty_date_is_not_certain(text: str) -> None:
    with pytest.raises(KeyValueError, match="is not certain"):
        key_of(text, 1)


@pytest.mark.parametrize("text", ["due+0.5", "due+9999999", "due-9999999", "seen+99999999999999"])
def test_a_date_outside_the_calendar_has_no_key(text: str) -> None:
    with pytest.raises(KeyValueError, match="is not certain"):
        key_of(text, 1, **ROW)


def test_a_datetime_of_no_day_has_no_text() -> None:
    raw = bytearray(row())
    at = next(field.offset for field in FIELDS if field.name == "seen")
    raw[at : at + 8] = b"\xff\xff\xff\x7f\0\0\0\0"
    with pytest.raises(KeyValueError, match="2147483647 is the number of no day"):
        compile_key("DTOS(seen)", FIELDS, "cp1252").evaluate(1, bytes(raw))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("DTOC(due)", r"DTOC\(\) depends on SET DATE and SET CENTURY"),
        ("TTOC(seen)", r"TTOC\(\) depends on SET DATE and SET HOURS"),
        ("CTOD('01/31/2026')", "depends on SET DATE; only an empty text"),
        ("CTOD(custno)", "depends on SET DATE; only an empty text"),
        ("{01/31/2026}", "a date depends on SET DATE"),
        ("{^2026-02-30}", "a date depends on SET DATE unless"),
        ("{^2026-01-31 25:00}", "a date depends on SET DATE unless"),
        ("{^2026-01/31}", "a date depends on SET DATE unless"),
        ("{^2026-01-31", r"'\{' is not understood"),
        ("due+due", "'\\+' is not supported between date and date values"),
        ("1-due", "'-' is not supported between numeric and date values"),
        ("due-seen", "'-' is not supported between date and datetime values"),
        ("due<seen", "'<' is not supported between"),
        ("DTOT(seen)", "is not supported for a datetime value"),
        ("TTOD(due)", "is not supported for a date value"),
        ("DATE()", r"DATE\(\) is not a function that is known here"),
    ],
)
def test_what_depends_on_settings_or_has_no_meaning_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnsupportedExpressionError, match=reason):
        compile_key(text, FIELDS, "cp1252")
