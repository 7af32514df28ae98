"""The calibration file of a company, beside its profile: what agrees, what differs, what was accepted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from counterfoil.connectors.sagepro.calibration.comparing import Verdict
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.card_guard import scrub_text


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Section):
    """One column of a posting kind."""

    verdict: Verdict
    seen: int = 1
    """In how many comparisons in a row it agreed."""
    sage_pro: str = ""
    counterfoil: str = ""


class Accepted(_Section):
    """A difference that a person takes as it is."""

    by: str
    at: datetime
    reason: str


class Word(_Section):
    """A named person's word for a posting kind that was not compared."""

    by: str
    at: datetime
    reason: str
    program: str
    structures: Mapping[str, str]
    posting: str


class KindSeen(_Section):
    """The last comparison of one posting kind."""

    fact: str
    by: str
    compared_at: datetime
    program: str
    structures: Mapping[str, str]
    """A digest of the columns of each table that it touches: another structure makes it stale."""
    posting: str = ""
    """A digest of what else decides the rows (`rules.posting_digest`): another one makes it stale."""
    new_rows: Mapping[str, Column] = Field(default_factory=dict)
    """By table and column, such as ``arcash.refno``; a table with * is a row that one side alone writes."""
    changed_rows: Mapping[str, Column] = Field(default_factory=dict)
    accepted: Mapping[str, Accepted] = Field(default_factory=dict)

    @property
    def open(self) -> tuple[str, ...]:
        """The columns that differ and that nobody accepted."""
        found = (
            name
            for each in (self.new_rows, self.changed_rows)
            for name, column in each.items()
            if column.verdict is not Verdict.AGREES
        )
        return tuple(dict.fromkeys(name for name in found if name not in self.accepted))


class Numbered(_Section):
    """How a document was numbered."""

    kind: str
    number: str
    rule: str


class Observed(_Section):
    """Something that Sage Pro does and Counterfoil does not post, as it was seen last."""

    wrote: tuple[str, ...]
    columns: Mapping[str, str] = Field(default_factory=dict)
    """What was written, by table, column and rows; of a column that holds a code, the code."""
    seen: int = 1
    """How often in a row it was the same."""
    differs: tuple[str, ...] = ()
    """How it was otherwise than the time before."""

    @model_validator(mode="before")
    @classmethod
    def _as_earlier_versions_wrote_it(cls, value: Any) -> Any:
        return {"wrote": value} if isinstance(value, list) else value


class Calibration(_Section):
    """Everything that was learned about one company."""

    company: str
    kinds: Mapping[str, KindSeen] = Field(default_factory=dict)
    words: Mapping[str, Word] = Field(default_factory=dict)
    """By posting kind: who vouched for it without a comparison."""
    numbering: Mapping[str, Numbered] = Field(default_factory=dict)
    """By table: the last document that was seen numbered there."""
    observed: Mapping[str, Observed] = Field(default_factory=dict)
    """What Sage Pro wrote for things that Counterfoil does not post, such as the transfer to the ledger."""


def read_calibration(path: Path | None, company: str) -> Calibration:
    """What the file holds; nothing where there is none yet.

    Raises:
        ConfigurationError: it cannot be read, or is of another company.
    """
    if path is None or not path.exists():
        return Calibration(company=company)
    try:
        found = Calibration.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(
            f"{path} is no calibration file ({error}): put it back from a copy, or move it away and calibrate"
            " anew"
        ) from error
    if found.company != company:
        raise ConfigurationError(f"{path} is of company {found.company}, not of {company}")
    return found


def calibration_stamp(path: Path | None) -> tuple[int, int, int] | None:
    """Another one once the file was written anew; None where there is none."""
    try:
        status = path.stat() if path is not None else None
    except OSError:
        return None
    return (status.st_ino, status.st_size, status.st_mtime_ns) if status is not None else None


def write_calibration(path: Path, calibration: Calibration) -> None:
    """Replaces the file in one piece.

    Raises:
        ConfigurationError: it cannot be written.
    """
    draft = path.with_suffix(".draft")
    try:
        draft.write_text(render(calibration), "utf-8")
        draft.replace(path)
    except OSError as error:
        raise ConfigurationError(f"cannot write {path}: {error}") from error


def render(calibration: Calibration) -> str:
    return "\n".join(_lines(calibration)) + "\n"


def _lines(calibration: Calibration) -> Iterator[str]:
    yield f"# Calibration of Sage Pro company {calibration.company}: what Sage Pro itself wrote, beside what"
    yield "# Counterfoil would have written for the same fact. Written by counterfoil sagepro calibrate."
    yield f"company: {_text(calibration.company)}"
    yield ""
    yield "# By posting kind. Each column: agrees; differs; ours alone (Sage Pro leaves it); theirs alone."
    yield "# The digests tell the tables' columns, and the profile's and the program's rules of posting then:"
    yield "# where they change, the kind must be calibrated again."
    yield "kinds:" if calibration.kinds else "kinds: {}"
    for kind, seen in calibration.kinds.items():
        yield f"  {_text(kind)}:"
        yield from _kind(seen)
    yield ""
    yield "# Kinds that a named person vouches for, where Sage Pro was not seen writing them."
    yield "words:" if calibration.words else "words: {}"
    for kind, word in calibration.words.items():
        yield f"  {_text(kind)}: {_flow(word)}"
    yield ""
    yield "# How Sage Pro numbered what was keyed. Where the profile should follow, it names the counter."
    yield "numbering:" if calibration.numbering else "numbering: {}"
    for table, numbered in calibration.numbering.items():
        yield f"  {_text(table)}: {_flow(numbered)}"
    yield ""
    yield "# What Sage Pro wrote for things that Counterfoil does not post."
    yield f"observed: {json.dumps(_plain(calibration)['observed'], ensure_ascii=False)}"


def _kind(seen: KindSeen) -> Iterator[str]:
    yield f"    fact: {_text(seen.fact)}"
    yield f"    by: {_text(seen.by)}"
    yield f"    compared_at: {_text(seen.compared_at.isoformat())}"
    yield f"    program: {_text(seen.program)}"
    yield f"    structures: {json.dumps(dict(seen.structures))}"
    yield f"    posting: {_text(seen.posting)}"
    for title, columns in (("new_rows", seen.new_rows), ("changed_rows", seen.changed_rows)):
        yield f"    {title}:" if columns else f"    {title}: {{}}"
        for name, column in columns.items():
            yield f"      {_text(name)}: {_flow(column)}"
    yield "    # Differences that a person takes as they are."
    yield "    accepted:" if seen.accepted else "    accepted: {}"
    for name, accepted in seen.accepted.items():
        yield f"      {_text(name)}: {_flow(accepted)}"


def _flow(section: _Section) -> str:
    body = {name: value for name, value in _plain(section).items() if value != ""}
    return json.dumps(body, ensure_ascii=False)


def _plain(section: BaseModel) -> dict[str, Any]:
    plain: dict[str, Any] = _scrubbed(section.model_dump(mode="json"))
    return plain


def _scrubbed(value: Any) -> Any:
    """Text by text: the whole file is longer than what is kept of one."""
    match value:
        case str():
            return scrub_text(value)
        case dict():
            return {scrub_text(name): _scrubbed(part) for name, part in value.items()}
        case list():
            return [_scrubbed(part) for part in value]
        case _:
            return value


def _text(text: str) -> str:
    return json.dumps(scrub_text(text), ensure_ascii=False)
