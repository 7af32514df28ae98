"""Takes a snapshot of a company's tables in place: read-only, shared, without a lock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from counterfoil.connectors.sagepro.calibration.snapshot import SnapshotWriter, Source
from counterfoil.connectors.sagepro.discover import locate_tables, module_folders
from counterfoil.connectors.sagepro.discovery.cards import card_columns
from counterfoil.connectors.sagepro.discovery.tables import open_table
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.foxpro.errors import BusyError, FoxProError
from counterfoil.foxpro.table import Table
from counterfoil.ports.errors import ConfigurationError

Advance = Callable[[str, int, int], None]
_ENDING = ".dbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a snapshot holds."""

    tables: int
    rows: int
    unread: tuple[str, ...]
    """Columns that look like card numbers, and tables that could not be read, in words."""


def take_snapshot(
    profile: Profile, file: Path, now: datetime, advance: Advance = lambda _what, _done, _total: None
) -> Taken:
    """Reads every table of the company and the system tables into a new file outside the site.

    Raises:
        ConfigurationError: a folder is unknown, or the file exists or lies in the site.
        TransientError: a table is held by another program.
    """
    if profile.database is not None:
        raise ConfigurationError("calibration reads FoxPro tables alone; the SQL Server edition has none yet")
    folders = company_folders(profile)
    if any(file.resolve().is_relative_to(folder.resolve()) for folder in (*folders, profile.system_folder)):
        raise ConfigurationError(f"{file} lies in the site, where nothing is written: name a file elsewhere")
    paths = list(table_paths(profile, folders))
    rows, unread = 0, list[str]()
    with translated(), closing(SnapshotWriter(file, profile.company, now)) as writer:
        for done, (name, path) in enumerate(paths, start=1):
            advance(f"company {profile.company}", done, len(paths))
            try:
                with open_table(path, profile.code_page) as table:
                    source = describe_source(name, table, card_columns(table))
                    rows += writer.add(source, _kept(table, source))
            except BusyError:
                file.unlink(missing_ok=True)
                raise
            except FoxProError as error:
                unread.append(f"{name}: {error}")
                continue
            unread += [f"{name}.{column}: looks like card numbers" for column in source.unread]
    return Taken(tables=len(paths), rows=rows, unread=tuple(unread))


def company_folders(profile: Profile) -> list[Path]:
    """Where the company's tables lie: the folder of every module that the system table or profile names."""
    found = {path.parent for path in locate_tables(profile).paths.values()}
    return sorted(found | set(module_folders(profile).values()))


def table_paths(profile: Profile, folders: Collection[Path]) -> Iterator[tuple[str, Path]]:
    """The company's tables by their names without its code, then those of the system folder."""
    ending = f"{profile.company}{_ENDING}".casefold()
    seen: set[str] = set()
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if path.name.casefold().endswith(ending):
                name = path.name[: -len(ending)].lower()
                if name and name not in seen:
                    seen.add(name)
                    yield name, path
    if profile.system_folder.is_dir():
        for path in sorted(profile.system_folder.iterdir()):
            name = path.stem.lower()
            if path.suffix.casefold() == _ENDING and name.startswith("sy") and name not in seen:
                yield name, path


def describe_source(name: str, table: Table, unread: Collection[str] = ()) -> Source:
    header = table.storage.header
    return Source(
        name=name,
        file=table.name,
        code_page=table.storage.code_page,
        record_length=header.record_length,
        fields=header.fields,
        unread=tuple(sorted(unread)),
    )


def _kept(table: Table, source: Source) -> Iterator[bytes]:
    """The rows, without what is not read and without what memos point to."""
    spans = [
        slice(field.offset, field.end)
        for field in source.fields
        if field.name in source.unread or field.is_memo
    ]
    for _, raw in table.storage.raws():
        if spans:
            blanked = bytearray(raw)
            for span in spans:
                blanked[span] = b" " * (span.stop - span.start)
            yield bytes(blanked)
        else:
            yield raw
