"""An audit as an Excel workbook: a summary, and one sheet for each check that found something."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from counterfoil.cli.audit_report import AuditReport, Place
from counterfoil.cli.foxpro.telling import shown
from counterfoil.connectors.sagepro.audit.baseline import Identified, State
from counterfoil.connectors.sagepro.audit.verdicts import Verdict
from counterfoil.ports.errors import ConfigurationError

SUMMARY = "Summary"
DIGITS_MAX = 15
"""Excel keeps no more; a longer number is written as text rather than rounded."""
_AMOUNT = "#,##0.00##;[Red]-#,##0.00##"
_SUMMARY_HEADS = (
    "Check",
    "Meaning",
    "Columns",
    "Looked at",
    "Findings",
    "New or changed",
    "Not made because",
)
_HEADS = ("State", "Key", "Table", "Record", "Column", "Expected", "Found", "Difference", "Owner", "Id")
_SUMMARY_WIDTHS = (24, 80, 12, 12, 12, 16, 60)
_WIDTHS = (10, 24, 14, 10, 14, 20, 20, 16, 16, 20)


def write_workbook(report: AuditReport, path: Path) -> None:
    """Writes the file, over one that is there.

    Raises:
        ConfigurationError: it cannot be written.
    """
    try:
        with path.open("wb") as file, xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
            amount = book.add_format({"num_format": _AMOUNT})
            _summary(book, report)
            for verdict in report.verdicts:
                if verdict.findings:
                    _findings(book, report, verdict, amount)
    except (OSError, XlsxWriterException) as error:
        raise ConfigurationError(
            f"cannot write the workbook {path}: {error}; close it in Excel, or name another file"
        ) from error


def _sheet(book: Workbook, name: str, heads: tuple[str, ...], widths: tuple[int, ...]) -> Worksheet:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, head, bold)
    sheet.freeze_panes(1, 0)
    return sheet


def _summary(book: Workbook, report: AuditReport) -> None:
    sheet = _sheet(book, SUMMARY, _SUMMARY_HEADS, _SUMMARY_WIDTHS)
    for line, verdict in enumerate(report.verdicts, start=1):
        fresh = sum(each.state is not State.KNOWN for _, each in report.of(verdict.check))
        sheet.write_string(line, 0, verdict.check)
        sheet.write_string(line, 1, verdict.meaning)
        sheet.write_string(line, 2, verdict.certainty.value)
        for column, number in enumerate((verdict.looked_at, verdict.count, fresh), start=3):
            sheet.write_number(line, column, number)
        sheet.write_string(line, 6, shown(verdict.not_made))
    sheet.autofilter(0, 0, len(report.verdicts), len(_SUMMARY_HEADS) - 1)


def _findings(book: Workbook, report: AuditReport, verdict: Verdict, amount: Format) -> None:
    sheet = _sheet(book, verdict.check, _HEADS, _WIDTHS)
    found = report.of(verdict.check)
    for line, (place, each) in enumerate(found, start=1):
        _row(sheet, line, place, each, amount)
    sheet.autofilter(0, 0, len(found), len(_HEADS) - 1)


def _row(sheet: Worksheet, line: int, place: Place, each: Identified, amount: Format) -> None:
    finding = each.finding
    sheet.write_string(line, 0, each.state.value)
    sheet.write_string(line, 1, shown(finding.key))
    sheet.write_string(line, 2, place.file)
    sheet.write_number(line, 3, finding.record)
    sheet.write_string(line, 4, place.field)
    is_number = finding.difference is not None
    for column, text in ((5, finding.expected), (6, finding.found), (7, str(finding.difference or ""))):
        number = _number(text) if is_number else None
        if number is None:
            sheet.write_string(line, column, shown(text))
        else:
            sheet.write_number(line, column, number, amount)
    sheet.write_string(line, 8, shown(each.owner))
    sheet.write_string(line, 9, each.id)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if len(number.as_tuple().digits) <= DIGITS_MAX else None
