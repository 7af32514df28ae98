"""Both sides of what suggestions are for: lists in files, records of the catalogue, or a mapping."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from counterfoil.bootstrap.catalogue import catalogue_connectors, site_connectors
from counterfoil.cli.catalogue.documents import records_of
from counterfoil.cli.flows.files import read_text
from counterfoil.cli.foxpro.telling import progress
from counterfoil.flows.errors import FlowError, nearest, quoted
from counterfoil.flows.mapping.definition import parse_mapping
from counterfoil.flows.mapping.library import MAPPINGS, read_library_mapping
from counterfoil.flows.suggest.catalogued import source_fields, target_fields
from counterfoil.flows.suggest.fields import ListedField
from counterfoil.flows.suggest.lists import FIELDS_MAX, fields_of, read_csv_fields, read_fields
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.field_types import RecordSpec

RECORD = "record:"
"""How a record of the catalogue is named in place of a file."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Both sides of what is to be mapped."""

    sources: tuple[ListedField, ...]
    targets: tuple[ListedField, ...]


@dataclass(frozen=True, slots=True)
class Books:
    """The Sage Pro company whose tables are records too, where one is named."""

    site: str | None
    company: str | None


def read_lists(source: str, target: str | None, books: Books) -> Lists:
    """What the command names.

    Raises:
        ConfigurationError: a list, record or mapping is not there or not sound.
        OSError: a file cannot be read.
    """
    if target is not None:
        return Lists(_fields(source, books, is_source=True), _fields(target, books, is_source=False))
    if source not in MAPPINGS and not Path(source).is_file():
        raise ConfigurationError(f"{source}: no such file, and no shipped mapping{nearest(source, MAPPINGS)}")
    text = read_library_mapping(source) if source in MAPPINGS else read_text(Path(source))
    try:
        return Lists(*fields_of(parse_mapping(text)))
    except FlowError as error:
        raise _in_file(source, error) from error


def _fields(named: str, books: Books, *, is_source: bool) -> tuple[ListedField, ...]:
    if named.startswith(RECORD):
        record = _record(named.removeprefix(RECORD), books)
        found = source_fields(record) if is_source else target_fields(record)
        if not 1 <= len(found) <= FIELDS_MAX:
            raise ConfigurationError(
                f"{record.name} has {len(found)} fields; 1 to {FIELDS_MAX} can be mapped"
            )
        return found
    path = Path(named)
    try:
        return (read_csv_fields if path.suffix.lower() == ".csv" else read_fields)(read_text(path))
    except FlowError as error:
        raise _in_file(named, error) from error


def _record(name: str, books: Books) -> RecordSpec:
    """The record of that name; tables of a site hide no record of ours."""
    known = records_of(catalogue_connectors())
    if name not in known and books.site is not None:
        with progress() as advance:
            known = records_of(site_connectors(books.site, books.company, advance)) | known
    if name not in known:
        site = "" if books.site else " (a table of Sage Pro is one with --site)"
        raise ConfigurationError(f"the catalogue has no record {quoted(name)}{site}{nearest(name, known)}")
    return known[name]


def _in_file(path: str, error: FlowError) -> ConfigurationError:
    return ConfigurationError("\n".join(f"{path}:{each.line}: {each.text}" for each in error.findings))
