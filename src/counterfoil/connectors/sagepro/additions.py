"""Columns and rows that a site adds to its postings, by the profile's typed mapping."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from counterfoil.connectors.sagepro.records import COLUMNS, Certainty, Column, Kind, TableName, Value
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.money import Money

MARK = "+"
"""Stands before the site's own field name where our columns and those of the site lie side by side."""

_TYPES: Mapping[Kind, type] = {
    Kind.TEXT: str,
    Kind.MEMO: str,
    Kind.NUMBER: str,
    Kind.MONEY: Decimal,
    Kind.QUANTITY: Decimal,
    Kind.RATE: Decimal,
    Kind.COUNT: int,
    Kind.DATE: date,
    Kind.FLAG: bool,
}


class AdditionError(ValueError):
    """A mapping that does not fit what is posted; says which and what to change."""


class Source(BaseModel):
    """Where an added value comes from: written in the profile, or a word of the fact."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    value: str | int | bool | None = None
    from_: Annotated[str, Field(alias="from")] = ""

    @model_validator(mode="after")
    def _one_source(self) -> Source:
        if (self.value is None) == (not self.from_):
            raise ValueError("give either value or from")
        return self


class OwnColumn(Source):
    """A column of the site's own, with what it holds."""

    kind: Kind = Kind.TEXT

    @model_validator(mode="after")
    def _literal_of_its_kind(self) -> OwnColumn:
        if self.value is not None:
            typed(self.kind, self.value)
        return self


class AddedColumn(OwnColumn):
    """A column of the site's own on rows that a posting adds."""

    facts: tuple[str, ...] = ()
    """The kinds of fact, by their words, whose rows bear it; none named means all."""


class AddedRow(BaseModel):
    """A row of its own that a posting adds; its columns by our names, or by the site's with a plus before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: TableName
    facts: Annotated[tuple[str, ...], Field(min_length=1)]
    columns: Annotated[Mapping[str, Source], Field(min_length=1)]

    @model_validator(mode="after")
    def _known_columns(self) -> AddedRow:
        known = COLUMNS[self.table]
        unknown = [name for name in self.columns if name not in known and not name.startswith(MARK)]
        if unknown:
            raise ValueError(f"{', '.join(unknown)} is none of {', '.join(known)}")
        return self


class OwnRow(BaseModel):
    """A row that a posting adds to a table of the site's own; its columns by the site's names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,29}$")]
    module: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "AR"
    """In which module's folder it lies; the SQL Server edition keeps all in one database."""
    facts: Annotated[tuple[str, ...], Field(min_length=1)]
    columns: Annotated[Mapping[str, OwnColumn], Field(min_length=1)]

    @model_validator(mode="after")
    def _none_of_sage_pros(self) -> OwnRow:
        if self.table in {one.value for one in TableName}:
            raise ValueError(f"{self.table} is a table of Sage Pro: put the row under added_rows")
        return self


def column_of(field: str, added: OwnColumn) -> Column:
    """The site's column as a column of ours."""
    return Column(field, added.kind, Certainty.VERIFIED, required=True)


def words_of(fact: Fact, document: str) -> dict[str, Value]:
    """What a mapping may take from a fact: its fields that hold one value, its summary, and the document."""
    words: dict[str, Value] = {"summary": fact.summary, "document": document, "key": str(fact.key)}
    if dataclasses.is_dataclass(fact):
        for field in dataclasses.fields(fact):
            words |= dict(_word(field.name, getattr(fact, field.name)))
    return words


def _word(name: str, value: object) -> Iterator[tuple[str, Value]]:
    match value:
        case Money():
            yield name, value.amount
        case Enum():
            yield name, str(value.value)
        case str() | bool() | int() | Decimal() | date():
            yield name, value
        case _:
            pass


def typed(kind: Kind, value: Any) -> Value:
    """A value as a column of the kind holds it.

    Raises:
        AdditionError: it is of another type.
    """
    try:
        match kind:
            case Kind.MONEY | Kind.QUANTITY | Kind.RATE if isinstance(value, str | int):
                result: Value = Decimal(value)
            case Kind.DATE if isinstance(value, str):
                result = date.fromisoformat(value)
            case Kind.TEXT | Kind.NUMBER if isinstance(value, int) and not isinstance(value, bool):
                result = str(value)
            case _:
                result = value
    except (ValueError, InvalidOperation) as error:
        raise AdditionError(f"{value!r} is no {kind.value}") from error
    if not isinstance(result, _TYPES[kind]) or (isinstance(result, bool) and kind is not Kind.FLAG):
        raise AdditionError(f"{value!r} is no {kind.value}")
    return result


def taken(source: Source, kind: Kind, words: Mapping[str, Value], where: str) -> Value:
    """The value that a source gives.

    Raises:
        AdditionError: the fact has no such word, or it is of another kind.
    """
    if source.value is None and source.from_ not in words:
        raise AdditionError(f"{where}: this posting has no {source.from_}; it has {', '.join(sorted(words))}")
    try:
        return typed(kind, source.value if source.value is not None else words[source.from_])
    except AdditionError as error:
        raise AdditionError(f"{where}: {error}") from error
