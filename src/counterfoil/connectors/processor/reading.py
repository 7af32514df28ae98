"""From the bytes of a processor's file to disputes: the whole file or nothing, each fault with its line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice

from counterfoil.connectors.processor.mapping import IGNORED, FileMapping, Sign
from counterfoil.domain.dispute import Dispute, DisputeStage
from counterfoil.domain.money import Money
from counterfoil.security.card_guard import clean, scrub_text
from counterfoil.security.card_numbers import find_card_numbers

BYTES_MAX = 16 * 1024 * 1024
LINES_MAX = 100_000
FAULTS_MAX = 50
_REASON_MAX = 200

_CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_TRANSACTION = re.compile(r"[A-Za-z0-9-]{1,40}")
_AMOUNT = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,10})(?:\.[0-9]{1,2})?")
_DIGITS = re.compile(r"[0-9]{4}$")

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What cannot be read, and where."""

    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """What a file holds; with any fault, nothing of it counts."""

    disputes: tuple[Dispute, ...] = ()
    ignored: int = 0
    """Lines whose status word is mapped to `ignored`."""
    faults: tuple[Fault, ...] = ()


class UnreadableValueError(ValueError):
    """One value that cannot be read."""


def read_file(content: bytes, mapping: FileMapping) -> FileRead:
    """The disputes of a file."""
    if len(content) > BYTES_MAX:
        return _refused(1, f"the file is longer than {BYTES_MAX} bytes")
    try:
        text = content.decode(mapping.encoding).removeprefix("\ufeff")
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = content.count(b"\n", 0, start) + 1
        return _refused(line, f"this is not {mapping.encoding}: set encoding in the mapping")
    try:
        return _read_rows(_numbered(text, mapping), mapping)
    except csv.Error as error:
        return _refused(1, f"this is no CSV: {error}")


def _refused(line: int, why: str) -> FileRead:
    return FileRead(faults=(Fault(line=line, why=why),))


def _numbered(text: str, mapping: FileMapping) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of their last line: a value in quotes may go over several."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mapping.delimiter, strict=True)
    for row in reader:
        if reader.line_num > LINES_MAX:
            raise csv.Error(f"more than {LINES_MAX} lines")
        yield reader.line_num, row


def _read_rows(rows: Iterator[tuple[int, list[str]]], mapping: FileMapping) -> FileRead:
    line, headings = next(islice(rows, mapping.skip_lines, None), (1, []))
    names = [heading.strip() for heading in headings]
    missing = [name for name in _wanted(mapping) if names.count(name) != 1]
    if missing:
        return _refused(line, f"no single column {', '.join(missing)}; there is {', '.join(names) or 'none'}")
    found: list[tuple[int, Dispute]] = []
    faults: list[Fault] = []
    ignored = 0
    for line, row in rows:
        if any(part.strip() for part in row):
            try:
                dispute = _read_row(_by_name(names, row), mapping)
            except UnreadableValueError as error:
                faults.append(Fault(line=line, why=str(error)))
                continue
            ignored += dispute is None
            found += [(line, dispute)] if dispute else []
    faults += _repeats(found)
    if faults:
        return FileRead(faults=tuple(faults[:FAULTS_MAX]))
    return FileRead(disputes=tuple(dict.fromkeys(dispute for _, dispute in found)), ignored=ignored)


def _wanted(mapping: FileMapping) -> list[str]:
    return [name for name in mapping.columns.model_dump().values() if name]


def _by_name(names: Sequence[str], row: Sequence[str]) -> Row:
    if len(row) != len(names):
        raise UnreadableValueError(f"{len(row)} values under {len(names)} headings")
    return dict(zip(names, (part.strip() for part in row), strict=True))


def _read_row(row: Row, mapping: FileMapping) -> Dispute | None:
    columns = mapping.columns
    stage = mapping.stage_of(row[columns.stage])
    if stage == IGNORED:
        return None
    if not isinstance(stage, DisputeStage):
        raise UnreadableValueError(f"the status {_shown(row[columns.stage])} is not mapped to a stage")
    return Dispute(
        case=read_case(row[columns.case]),
        stage=stage,
        on=_day(row[columns.date], mapping),
        amount=_amount(row[columns.amount], mapping, mapping.sign),
        transaction=read_transaction(row.get(columns.transaction, "")),
        last_four=read_last_four(row.get(columns.last_four, "")),
        paid_on=_day(paid_on, mapping) if (paid_on := row.get(columns.paid_on, "")) else None,
        paid_amount=_amount(paid, mapping, Sign.EITHER)
        if (paid := row.get(columns.paid_amount, ""))
        else None,
        reason=read_reason(row.get(columns.reason, "")),
    )


def _repeats(found: Sequence[tuple[int, Dispute]]) -> Iterator[Fault]:
    """A stage of a case stands once; the same line again is no fault, another content is."""
    first: dict[str, Dispute] = {}
    for line, dispute in found:
        if first.setdefault(dispute.key, dispute) != dispute:
            why = f"case {dispute.case} is {dispute.stage.value} twice, with different contents"
            yield Fault(line=line, why=why)


def read_case(written: str) -> str:
    """A case's number.

    Raises:
        ValueError: it is none, or it looks like a card number.
    """
    if not _CASE.fullmatch(written) or _is_card(written):
        raise UnreadableValueError(f"the case {_shown(written)} is no case number")
    return written


def read_transaction(written: str) -> str:
    """A transaction's number, or nothing.

    Raises:
        ValueError: it is something else.
    """
    if written and (not _TRANSACTION.fullmatch(written) or _is_card(written)):
        raise UnreadableValueError(f"the transaction {_shown(written)} is no transaction number")
    return written


def _is_card(written: str) -> bool:
    return any(find_card_numbers(written, everywhere=True))


def read_last_four(written: str) -> str:
    """The last four digits of a card, whatever stands before them, or nothing.

    Raises:
        ValueError: it does not end in four digits.
    """
    if not written:
        return ""
    digits = _DIGITS.search(written)
    if digits is None:
        raise UnreadableValueError("the card does not end in four digits")
    return digits.group()


def read_reason(written: str) -> str:
    """Free text without card data."""
    return str(clean(" ".join(written.split())[:_REASON_MAX]).body)


def read_amount(written: str, currency: str) -> Money:
    """A positive amount of dollars and cents.

    Raises:
        ValueError: it is something else.
    """
    plain = written.replace("$", "", 1).strip()
    if not _AMOUNT.fullmatch(plain):
        raise UnreadableValueError(f"the amount {_shown(written)} cannot be read")
    amount = Money(Decimal(plain.replace(",", "")).quantize(Decimal("0.01")), currency)
    if not amount.is_positive:
        raise UnreadableValueError("the amount is zero")
    return amount


def _amount(written: str, mapping: FileMapping, sign: Sign) -> Money:
    """The amount without its sign, which must be the one that the mapping says; (1.00) is a minus too."""
    bracketed = written.startswith("(") and written.endswith(")")
    bare = written[1:-1] if bracketed else written.removeprefix("-").removesuffix("-")
    is_negative = bracketed or bare != written
    if sign is not Sign.EITHER and is_negative is not (sign is Sign.NEGATIVE):
        raise UnreadableValueError(f"the amount {_shown(written)} is not {sign.value} as the mapping says")
    return read_amount(bare, mapping.currency)


def _day(written: str, mapping: FileMapping) -> date:
    try:
        return datetime.strptime(written, mapping.date_format).replace(tzinfo=UTC).date()
    except ValueError:
        raise UnreadableValueError(
            f"the date {_shown(written)} is not written as {mapping.date_format}"
        ) from None


def _shown(written: str) -> str:
    """A value as an error may quote it: short and without card data."""
    return repr(scrub_text(written[:40]))
